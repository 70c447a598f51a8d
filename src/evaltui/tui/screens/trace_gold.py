"""Owns what a case expects, and what each check said, as an outline beside the trace; and the raw JSON of a turn."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from evaltui.domain.case import Case
from evaltui.loop.tracing import Trace
from evaltui.loop.writing import written
from evaltui.tui.screens.trace_nodes import check
from evaltui.tui.widgets.outline import Body, Node, Span

LINE = 60  # characters of JSON on one line: there is little room beside the trace


def gold_nodes(trace: Trace) -> tuple[Node, ...]:
    """Everything about the case and its checks, unfolded."""
    checks = (
        _node(("check", at), check(score), f"{score.reason}{_detail(score.detail)}")
        for at, score in enumerate(trace.detail.scores)
    )
    return (*_case(trace.detail.case), *checks)


def raw_nodes(turn: int, request: bytes | None, replies: tuple[bytes, ...]) -> tuple[Node, ...]:
    """The JSON that went and came in a turn, as it is, with line ends put in."""
    sent = _node(("raw", "request"), (f"request of turn {turn}", "title"), _pretty(request) if request else NOT_SENT)
    came = (
        _node(("raw", at), (f"reply{f' {at}' if at else ''}", "title"), _pretty(reply))
        for at, reply in enumerate(replies)
    )
    return (sent, *came)


NOT_SENT = "No request was sent from here: the result was made elsewhere, or its agent is not kept."


def _case(case: Case) -> Iterator[Node]:
    told: dict[str, Any] = {"expected": case.expected, "rubric": case.rubric, "input": case.input, "vars": case.vars}
    told |= {"group": case.group, "source": case.source.model_dump(exclude_none=True) if case.source else None}
    for name, value in told.items():
        if value not in (None, {}, ""):
            yield _node(("gold", name), (name, "title"), written(value, LINE))
    if case.expected is None:
        yield Node(("gold", "nothing"), lambda: [("no expected answer", "muted")])


def _node(key: tuple[Any, ...], title: Span, text: str) -> Node:
    return Node(key, partial(list, [title]), body=partial(Body, text, text.lstrip().startswith(("{", "["))))


def _detail(detail: str) -> str:
    return "" if detail in ("{}", "") else f"\n{_pretty(detail.encode())}"


def _pretty(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "backslashreplace")
