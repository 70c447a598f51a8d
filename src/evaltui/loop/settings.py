"""Settings and where each one comes from: arguments, environment, project file, the person's own file, defaults."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError

from evaltui.batches.prices import choose, prices_in_force
from evaltui.batches.probe import is_sandbox
from evaltui.domain.base import Frozen
from evaltui.domain.errors import BadInput, Refused
from evaltui.domain.text import found
from evaltui.files.document import Document, read_document
from evaltui.files.explain import problems_from
from evaltui.loop.project import settings_paths
from evaltui.loop.session import Pace

REAL = "https://api.anthropic.com"
SANDBOX = Pace(poll=0.2, settle=10.0, missing=10.0)


class SettingsFile(Frozen):
    """`.evaltui/config.yaml` or `$XDG_CONFIG_HOME/evaltui/config.yaml`."""

    base_url: str | None = Field(None, pattern=r"^https?://", description="The API's address")
    poll_seconds: float | None = Field(None, gt=0, le=600, description="Seconds between the first looks at a batch")
    settle_seconds: float | None = Field(
        None, ge=0, le=86_400, description="How long an unanswered create is looked for before it is sent again"
    )
    round_share: float | None = Field(
        None, gt=0, le=1, description="The share of a round's conversations that must be back before the next begins"
    )
    round_minutes: float | None = Field(
        None, gt=0, le=1440, description="How long a round waits for a batch before it goes on without what is late"
    )
    prices: str | None = Field(
        None, min_length=1, description="A table of prices over the shipped one, relative to the folder of this file"
    )
    theme: str | None = Field(None, min_length=1, description="The app's theme, such as evaltui-light")
    keys: dict[str, str] = Field(default_factory=dict, description="Keys of the app's actions, such as {filter: f3}")


@dataclass(frozen=True, slots=True)
class AppSettings:
    """What the app looks like and listens to; the project's file before the person's own."""

    keys: dict[str, str]
    theme: str


def app_settings(database: Path) -> AppSettings:
    """Raises BadInput when a settings file is wrong."""
    files = [_read(path) for path in settings_paths(database) if path.is_file()]
    keys = {name: key for file in reversed(files) for name, key in file.keys.items()}
    return AppSettings(keys, next((file.theme for file in files if file.theme), ""))


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
    files = [(path, _read(path)) for path in settings_paths(database) if path.is_file()]
    address = _address(base_url, files)
    _host(address)
    usual = SANDBOX if is_sandbox(str(address.value)) else Pace()
    return Settings(address, replace(usual, **_pace(files)))


def use_prices(database: Path) -> Setting:
    """Put the project's own prices in force for this process; the day of the table and where it comes from.

    Raises BadInput when the table cannot be used.
    """
    named = ((path, _read(path).prices) for path in settings_paths(database) if path.is_file())
    file, table = next(((path, table) for path, table in named if table), (None, None))
    if file is None or table is None:
        return Setting(str(prices_in_force().as_of), "shipped with evaltui")
    path = file.parent / table
    return Setting(str(choose(path).as_of), str(path))


def _pace(files: list[tuple[Path, SettingsFile]]) -> dict[str, float]:
    minutes = _first(files, "round_minutes")
    found = {
        "poll": _first(files, "poll_seconds"),
        "settle": _first(files, "settle_seconds"),
        "enough": _first(files, "round_share"),
        "patience": None if minutes is None else minutes * 60,
    }
    return {name: value for name, value in found.items() if value is not None}


def _host(address: Setting) -> str:
    """Raises Refused when the address is none."""
    try:
        parts = urlsplit(str(address.value))
        if parts.scheme in ("http", "https") and parts.hostname and str(parts.port or "").isascii():
            return parts.hostname
    except ValueError:
        pass
    raise Refused(
        f'{found(address.value)} from {address.origin} is not an address; allowed: "https://host" or "http://host:port"'
    )


def _first(files: list[tuple[Path, SettingsFile]], name: str) -> float | None:
    """The value of the first file that has one."""
    values = (getattr(file, name) for _, file in files)
    return next((value for value in values if value is not None), None)


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
