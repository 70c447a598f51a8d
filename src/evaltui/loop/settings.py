"""Settings and where each one comes from: arguments, environment, project file, the person's own file, defaults."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError

from evaltui.domain.base import Frozen
from evaltui.domain.errors import BadInput
from evaltui.files.document import Document, read_document
from evaltui.files.explain import problems_from
from evaltui.loop.session import Pace

REAL = "https://api.anthropic.com"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SettingsFile(Frozen):
    """`.evaltui/config.yaml` or `$XDG_CONFIG_HOME/evaltui/config.yaml`."""

    base_url: str | None = Field(None, pattern=r"^https?://", description="The API's address")
    poll_seconds: float = Field(2.0, gt=0, le=600, description="Seconds between the first looks at a batch")
    settle_seconds: float = Field(
        180.0, ge=0, description="How long an unanswered create is looked for before it is sent again"
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and its origin, for `evaltui doctor`."""

    value: Any
    origin: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What a command works with."""

    base_url: Setting
    pace: Pace


def settings(base_url: str | None, database: Path) -> Settings:
    """Raises BadInput when a settings file is wrong."""
    files = [(path, _read(path)) for path in _paths(database) if path.is_file()]
    address = _address(base_url, files)
    near = urlsplit(str(address.value)).hostname in LOOPBACK
    chosen = next((file for _, file in files), None) or SettingsFile()  # type: ignore[call-arg]
    return Settings(address, Pace(0.2, 10.0, 10.0) if near else Pace(chosen.poll_seconds, chosen.settle_seconds))


def _paths(database: Path) -> tuple[Path, Path]:
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return database.parent / "config.yaml", home / "evaltui" / "config.yaml"


def _address(argument: str | None, files: list[tuple[Path, SettingsFile]]) -> Setting:
    if argument:
        return Setting(argument.rstrip("/"), "--base-url")
    for name in ("EVALTUI_BASE_URL", "ANTHROPIC_BASE_URL"):
        if os.environ.get(name):
            return Setting(os.environ[name].rstrip("/"), name)
    named = next(((path, file.base_url) for path, file in files if file.base_url), None)
    return Setting(named[1].rstrip("/"), str(named[0])) if named and named[1] else Setting(REAL, "default")


def _read(path: Path) -> SettingsFile:
    document = read_document(path)
    if not isinstance(document, Document):
        raise BadInput(document)
    try:
        return SettingsFile.model_validate(document.value)
    except ValidationError as error:
        raise BadInput(tuple(problems_from(error, SettingsFile, document))) from error


def api_key() -> str | None:
    """Only ever from the environment; never stored, never printed."""
    return os.environ.get("ANTHROPIC_API_KEY") or None
