"""Owns which runs an app looks after: marks beside the database, so that the next app takes them up again."""

from pathlib import Path

from evaltui.store.locks import beside


def take_care(store_path: Path, run_id: int) -> None:
    """Whoever opens the app next goes on with this run."""
    _mark(store_path, run_id).touch()


def release(store_path: Path, run_id: int) -> None:
    """Nobody needs to go on with it."""
    _mark(store_path, run_id).unlink(missing_ok=True)


def cared_for(store_path: Path) -> list[int]:
    """The runs with a mark, oldest first."""
    names = (path.name.split(".")[-2] for path in store_path.parent.glob(f"{store_path.name}.run-*.app"))
    return sorted(int(number) for name in names if (number := name.removeprefix("run-")).isdecimal())


def _mark(store_path: Path, run_id: int) -> Path:
    return beside(store_path, f"run-{run_id}.app")
