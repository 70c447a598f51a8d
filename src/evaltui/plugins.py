"""Scorers and importers found through entry points, so that a stranger's package adds one without touching ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaltui.domain.base import digest
from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.score import Scorer
from evaltui.scores.build import build, scorer_digest

if TYPE_CHECKING:
    from evaltui.logs.guarded import Guarded
    from evaltui.logs.importers import Importer

SCORERS = "evaltui.scorers"
IMPORTER_GROUP = "evaltui.importers"
OURS = "evaltui."
Built = tuple[ScorerSpec, Scorer]


@cache
def _scorers() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=SCORERS)}


def scorer_kinds() -> tuple[str, ...]:
    """The names a person may write under `scorers:`."""
    return tuple(sorted(_scorers()))


def scorer_class(kind: str) -> Any:
    """The class behind a kind; KeyError when there is none."""
    return _scorers()[kind].load()


def scorer_version(spec: ScorerSpec) -> str:
    """Changes when the scorer's arguments or its code's version do; scores of another version are not compared."""
    package = _scorers()[spec.kind].dist if spec.kind in _scorers() else None
    foreign = package.version if package and package.name != "evaltui" else ""
    return digest([scorer_digest(spec), foreign])


def build_scorers(specs: Iterable[ScorerSpec]) -> tuple[list[Built], list[tuple[ScorerSpec, str]]]:
    """Every scorer that could be built, and a sentence for everything wrong with the others."""
    built: list[Built] = []
    wrong: list[tuple[ScorerSpec, str]] = []
    for spec in specs:
        made = _make(spec)
        if isinstance(made, list):
            wrong += [(spec, sentence) for sentence in made]
        else:
            built.append((spec, made))
    return built, wrong


@dataclass(frozen=True, slots=True)
class Importers:
    """All that can be used, in the order in which they are asked, and a sentence for each that cannot."""

    usable: "tuple[Importer, ...]"
    problems: tuple[str, ...]

    def knowing(self, log: Path) -> "tuple[Importer | None, tuple[str, ...]]":
        """The first that knows this log, and what went wrong with those that were asked."""
        from evaltui.logs.guarded import Guarded
        from evaltui.logs.importers import importer_for

        asked = [each for each in self.usable if isinstance(each, Guarded)]
        told = [len(each.complaints) for each in asked]
        known = importer_for(log, self.usable)
        return known, tuple(words for each, old in zip(asked, told, strict=True) for words in each.complaints[old:])


def importers() -> Importers:
    """Those of other packages first: who installs one wants it to be asked before those that come with evaltui."""
    from evaltui.logs.importers import IMPORTERS  # there are many modules behind it, and few commands read logs

    found = [_guarded(entry) for entry in _strangers()]
    usable = [each for each in found if not isinstance(each, str)]
    return Importers((*usable, *IMPORTERS), tuple(each for each in found if isinstance(each, str)))


def _strangers() -> list[EntryPoint]:
    entries = entry_points(group=IMPORTER_GROUP)
    return sorted((each for each in entries if not each.value.startswith(OURS)), key=lambda each: each.name)


def _guarded(entry: EntryPoint) -> "Guarded | str":
    from evaltui.logs.guarded import guarded

    owner = entry.dist.name if entry.dist else "an unknown package"
    try:
        made = entry.load()
    except Exception as error:  # noqa: BLE001 — a stranger's module may fail in any way while it is imported
        return f"importer {entry.name} of {owner} cannot be loaded: {type(error).__name__}: {error}"
    return guarded(made, entry.name, owner)


def _make(spec: ScorerSpec) -> Scorer | list[str]:
    if spec.kind not in _scorers():
        return [_unknown(spec.kind)]
    try:
        made = scorer_class(spec.kind)
    except Exception as error:  # noqa: BLE001 — a stranger's module may fail in any way while it is imported
        package = _scorers()[spec.kind].dist
        owner = package.name if package else "an unknown package"
        return [f"scorer {spec.kind} of {owner} cannot be loaded: {type(error).__name__}: {error}"]
    return build(made, dict(spec.arguments))


def _unknown(kind: str) -> str:
    near = get_close_matches(kind, scorer_kinds(), n=1)
    return f"no scorer is called {kind!r}; allowed: {', '.join(scorer_kinds())}" + (
        f"; did you mean {near[0]!r}?" if near else ""
    )
