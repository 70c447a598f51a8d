"""The body of a batch creation: everything that is checked before the batch is accepted."""

import re
from collections.abc import Iterable

import msgspec

from evaltui.sandbox.errors import invalid

MAX_REQUESTS = 100_000
MAX_BYTES = 256 * 1024 * 1024
CUSTOM_ID_LENGTH = 64
_OPENING_BRACE = ord("{")
CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")

_EXPECTED = {
    "object": "Input should be a valid dictionary or object to extract fields from",
    "array": "Input should be a valid list",
    "str": "Input should be a valid string",
}
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>.*?)`(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<field>.*?)`(?: - at `\$(?P<path>.*)`)?$")
_WRONG = re.compile(r"Expected `(?P<type>\w+)`, got `.*?`(?: - at `\$(?P<path>.*)`)?$")


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One request; `params` stay raw bytes, because they are checked only when the batch ends."""

    custom_id: str
    params: msgspec.Raw


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    requests: list[Item]


_decoder = msgspec.json.Decoder(Envelope)


def read_envelope(body: bytes) -> list[Item]:
    """The requests of a batch creation; raises ApiError 400 in the API's words."""
    items = _decode(body)
    _check_count(len(items))
    for index, item in enumerate(items):
        _check_item(index, item)
    _check_unique(item.custom_id for item in items)
    return items


def trusted_envelope(body: bytes) -> list[Item]:
    """The requests of a body that `read_envelope` accepted earlier."""
    return _decoder.decode(body).requests


def _decode(body: bytes) -> list[Item]:
    try:
        return _decoder.decode(body).requests
    except msgspec.ValidationError as error:
        raise invalid(_in_api_words(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid(f"The request body is not valid JSON: {error}") from None


def _in_api_words(message: str) -> str:
    if found := _UNKNOWN.match(message):
        return f"{_dotted(found['path'], found['field'])}: Extra inputs are not permitted"
    if found := _MISSING.match(message):
        return f"{_dotted(found['path'], found['field'])}: Field required"
    if found := _WRONG.match(message):
        return f"{_dotted(found['path']) or 'body'}: {_EXPECTED.get(found['type'], message)}"
    return message


def _dotted(path: str | None, *more: str) -> str:
    steps = re.findall(r"[^.\[\]]+", path or "")
    return ".".join([*steps, *more])


def _check_count(count: int) -> None:
    if count == 0:
        raise invalid("requests: List should have at least 1 item after validation, not 0")
    if count > MAX_REQUESTS:
        raise invalid(f"requests: List should have at most {MAX_REQUESTS} items after validation, not {count}")


def _check_item(index: int, item: Item) -> None:
    if len(item.custom_id) > CUSTOM_ID_LENGTH:
        raise invalid(f"requests.{index}.custom_id: String should have at most {CUSTOM_ID_LENGTH} characters")
    if not CUSTOM_ID.fullmatch(item.custom_id):
        raise invalid(f"requests.{index}.custom_id: String should match pattern '^{CUSTOM_ID.pattern}$'")
    if memoryview(item.params)[0] != _OPENING_BRACE:
        raise invalid(f"requests.{index}.params: {_EXPECTED['object']}")


def _check_unique(custom_ids: Iterable[str]) -> None:
    seen: dict[str, int] = {}
    for index, custom_id in enumerate(custom_ids):
        if (first := seen.setdefault(custom_id, index)) != index:
            raise invalid(
                f"requests.{index}.custom_id: custom_id must be unique within a batch; "
                f"{custom_id!r} is also the custom_id of requests.{first}"
            )
