"""Owns how a case is written as JSON and read back, whatever its texts hold."""

import hashlib
import json

from pydantic_core import PydanticSerializationError, ValidationError

from evaltui.domain.case import Case


def write_case(case: Case) -> str:
    """JSON without defaults. Lone surrogates have no UTF-8 form: such a case is written with them escaped."""
    try:
        return case.model_dump_json(exclude_defaults=True)
    except PydanticSerializationError:
        return json.dumps(case.model_dump(exclude_defaults=True))


def read_case(body: str) -> Case:
    """The inverse of `write_case`; only the lenient reader of the standard library takes escaped lone surrogates."""
    try:
        return Case.model_validate_json(body)
    except ValidationError:
        return Case.model_validate(json.loads(body))


def content_digest(body: str) -> str:
    """The first 32 hex digits of the SHA-256 of a written case: tags, marks and provenance count here."""
    return hashlib.sha256(body.encode()).hexdigest()[:32]
