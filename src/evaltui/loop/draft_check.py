"""Owns what still keeps a draft from becoming a case, and what a person should look at once more."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from evaltui.agents.turn import Requests
from evaltui.domain.case import Case
from evaltui.domain.problem import Problem
from evaltui.domain.score import Evidence, Unscored
from evaltui.domain.text import dotted
from evaltui.evalsets.mistakes import case_problems
from evaltui.evalsets.source import CaseEntry
from evaltui.files.document import Document
from evaltui.logs.redact.redactor import Redactor
from evaltui.loop.draft import Draft
from evaltui.loop.equip import too_few_turns
from evaltui.loop.expectation import slots
from evaltui.loop.load import ANSWER, judged_alone
from evaltui.scores.run import grade, is_judge, score_sample

SEARCHED = ("id", "input", "messages", "vars", "tools", "turns", "expected", "rubric", "tags")


def ready(draft: Draft) -> tuple[Problem, ...]:
    """Nothing that is an error: the draft may be added. Warnings are for a person to judge."""
    found = [*_unwritten(draft), *_taken(draft), *_alike(draft)]
    case = _case(draft)
    if isinstance(case, Case):
        found += [*_unsent(draft, case), *_unscored(draft, case), *_toothless(draft, case), *_sourceless(case)]
    else:
        found += case
    return tuple(replace(problem, file=_name(draft), line=0) for problem in (*found, *_leftovers(draft)))


def _name(draft: Draft) -> str:
    return f"draft {draft.id}"


def _problem(field: str, message: str, hint: str = "", allowed: str = "") -> Problem:
    return Problem("", 0, field, message, allowed=allowed, hint=hint)


def _warning(field: str, message: str, hint: str = "") -> Problem:
    return Problem("", 0, field, message, hint=hint, severity="warning")


def _unwritten(draft: Draft) -> Iterator[Problem]:
    if draft.unfinished:
        names = ", ".join(draft.unfinished)
        hint = "make them simpler in .evaltui/redaction.yaml"
        yield _problem("", f"not all of it was searched: the patterns {names} ran out of time", hint)
    if draft.case.get("expected") is None and draft.case.get("rubric") is None:
        yield _problem("expected", "nobody said yet what is right", allowed=_writable(draft))


def _writable(draft: Draft) -> str:
    parts = [f"{slot.path or 'expected'}: {slot.words}" for slot in slots(draft.target.scorers)]
    return "; ".join([*dict.fromkeys(parts), "or a rubric for a judge"])


def _taken(draft: Draft) -> Iterator[Problem]:
    holder = draft.target.taken(draft.id)
    if holder:
        yield _problem("id", f"the id {draft.id} is taken by the case at {holder.place}", "give the case its own id")


def _alike(draft: Draft) -> Iterator[Problem]:
    """One case too many makes a set look larger than it is: a person decides."""
    for each in () if draft.anyway else draft.similar:
        hint = "note that it covers the item instead, or add this one anyway"
        yield _problem("", f"the set holds a case like it: {each.words()}", hint)


def _case(draft: Draft) -> Case | list[Problem]:
    try:
        return Case.model_validate(dict(draft.case))
    except ValidationError as error:
        return case_problems(error, Document(_name(draft), dict(draft.case), 0))


def _unsent(draft: Draft, case: Case) -> Iterator[Problem]:
    """What keeps the agent from being asked."""
    agent = draft.target.agent
    if agent is None:
        yield _warning(
            "", f"whether {draft.target.source.agent_path} can be asked this is not known: it cannot be read"
        )
        return
    yield from Requests(agent).check(case)
    yield from too_few_turns(_entry(draft, case), agent)
    if agent.tools is None and not (agent.answers or {}).get("mcp") and _holds_calls(case):
        hint = "choose an earlier turn, or rewrite the messages as text"
        yield _problem("messages", f"hold tool calls, and {agent.name} has no tools", hint)


def _sourceless(case: Case) -> Iterator[Problem]:
    if case.source is None:
        yield _warning("source", "was taken out: that this item became a case will not be seen from the file")


def _holds_calls(case: Case) -> bool:
    contents = [message.content for message in case.messages or ()]
    blocks = [block for content in contents if isinstance(content, list) for block in content]
    return any(block.get("type") in ("tool_use", "tool_result") for block in blocks)


def _unscored(draft: Draft, case: Case) -> Iterator[Problem]:
    counting = [built for built in draft.target.scorers if not built[0].advisory]
    if case.expected is None and case.rubric is None:
        return
    if not any(scorer.applies(case) for _, scorer in counting):
        message = "no scorer that counts reads this, so the case could never fail"
        yield _problem("expected", message, allowed=_writable(draft))
    comparing = [built for built in draft.target.scorers if not is_judge(built[1])]
    for said in score_sample(comparing, Evidence(case, ANSWER)):
        if isinstance(said.result, Unscored):
            yield _problem("expected", f"{said.name} cannot score it: {said.result.reason}")
    yield from judged_alone(_entry(draft, case), [scorer for _, scorer in counting])


def _toothless(draft: Draft, case: Case) -> Iterator[Problem]:
    """A case that the failed output passes proves nothing."""
    if case.expected is None or not draft.did.steps:
        return
    comparing = [built for built in draft.target.scorers if not is_judge(built[1]) and not built[0].advisory]
    said = score_sample(comparing, Evidence(case, draft.did))
    if said and grade(said).passed:
        hint = "say what was wrong with it, or the case can never bite"
        yield _warning("expected", "the failed output itself passes this expectation", hint)


def _leftovers(draft: Draft) -> Iterator[Problem]:
    """What a person wrote is theirs; what looks like a secret in it is said, and stays."""
    searched = {name: draft.case[name] for name in SEARCHED if name in draft.case}
    for place in Redactor(draft.target.rules).value(searched).places:
        kinds = ", ".join(dict.fromkeys(span.kind for span in place.redacted.spans))
        if kinds:
            hint = "replace it by a placeholder such as [EMAIL_1], unless it is meant to be there"
            yield _warning(dotted(place.path), f"holds what would be redacted: {kinds}", hint)


def _entry(draft: Draft, case: Case) -> CaseEntry:
    return CaseEntry(case, Path(_name(draft)), 0)
