"""A verdict in words, as markdown for a pull request, and as JUnit for CI."""

from collections.abc import Callable, Sequence
from html import escape

from evaltui.cli.render import GLYPHS, banner, out
from evaltui.domain.text import shown, visible
from evaltui.domain.verdict import Check, Deciding, Verdict
from evaltui.gate.words import count, one_line, unnamed
from evaltui.loop.markdown import cell

WORST = ("fail", "incomplete", "pass")
MOST = 10  # deciding cases listed for each check
SHORT, LONG = 120, 500
"""Characters of a reason; that of a leak holds two places and the passage."""


def say_verdict(found: Verdict) -> None:
    """The verdict first, then each check with the cases that decided it, then what to do."""
    banner(found.status, found.headline)
    said: set[str] = set()
    for check in sorted(found.checks, key=_worst_first):
        out(f"  {GLYPHS[check.status]:<14}{check.name}: {unnamed(check)}")
        _say_cases(check.name, [case for case in check.cases if case.case_id not in said], len(check.cases))
        said.update(case.case_id for case in check.cases)
    if found.estimate:
        out(f"  evidence: {one_line(found.estimate)}" + (f"  {found.label}" if found.label else ""))
    for note in found.notes:
        out(f"  note: {note}")
    if found.next_step:
        out(f"  next: {found.next_step}")


def _worst_first(check: Check) -> tuple[int, int]:
    """What a leak makes worthless comes after it; a set without one says so last."""
    rank = {"leakage": 0 if check.status == "fail" else 3, "critical": 1}.get(check.name, 2)
    return WORST.index(check.status), rank


def _say_cases(check: str, cases: Sequence[Deciding], every: int) -> None:
    """Each case under the first check that it decided."""
    if len(cases) < every:
        out(f"      {count(every - len(cases), 'case')} named above{', and' if cases else ''}")
    for case in cases[:MOST]:
        out(f"      {case.case_id}: {shown(case.reason, LONG if check == 'leakage' else SHORT)}")
    if len(cases) > MOST:
        out(f"      and {len(cases) - MOST} more; --json lists them")


def markdown(found: Verdict) -> str:
    """For a pull request: headline, a table of checks, the deciding cases folded, the evidence, the next step."""
    rows = "\n".join(f"| {GLYPHS[check.status]} | {check.name} | {cell(check.words)} |" for check in found.checks)
    cases = "".join(_folded(check) for check in found.checks if check.cases)
    evidence = f"\n{cell(one_line(found.estimate))}\n" if found.estimate else ""
    notes = "".join(f"\nNote: {cell(note)}\n" for note in found.notes)
    following = f"\nNext: {cell(found.next_step)}\n" if found.next_step else ""
    table = f"| | check | found |\n|---|---|---|\n{rows}\n"
    return f"**{cell(found.headline)}**\n\n{table}{cases}{evidence}{notes}{following}".rstrip()


def _folded(check: Check) -> str:
    room = LONG if check.name == "leakage" else SHORT
    lines = "\n".join(f"- {cell(case.case_id)}: {cell(shown(case.reason, room))}" for case in check.cases)
    title = f"{check.name}: {len(check.cases)} case{'s' if len(check.cases) != 1 else ''}"
    return f"\n<details><summary>{title}</summary>\n\n{lines}\n\n</details>\n"


def junit(found: Verdict) -> str:
    """One test case a check; incomplete counts as an error, so that no CI takes it for a pass."""
    failures = sum(check.status == "fail" for check in found.checks)
    errors = sum(check.status == "incomplete" for check in found.checks)
    cases = "\n".join(_junit_case(check) for check in found.checks)
    head = f'<testsuite name="evaltui gate" tests="{len(found.checks)}" failures="{failures}" errors="{errors}">'
    said = "".join(f"\n  <system-out>{escape(visible(note))}</system-out>" for note in found.notes)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{cases}{said}\n</testsuite>'


def _junit_case(check: Check) -> str:
    opening = f'  <testcase classname="gate" name="{escape(check.name)}"'
    if check.status == "pass":
        return f"{opening}/>"
    kind = "failure" if check.status == "fail" else "error"
    cases = "\n".join(visible(f"{case.case_id}: {case.reason}") for case in check.cases)
    return f'{opening}>\n    <{kind} message="{escape(visible(check.words))}">{escape(cases)}</{kind}>\n  </testcase>'


FORMATS: dict[str, Callable[[Verdict], str]] = {"markdown": markdown, "junit": junit}
