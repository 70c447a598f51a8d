"""Owns an input that is text or a list of messages with roles: what the agent is given of it."""

from typing import Any

from evaltui.evalsets.foreign.brought import Place

_SYSTEM = ("system", "developer")
_SPOKEN = ("user", "assistant")
_TEXTS = ("text", "input_text", "output_text")
_HINT = "put it into the agent's prompt, or let that hold {{system}}"


def talk(place: Place) -> dict[str, Any] | None:
    """`input` where the user alone speaks, once; else `messages`. A system prompt is kept as `vars.system`, and told.

    None, with the reason told, where there is nothing that can be taken.
    """
    if not isinstance(place.value, list):
        return {"input": place.value} if isinstance(place.value, str | dict) else None
    said = [(each, _message(each)) for each in (place.inside(index) for index in range(len(place.value)))]
    if not said or not all(message for _, message in said):
        return None
    system = "\n\n".join(message["content"] for _, message in said if message and message["role"] in _SYSTEM)
    spoken = [message for _, message in said if message and message["role"] in _SPOKEN]
    if system:
        place.left_out("the system prompt is kept as vars.system", hint=_HINT, value=system)
    if not spoken:
        place.refuse("nobody but the system speaks")
        return None
    told = {"vars": {"system": system}} if system else {}
    if len(spoken) == 1 and spoken[0]["role"] == "user":
        return {"input": spoken[0]["content"], **told}
    return {"messages": spoken, **told}


def _message(place: Place) -> dict[str, Any] | None:
    value = place.value if isinstance(place.value, dict) else {}
    role, content = value.get("role"), _content(value.get("content"))
    if role not in (*_SYSTEM, *_SPOKEN):
        place.refuse("a message of this role cannot be taken", role or value)
        return None
    if content is None or value.get("tool_calls"):
        place.refuse("only messages of text can be taken", value)
        return None
    place.unknown(("role", "content", "id", "source", "name", "metadata", "model", "tool_calls"))
    return {"role": role, "content": content}


def _content(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    parts = value if isinstance(value, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") in _TEXTS]
    if not texts or len(texts) < len(parts) or not all(isinstance(text, str) for text in texts):
        return None
    return "".join(str(text) for text in texts)
