"""A verdict in words, as markdown for a pull request, and as JUnit for CI."""

from collections.abc import Callable
from dataclasses import asdict
from html import escape
from typing import Any

from evaltui.cli.render import GLYPHS, banner, out
from evaltui.domain.text import shown, visible
from evaltui.domain.verdict import Check, Deciding, Verdict
from evaltui.gate.words import one_line

MOST = 10  # deciding cases listed for each check


def plain_verdict(found: Verdict) -> dict[str, Any]:
    """The documented JSON object of `evaltui gate --json`."""
    return asdict(found)


def say_verdict(found: Verdict) -> None:
    """The verdict first, then each check with the cases that decided it, then what to do."""
    banner(found.status, found.headline)
    for check in found.checks:
        out(f"  {GLYPHS[check.status]:<14}{check.name}: {check.words}")
        _say_cases(check.cases)
    if found.estimate:
        out(f"  evidence: {one_line(found.estimate)}" + (f"  {found.label}" if found.label else ""))
    if found.next_step:
        out(f"  next: {found.next_step}")


def _say_cases(cases: tuple[Deciding, ...]) -> None:
    for case in cases[:MOST]:
        out(f"      {case.case_id}: {shown(case.reason, 120)}")
    if len(cases) > MOST:
        out(f"      and {len(cases) - MOST} more")


def markdown(found: Verdict) -> str:
    """For a pull request: headline, a table of checks, the deciding cases folded."""
    rows = "\n".join(f"| {GLYPHS[check.status]} | {check.name} | {_cell(check.words)} |" for check in found.checks)
    cases = "".join(_folded(check) for check in found.checks if check.cases)
    return f"**{_cell(found.headline)}**\n\n| | check | found |\n|---|---|---|\n{rows}\n{cases}"


def _folded(check: Check) -> str:
    lines = "\n".join(f"- `{case.case_id}`: {_cell(shown(case.reason, 120))}" for case in check.cases)
    return f"\n<details><summary>{check.name}: {len(check.cases)} cases</summary>\n\n{lines}\n\n</details>\n"


def _cell(text: str) -> str:
    """Text that can neither break a table nor become a tag, a link or a mention."""
    return "".join("\\" + char if char in "\\|`*_[]@#" else char for char in escape(visible(text)))


def junit(found: Verdict) -> str:
    """One test case a check; incomplete counts as an error, so that no CI takes it for a pass."""
    failures = sum(check.status == "fail" for check in found.checks)
    errors = sum(check.status == "incomplete" for check in found.checks)
    cases = "\n".join(_junit_case(check) for check in found.checks)
    head = f'<testsuite name="evaltui gate" tests="{len(found.checks)}" failures="{failures}" errors="{errors}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{cases}\n</testsuite>'


def _junit_case(check: Check) -> str:
    opening = f'  <testcase classname="gate" name="{escape(check.name)}"'
    if check.status == "pass":
        return f"{opening}/>"
    kind = "failure" if check.status == "fail" else "error"
    cases = "\n".join(f"{case.case_id}: {case.reason}" for case in check.cases)
    message, body = escape(visible(check.words)), escape(visible(cases, newlines=True))
    return f'{opening}>\n    <{kind} message="{message}">{body}</{kind}>\n  </testcase>'


FORMATS: dict[str, Callable[[Verdict], str]] = {"markdown": markdown, "junit": junit}
