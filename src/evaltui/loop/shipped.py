"""The evalsets that ship with evaltui, and the stories its demo tells about them."""

import json
import shutil
from importlib.resources import files
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from evaltui.domain.base import Frozen
from evaltui.domain.errors import BadInput
from evaltui.files.document import Document, read_document
from evaltui.files.explain import problems_from
from evaltui.loop.schemas import KINDS, json_schema

SHIPPED = ("support-desk", "refund-agent")
CHECKOUT = Path(__file__).resolve().parents[3] / "evalsets"


class Fix(Frozen):
    """One line of `file`: `line` put in above the line `above`, or `remove` taken out."""

    file: str
    why: str
    line: str | None = Field(None, min_length=1)
    above: str | None = Field(None, min_length=1)
    remove: str | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _one_way(self) -> "Fix":
        if (self.line is None) != (self.above is None) or (self.line is None) == (self.remove is None):
            raise ValueError("give line and above, or remove alone")
        return self

    def shown(self) -> list[str]:
        """The change as lines of a diff."""
        return [f"- {self.remove}"] if self.remove else [f"+ {self.line}", f"  {self.above}"]


class Story(Frozen):
    """`demo.yaml`: the agent version that is tried against the baseline, and what mends it."""

    candidate: str
    fix: Fix


def copy_shipped(target: Path, name: str) -> Path:
    """A scratch copy of one of `SHIPPED` under `target/evalsets`, with the schemas beside it; its folder."""
    folder = target / "evalsets" / name
    shutil.copytree(_origin(name), folder)
    schemas = folder.parent / "schemas"
    schemas.mkdir(exist_ok=True)
    for kind in KINDS:
        (schemas / f"{kind}.json").write_text(json.dumps(json_schema(kind), indent=2) + "\n", "utf-8")
    return folder


def _origin(name: str) -> Path:
    installed = Path(str(files("evaltui"))) / "shipped" / name
    return installed if installed.is_dir() else CHECKOUT / name


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
    """Change the one line; raises ValueError when its place is not there."""
    path = folder / fix.file
    lines = path.read_text("utf-8").splitlines()
    if fix.remove is not None:
        lines.pop(lines.index(fix.remove))
    elif fix.line is not None and fix.above is not None:
        lines.insert(lines.index(fix.above), fix.line)
    path.write_text("\n".join(lines) + "\n", "utf-8")
