"""Owns what a case expects, and what each check said, as an outline beside the trace; and the raw JSON of a turn."""

import json
from collections.abc import Hashable, Iterator
from functools import partial
from typing import Any

from evaltui.loop.tracing import Trace
from evaltui.loop.writing import written
from evaltui.tui.screens.trace_nodes import check
from evaltui.tui.widgets.outline import Body, Node, Span

LINE = 60  # characters of JSON on one line: there is little room beside the trace
BRIEF = 200


def gold_nodes(trace: Trace) -> tuple[tuple[Node, ...], set[Hashable]]:
    """What is expected, what the checks said, then all else about the case; and which of it is unfolded."""
    case = trace.detail.case
    gold = tuple(_values({"expected": case.expected, "rubric": case.rubric})) or (NO_GOLD,)
    scores = sorted(enumerate(trace.detail.scores), key=lambda each: bool(each[1].passed))
    checks = [
        _node(("check", at), check(score), f"{score.reason}{_detail(score.detail)}", brief=score.reason)
        for at, score in scores
    ]
    source = case.source.model_dump(exclude_none=True) if case.source else None
    rest = _values({"input": case.input, "vars": case.vars, "group": case.group, "source": source})
    failed = [("check", at) for at, score in scores if not score.passed]
    return (*gold, *checks, *rest), {*(node.key for node in gold), *failed}


def raw_nodes(turn: int, request: bytes | None, replies: tuple[bytes, ...]) -> tuple[Node, ...]:
    """The JSON that went and came in a turn, as it is, with line ends put in."""
    sent = _node(("raw", "request"), (f"request of turn {turn}", "title"), _pretty(request) if request else NOT_SENT)
    came = (
        _node(("raw", at), (f"reply{f' {at}' if at else ''}", "title"), _pretty(reply))
        for at, reply in enumerate(replies)
    )
    return (sent, *came)


NOT_SENT = "No request was sent from here: the result was made elsewhere, or its agent is not kept."


NO_GOLD = Node(("gold", "nothing"), lambda: [("no expected answer", "muted")])


def _values(told: dict[str, Any]) -> Iterator[Node]:
    for name, value in told.items():
        if value not in (None, {}, ""):
            yield _node(("gold", name), (name, "title"), written(value, LINE))


def _node(key: tuple[Any, ...], title: Span, text: str, brief: str | None = None) -> Node:
    json = text.lstrip().startswith(("{", "["))
    line: Span = f"  {' '.join((brief or text)[:BRIEF].split())}", "muted"
    return Node(key, partial(list, [title]), partial(list, [line]), body=partial(Body, text, json))


def _detail(detail: str) -> str:
    return "" if detail in ("{}", "") else f"\n{_pretty(detail.encode())}"


def _pretty(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "backslashreplace")
