"""Owns that an importer of somebody else's can fail in any way without harm: what it does wrong is told, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Place, Skipped
from evaltui.domain.text import shown
from evaltui.logs.importers import Importer

_MEMBERS = ("recognises", "read")


@dataclass(slots=True)
class Guarded:
    """An importer as we would have written it: `kind` is the name it is known by, and it never raises."""

    inner: Importer
    kind: str
    owner: str
    complaints: list[str] = field(default_factory=list)

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """False where it fails; `complaints` then says how."""
        try:
            return bool(self.inner.recognises(head))
        except Exception as error:  # noqa: BLE001 — a stranger's importer may fail in any way
            self.complaints.append(f"{self.name} failed to look at the log: {_words(error)}")
            return False

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """What it reads. Where it fails, the rest of the log is skipped, and the next reading begins there again."""
        place = Place(0, offset)
        try:
            for each in self.inner.read(path, offset):
                if not isinstance(each, Item | Skipped):
                    raise TypeError(f"it gave a {type(each).__name__} where an Item or a Skipped belongs")
                place = each.place
                yield each
        except Exception as error:  # noqa: BLE001 — as above
            yield Skipped(Place(place.line, place.after), f"{self.name} failed behind this line", _words(error))

    @property
    def name(self) -> str:
        """For a person: the importer and whose it is."""
        return f"importer {shown(self.kind)} of {shown(self.owner)}"


def guarded(made: Any, kind: str, owner: str) -> Guarded | str:
    """The importer behind an entry point, a class or an instance; a sentence where it is none."""
    try:
        inner = made() if isinstance(made, type) else made
    except Exception as error:  # noqa: BLE001 — as above
        return f"importer {shown(kind)} of {shown(owner)} cannot be made: {_words(error)}"
    lacking = [name for name in _MEMBERS if not callable(getattr(inner, name, None))]
    if lacking:
        return f"importer {shown(kind)} of {shown(owner)} has no {' and no '.join(lacking)}"
    return Guarded(inner, kind, owner)


def _words(error: Exception) -> str:
    return shown(f"{type(error).__name__}: {error}", 300)
