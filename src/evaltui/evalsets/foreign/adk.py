"""Owns evalsets of Google's Agent Development Kit, in both of their schemas."""

from collections.abc import Iterator, Sequence
from typing import Any

from evaltui.evalsets.foreign.brought import Brought, Gold, Place, Report
from evaltui.evalsets.foreign.look import Looked

_CASE = ("eval_id", "case_id", "conversation", "session_input", "creation_timestamp")
_TURN = (
    "invocation_id", "user_content", "final_response", "intermediate_data", "agent_content", "creation_timestamp",
)  # fmt: skip
_DATA = ("tool_uses", "tool_responses", "parts", "role", "invocation_events")
_OLD_TURN = ("query", "expected_tool_use", "reference")
_OLD_ITEM = ("name", "data", "initial_session", "initial_state")
_CALL = ("id", "name", "args")


def recognises(looked: Looked) -> bool:
    """Whether it is an evalset with its cases, one case, or a list of turns or of named lists of turns."""
    if looked.document is None:
        return False
    if isinstance(looked.document.value, list):
        return any(map(_is_old, looked.document.value))
    return "conversation" in looked.whole or any(map(_is_case, _listed(looked.whole.get("eval_cases"))))


def read(looked: Looked, report: Report) -> Iterator[Brought]:
    """What is said first is the input; what follows are the turns. Calls of all turns are expected in their order."""
    if looked.document is None:
        return
    root = Place(looked.document, report)
    if isinstance(root.value, list):
        yield from _old(root)
    elif "conversation" in root.value:
        yield from _case(root)
    else:
        root.unknown(("eval_set_id", "name", "description", "eval_cases", "creation_timestamp"))
        for place in root.items("eval_cases"):
            yield from _case(place)


def _case(place: Place) -> Iterator[Brought]:
    if not _is_case(place.value):
        place.refuse("holds no conversation", place.value)
        return
    place.unknown(_CASE)
    turns = place.items("conversation")
    said = [_said(turn) for turn in turns]
    if not turns or not all(said):
        place.refuse("a turn in which the user says nothing cannot be taken" if turns else "has no turns")
        return
    calls = [call for turn in turns for call in _calls(turn)]
    answers = [_answer(turn) for turn in turns]
    session = place.value.get("session_input") or {}
    name = place.value.get("eval_id") or place.value.get("case_id")
    recorded = [each for turn in turns for each in _recorded(turn)]
    yield _brought(place, str(name or ""), said, calls=calls, answers=answers, session=session, recorded=recorded)


def _said(turn: Place) -> str:
    turn.unknown(_TURN)
    return _text(turn.inside("user_content")) if _has(turn.value, "user_content") else ""


def _text(place: Place) -> str:
    """The text of the parts; what else they hold is told."""
    parts = place.items("parts")
    for part in parts:
        for key, value in part.value.items() if isinstance(part.value, dict) else ():
            read = isinstance(value, str) if key == "text" else key in ("function_call", "thought")
            if not read and value not in (None, "", [], {}):
                part.inside(key).left_out("only text is taken", value=value)
    texts = (part.value.get("text") for part in parts if isinstance(part.value, dict))
    return "".join(text for text in texts if isinstance(text, str))


def _calls(turn: Place) -> Iterator[dict[str, Any]]:
    if not _has(turn.value, "intermediate_data"):
        yield from _called(turn, "agent_content")
        return
    data = turn.inside("intermediate_data")
    data.unknown(_DATA)
    for use in data.items("tool_uses"):
        yield from _use(use)
    yield from _called(turn, "intermediate_data")
    for event in data.items("invocation_events"):
        if _has(event.value, "content"):
            yield from _called(event, "content")


def _called(turn: Place, key: str) -> Iterator[dict[str, Any]]:
    if _has(turn.value, key):
        for part in turn.inside(key).items("parts"):
            if isinstance(part.value, dict) and isinstance(part.value.get("function_call"), dict):
                yield from _use(part.inside("function_call"))


def _use(place: Place) -> Iterator[dict[str, Any]]:
    value = place.value
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(name, str) or not name:
        place.left_out("is no tool call that can be taken", value=value)
        return
    place.unknown(_CALL)
    yield {"name": name, "arguments": value.get("args") or {}}


def _recorded(turn: Place) -> Iterator[dict[str, Any]]:
    """Results of the calls, met by id, so that they can be replayed."""
    if not _has(turn.value, "intermediate_data"):
        return
    data = turn.inside("intermediate_data")
    uses = {_id(use): use for use in _listed(data.value.get("tool_uses")) if isinstance(use, dict)}
    for place in data.items("tool_responses"):
        value = place.value if isinstance(place.value, dict) else {}
        use = uses.get(_id(value))
        if use is None or value.get("response") is None:
            place.left_out("is the result of no call here", value=value)
            continue
        result = value["response"]
        failed = isinstance(result, dict) and bool(result.get("isError") or result.get("is_error"))
        kept = {"name": str(use.get("name")), "arguments": use.get("args") or {}, "result": result}
        yield kept | ({"error": True} if failed else {})


def _id(value: dict[str, Any]) -> str:
    return str(value.get("id"))


def _answer(turn: Place) -> str:
    key = "final_response" if _has(turn.value, "final_response") else "agent_content"
    return _text(turn.inside(key)) if _has(turn.value, key) else ""


def _old(root: Place) -> Iterator[Brought]:
    """A bare list of turns is one conversation; `{"name", "data": [turns]}` are several."""
    items = [root.inside(index) for index in range(len(root.value))]
    turns = [item for item in items if isinstance(item.value, dict) and "query" in item.value]
    for item in items:
        if isinstance(item.value, dict) and isinstance(item.value.get("data"), list):
            item.unknown(_OLD_ITEM)
            session = item.value.get("initial_session") or item.value.get("initial_state") or {}
            yield from _old_case(item, str(item.value.get("name") or ""), item.items("data"), session)
        elif item not in turns:
            item.refuse("is neither a turn with a query nor a list of turns", item.value)
    if turns:
        yield from _old_case(turns[0], "", turns, {})


def _old_case(place: Place, name: str, turns: list[Place], session: Any) -> Iterator[Brought]:
    said = [turn.value.get("query") if isinstance(turn.value, dict) else None for turn in turns]
    if not said or not all(isinstance(text, str) and text for text in said):
        place.refuse("a turn in which the user says nothing cannot be taken")
        return
    calls, answers = [], []
    for turn in turns:
        turn.unknown(_OLD_TURN)
        calls += [call for use in turn.items("expected_tool_use") for call in _old_use(use)]
        answers.append(str(turn.value.get("reference") or ""))
    yield _brought(place, name, [str(text) for text in said], calls=calls, answers=answers, session=session)


def _old_use(place: Place) -> Iterator[dict[str, Any]]:
    value = place.value if isinstance(place.value, dict) else {}
    if not isinstance(value.get("tool_name"), str):
        place.left_out("is no tool call that can be taken", value=value)
        return
    place.unknown(("tool_name", "tool_input", "mock_tool_output"))
    yield {"name": value["tool_name"], "arguments": value.get("tool_input") or {}}


def _brought(
    place: Place,
    name: str,
    said: list[str],
    *,
    calls: list[Any],
    answers: list[str],
    session: Any,
    recorded: Sequence[Any] = (),
) -> Brought:
    gold = Gold(parts={"calls": calls})
    if answers[-1]:
        gold.answer = answers[-1]
    if any(answers[:-1]):
        gold.parts["answers"] = answers
    more: dict[str, Any] = {"turns": said[1:]} if len(said) > 1 else {}
    more |= {"vars": {"session": session}} if session else {}
    more |= {"tools": list(recorded)} if recorded else {}
    return Brought(place.line, name, {"input": said[0], **more, **gold.fields()})


def _is_case(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("conversation"), list)


def _is_old(value: Any) -> bool:
    turns = value.get("data") if isinstance(value, dict) else None
    first = turns[0] if isinstance(turns, list) and turns else value
    return isinstance(first, dict) and "query" in first and ("expected_tool_use" in first or "reference" in first)


def _has(value: Any, key: str) -> bool:
    return isinstance(value, dict) and isinstance(value.get(key), dict)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
