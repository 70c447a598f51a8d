"""The evalset that ships with evaltui, and the story its demo tells."""

import json
import shutil
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from evaltui.domain.base import Frozen
from evaltui.domain.errors import BadInput
from evaltui.files.document import Document, read_document
from evaltui.files.explain import problems_from
from evaltui.loop.schemas import KINDS, json_schema

NAME = "support-desk"
CHECKOUT = Path(__file__).resolve().parents[3] / "evalsets"


class Fix(Frozen):
    """One line put back into a prompt: `line` goes above the line `above` of `file`."""

    file: str
    above: str
    line: str
    why: str


class Story(Frozen):
    """`demo.yaml`: the agent version that is tried against the baseline, and what mends it."""

    candidate: str
    fix: Fix


def copy_shipped(target: Path) -> Path:
    """A scratch copy of the shipped evalset under `target/evalsets`; its folder."""
    folder = target / "evalsets" / NAME
    shutil.copytree(_origin(), folder)
    schemas = folder.parent / "schemas"
    schemas.mkdir()
    for kind in KINDS:
        (schemas / f"{kind}.json").write_text(json.dumps(json_schema(kind), indent=2) + "\n", "utf-8")
    return folder


def _origin() -> Path:
    installed = Path(str(files("evaltui"))) / "shipped" / NAME
    return installed if installed.is_dir() else CHECKOUT / NAME


def read_story(folder: Path) -> Story:
    """Raises BadInput when the file does not fit."""
    document = read_document(folder / "demo.yaml")
    if not isinstance(document, Document):
        raise BadInput(document)
    try:
        return Story.model_validate(document.value)
    except ValidationError as error:
        raise BadInput(tuple(problems_from(error, Story, document))) from error


def apply_fix(folder: Path, fix: Fix) -> None:
    """Put the line back; raises ValueError when the place is not there."""
    path = folder / fix.file
    lines = path.read_text("utf-8").splitlines()
    lines.insert(lines.index(fix.above), fix.line)
    path.write_text("\n".join(lines) + "\n", "utf-8")
