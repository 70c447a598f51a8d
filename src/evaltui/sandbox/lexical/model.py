"""Owns the model behind the sandbox: which skill answers a request, and how its text ends."""

import json
import re
from hashlib import sha256
from typing import Any

from evaltui.sandbox.lexical.answers import answer, kept
from evaltui.sandbox.lexical.grading import graded, is_grading, material
from evaltui.sandbox.lexical.prompt import Prompt, understood
from evaltui.sandbox.lexical.request import Conversation, read, schema_text, task, values
from evaltui.sandbox.lexical.tokens import count_content, count_text, count_tokens, cut
from evaltui.sandbox.lexical.toolbox import Told, Toolbox, conclusion
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
        box = _toolbox(params, prompt, talk, message)
        call = box.next_call(params.get("tool_choice") or {}) if box else ""
        if isinstance(call, tuple):
            return _answer(params, [_use(*call, talk)], "tool_use")
        return _ended(params, _continued(call or _concluded(box, prompt, talk, message), talk.prefill))


def _toolbox(params: dict[str, Any], prompt: Prompt, talk: Conversation, message: str) -> Toolbox | None:
    """The tools the request offers, None where it offers none or forbids them."""
    tools = [tool for tool in params.get("tools") or [] if isinstance(tool, dict) and "input_schema" in tool]
    if not tools or (params.get("tool_choice") or {}).get("type") == "none":
        return None
    told = Told(kept(prompt, message), kept(prompt, talk.earlier), values(talk), prompt.resists)
    return Toolbox(tools, prompt.outline.sentences, told, talk.calls)


def _use(name: str, given: dict[str, Any], talk: Conversation) -> dict[str, Any]:
    seed = json.dumps([name, given, talk.message, len(talk.calls)], sort_keys=True, default=str)
    return {"type": "tool_use", "id": f"toolu_{sha256(seed.encode()).hexdigest()[:24]}", "name": name, "input": given}


def _concluded(box: Toolbox | None, prompt: Prompt, talk: Conversation, message: str) -> str:
    """The final text: the words the prompt wants, or the results cited, in the reply key where a shape is asked for."""
    if prompt.shape.keys:
        return answer(prompt, message, talk.earlier, conclusion(talk.calls))
    words = box.reply() if box else conclusion(talk.calls)
    return words or answer(prompt, message, talk.earlier)


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
