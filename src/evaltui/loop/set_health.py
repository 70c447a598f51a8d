"""What the files of an evalset say of its honesty: copies, contradictions, templates, leaks, thin spots, its size."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from evaltui.domain.case import Case
from evaltui.domain.leak import Leak
from evaltui.evalsets.health.conflicts import Conflict, conflicts
from evaltui.evalsets.health.coverage import Size, TagCoverage, coverage, size_advice
from evaltui.evalsets.health.duplicates import Duplicates, duplicates
from evaltui.evalsets.health.templates import Template, templates
from evaltui.evalsets.source import CaseEntry
from evaltui.loop.leakage import looking
from evaltui.loop.load import Loaded
from evaltui.loop.past_health import Passed, Past
from evaltui.loop.session import Notify, Phase

T = TypeVar("T")
Tell = Callable[[list[Case]], tuple[Past, Passed] | None]
"""What the runs of these cases say; None before the first."""


@dataclass(frozen=True, slots=True)
class SetHealth:
    """`folder` is that of the evalset: files of `leaks` are relative to it. `unused_waivers` name no case that leaks.

    `places`: file and line of every case that is named here. `past` is None before the set was ever run.
    """

    folder: str
    cases: int
    duplicates: Duplicates
    conflicts: tuple[Conflict, ...]
    templates: tuple[Template, ...]
    leaks: tuple[Leak, ...]
    waived_leaks: Mapping[str, str]
    unused_waivers: tuple[str, ...]
    coverage: tuple[TagCoverage, ...]
    size: Size
    next_cases: tuple[str, ...]
    past: Past | None
    places: Mapping[str, tuple[str, int]]

    @property
    def leaking(self) -> tuple[Leak, ...]:
        """The leaks that block the gate, as far as nobody waived them."""
        return tuple(leak for leak in self.leaks if leak.severity == "leak" and leak.case not in self.waived_leaks)

    @property
    def near(self) -> tuple[Leak, ...]:
        """What is worth a look, and blocks nothing."""
        return tuple(leak for leak in self.leaks if leak.severity == "near")


@dataclass(slots=True)
class Examination:
    """Cases pass through it on their way; then `result` looks at them together: seconds for 100,000."""

    loaded: Loaded
    cases: list[Case] = field(default_factory=list)
    _files: "array[int]" = field(default_factory=lambda: array("L"))
    _lines: "array[int]" = field(default_factory=lambda: array("L"))

    def watch(self, entries: Iterable[CaseEntry]) -> Iterator[Case]:
        """Every case, after it was seen."""
        files = {path: number for number, path in enumerate(self.loaded.source.case_files)}
        for entry in entries:
            self.cases.append(entry.case)
            self._files.append(files[entry.file])
            self._lines.append(entry.line)
            yield entry.case

    def result(self, past: Tell, notify: Notify) -> SetHealth:
        """What was found."""
        known = self._told("runs", notify, lambda: past(self.cases))
        leaks = self._told("leaks", notify, self._leaks)
        same = self._told("duplicates", notify, lambda: duplicates(self.cases))
        made = self._told("templates", notify, lambda: templates(self.cases))
        against = self._told("conflicts", notify, lambda: conflicts(self.cases))
        past_, passed = known or (None, None)
        covered = coverage(self.cases, passed, discordance=past_.discordance if past_ else None)
        waived = self.loaded.source.file.gate.waived_leaks
        named = {leak.case for leak in leaks if leak.severity == "leak"}
        return SetHealth(
            folder=str(self.loaded.source.folder), cases=len(self.cases), duplicates=same, conflicts=against,
            templates=made, leaks=leaks, waived_leaks=waived,
            unused_waivers=tuple(case for case in waived if case not in named), coverage=covered,
            size=size_advice(len(self.cases), _distinct(self.cases, same, made)),
            next_cases=tuple(each.advice for each in covered if each.advice), past=past_,
            places=self._places(set(_named(same, against, made, past_)) | {leak.case for leak in leaks}),
        )  # fmt: skip

    def _told(self, name: str, notify: Notify, act: Callable[[], T]) -> T:
        notify(Phase(name, len(self.cases), len(self.cases), "cases"))
        return act()

    def _leaks(self) -> tuple[Leak, ...]:
        found, files = looking(self.loaded), self.loaded.source.case_files
        for case, file, line in zip(self.cases, self._files, self._lines, strict=True):
            found.search.see(case, (str(files[file]), line))
        return tuple(found.found())

    def _places(self, wanted: set[str]) -> dict[str, tuple[str, int]]:
        files = self.loaded.source.case_files
        written = zip(self.cases, self._files, self._lines, strict=True)
        return {case.id: (str(files[file]), line) for case, file, line in written if case.id in wanted}


def examine(loaded: Loaded, past: Tell, notify: Notify) -> SetHealth:
    """Reads every case. Raises BadInput when one cannot be read."""
    found = Examination(loaded)
    for _ in found.watch(loaded.entries()):
        pass
    return found.result(past, notify)


def _distinct(cases: list[Case], same: Duplicates, made: tuple[Template, ...]) -> int:
    """How many are left when each cluster of copies and each template counts once."""
    root: dict[str, str] = {}
    for group in [*(cluster.cases for cluster in same.clusters), *(template.cases for template in made)]:
        first = min(root.get(case, group[0]) for case in group)
        root.update(dict.fromkeys(group, first))
    return len(cases) - len(root) + len(set(root.values()))


def _named(
    same: Duplicates, against: tuple[Conflict, ...], made: tuple[Template, ...], past: Past | None
) -> Iterator[str]:
    for cases in (*(one.cases for one in same.clusters), *(one.cases for one in against), *(one.cases for one in made)):
        yield from cases
    if past is not None:
        yield from past.always_fail
        yield from (suspect.case for suspect in past.suspects)
