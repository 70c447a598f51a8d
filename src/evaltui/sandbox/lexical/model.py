"""Owns the model behind the sandbox: which skill answers a request, and how its text ends."""

import json
import re
from hashlib import sha256
from typing import Any

from evaltui.sandbox.lexical.answers import answer
from evaltui.sandbox.lexical.grading import graded, is_grading, material
from evaltui.sandbox.lexical.prompt import Prompt, understood
from evaltui.sandbox.lexical.request import Conversation, read, schema_text, task
from evaltui.sandbox.lexical.tokens import count_content, count_text, count_tokens, cut
from evaltui.sandbox.lexical.toolbox import arguments, conclusion, question, wanted
from evaltui.sandbox.model import Answer, Refused


class Lexical:
    """A model made of word matching. It holds no state of its own, so any number of threads may share it."""

    name = "lexical (not Claude)"

    def reply(self, params: dict[str, Any]) -> Answer | Refused:
        """Answer one validated Messages request; the same params always give the same answer."""
        talk = read(params)
        told, message = task(talk)
        prompt = understood(told, schema_text(params), talk.pairs)
        if is_grading(told, prompt.shape.keys):
            verdict = graded(prompt.shape.keys, prompt.outline, material(talk.message))
            return _ended(params, _continued(json.dumps(verdict, ensure_ascii=False), talk.prefill))
        call = _next_call(params, prompt, talk, message)
        if isinstance(call, dict):
            return _answer(params, [call], "tool_use")
        return _ended(params, _continued(call or _concluded(prompt, talk, message), talk.prefill))


def _next_call(params: dict[str, Any], prompt: Prompt, talk: Conversation, message: str) -> dict[str, Any] | str:
    """The next tool call as a content block, a question for what it lacks, or an empty string when none is due."""
    choice = params.get("tool_choice") or {}
    tools = [tool for tool in params.get("tools") or [] if isinstance(tool, dict)]
    if not tools or choice.get("type") == "none":
        return ""
    said, done = prompt.outline.sentences, {call.name for call in talk.calls}
    due = [tool for tool in wanted(tools, said, message, choice) if tool.get("name") not in done]
    if not due or any(call.failed for call in talk.calls):
        return ""
    given, missing = arguments(due[0], said, f"{message}\n{talk.earlier}".strip(), talk.calls)
    return question(missing) if missing and choice.get("type") not in {"any", "tool"} else _use(due[0], given, talk)


def _use(tool: dict[str, Any], given: dict[str, Any], talk: Conversation) -> dict[str, Any]:
    name = str(tool.get("name"))
    seed = json.dumps([name, given, talk.message, len(talk.calls)], sort_keys=True, default=str)
    return {"type": "tool_use", "id": f"toolu_{sha256(seed.encode()).hexdigest()[:24]}", "name": name, "input": given}


def _concluded(prompt: Prompt, talk: Conversation, message: str) -> str:
    """The final text; tool results are cited in it, or in the reply key of the asked shape."""
    if talk.calls and not prompt.shape.keys:
        return conclusion(talk.calls)
    return answer(prompt, message, talk.earlier, conclusion(talk.calls))


def _continued(text: str, prefill: str) -> str:
    """What is left to write after a prefilled beginning."""
    if not prefill:
        return text
    begun = r"\s*".join(re.escape(char) for char in re.sub(r"\s+", "", prefill))
    if found := re.match(begun, text):
        return text[found.end() :]
    tag = re.search(r"<([a-z_]+)>\s*$", prefill)
    return f"{text}</{tag[1]}>" if tag else text


def _ended(params: dict[str, Any], text: str) -> Answer:
    """Apply stop sequences, then the token limit."""
    stops = [at for stop in params.get("stop_sequences") or [] if stop and (at := text.find(stop)) >= 0]
    text, reason = (text[: min(stops)], "stop_sequence") if stops else (text, "end_turn")
    limit = int(params.get("max_tokens", 1024))
    if count_text(text) > limit:
        text, reason = cut(text, limit), "max_tokens"
    return _answer(params, [{"type": "text", "text": text}], reason)


def _answer(params: dict[str, Any], content: list[dict[str, Any]], reason: str) -> Answer:
    return Answer(content, reason, count_tokens(params), count_content(content))
