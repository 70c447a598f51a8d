"""Where things are: the project folder, its database, and the evalset a person named."""

import os
from pathlib import Path

from evaltui.domain.errors import Unknown

STATE = Path(".evaltui") / "evaltui.db"
MARKS = (".evaltui", ".git", "evalsets", "pyproject.toml")


def database_path(start: Path, named: str | None) -> Path:
    """`--db` or `EVALTUI_DB`; else the nearest `.evaltui`; else a new one in the project; else the XDG data folder."""
    if named or (named := os.environ.get("EVALTUI_DB")):
        return Path(named).expanduser().absolute()
    project = project_folder(start)
    return project / STATE if project else _data_home() / "evaltui" / "evaltui.db"


def project_of(database: Path) -> Path:
    """The project whose state this is; of a database that lies elsewhere that of the current folder, else its own."""
    if database.parent.name == STATE.parent.name:
        return database.parents[1]
    return project_folder(Path.cwd()) or database.parent


def project_folder(start: Path) -> Path | None:
    """The nearest folder upwards with a database, else the nearest that looks like a project."""
    parents = (start.absolute(), *start.absolute().parents)
    known = next((folder for folder in parents if (folder / STATE).is_file()), None)
    return known or next((folder for folder in parents if _is_project(folder)), None)


def _is_project(folder: Path) -> bool:
    return any((folder / mark).exists() for mark in MARKS)


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def shelter(database: Path) -> None:
    """Keep the state out of version control: raw replies are nobody's commit. What a person wrote is shared."""
    ignore = database.parent / ".gitignore"
    if database.parent.name == STATE.parent.name and not ignore.exists():
        ignore.write_text("*\n!.gitignore\n!config.yaml\n!mappings.yaml\n!redaction.yaml\n", "utf-8")


def evalset_path(named: str, start: Path) -> Path:
    """A folder, an `evalset.yaml`, or the name of a folder under the `evalsets/` of here or of the project."""
    roots = dict.fromkeys([start, project_folder(start) or start])
    candidates = [start / named, *(root / "evalsets" / named for root in roots)]
    for path in candidates:
        if path.is_file() or (path / "evalset.yaml").is_file():
            return path
    looked = ", ".join(f"no {path}/evalset.yaml" for path in candidates)
    raise Unknown(f"no evalset at {named}: {looked}{_found(list(roots)[-1])}")


def _found(root: Path) -> str:
    names = sorted(path.parent.name for path in (root / "evalsets").glob("*/evalset.yaml"))
    return f"; there are: {', '.join(names)}" if names else ""


def settings_paths(database: Path) -> list[Path]:
    """The project's settings file, also when the database lies elsewhere, and the person's; either may be absent."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    project = database.parents[1] if database.parent.name == STATE.parent.name else project_folder(Path.cwd())
    return [*([project / STATE.parent / "config.yaml"] if project else []), home / "evaltui" / "config.yaml"]
