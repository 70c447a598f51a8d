"""Owns results of promptfoo: the document that `promptfoo eval -o` writes, in its versions, and one result a line."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.item import Item, Mark, Place, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored
from evaltui.domain.text import found, shown
from evaltui.domain.tool import Block
from evaltui.files.jsontext import decode_json
from evaltui.logs.ask import leading_system, without_system
from evaltui.logs.documents import read_documents
from evaltui.logs.messages import read_conversation
from evaltui.logs.moments import moment
from evaltui.logs.provider import provider_message
from evaltui.logs.recorded import read_scores
from evaltui.logs.records import Record
from evaltui.logs.report import Report, error

KIND = "promptfoo"
_ERROR = 2  # the `failureReason` of a result that was not assessed; one that failed its assertions has 1
_CALLS = re.compile(r"tool_use|function")
_MOST_NOTES = 100


@dataclass(frozen=True, slots=True)
class Promptfoo:
    """One item a result."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records is a result, or holds a list of results."""
        return any(_is_result(record) or _results(record) is not None for record in head)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every result."""
        for each in read_documents(path, offset):
            if isinstance(each, Skipped):
                yield each
            else:
                yield from _record(each)


def _record(record: Record) -> Iterator[Item | Skipped]:
    """Only from the last result of a document reading goes on after it."""
    results = [record.value] if _is_result(record.value) else _results(record.value)
    if not results:
        yield Skipped(record.place, "the record holds no result", shown(", ".join(record.value)), damaged=False)
        return
    about = {key: record.value.get(key) for key in ("evalId", "createdAt")} | _summary(record.value)
    for each in results[:-1]:
        yield _item(each, replace(record.place, after=record.start), about)
    yield _item(results[-1], record.place, about)


def _summary(value: Block) -> Block:
    told = value.get("results")
    return {"timestamp": told.get("timestamp")} if isinstance(told, dict) else {}


def _results(value: Block) -> list[Any] | None:
    told = value.get("results")
    results = told.get("results") if isinstance(told, dict) else told
    if not isinstance(results, list):
        return None
    known = "stats" in told if isinstance(told, dict) else False
    return results if known or any(map(_is_result, results[:1])) else None


def _is_result(value: Any) -> bool:
    prompt = value.get("prompt") if isinstance(value, dict) else None
    return isinstance(prompt, dict) and "raw" in prompt and "success" in value


def _item(result: Any, place: Place, about: Block) -> Item | Skipped:
    if not isinstance(result, dict):
        return Skipped(place, "the result is no JSON object", found(result))
    notes: list[Problem] = []
    fault = _fault(result)
    said = [*_prompt(result), *([] if fault and _output(result) is None else _reply(result, notes.append))]
    read = read_conversation(said, notes.append)
    if not (read.turns or read.opening or fault):
        return Skipped(place, "the result holds no message that can be read", shown(", ".join(result)))
    return Item(
        kind=KIND,
        id=digest([KIND, about.get("evalId"), about.get("timestamp"), result]),
        source=_text(result.get("id")),
        place=place,
        at=moment(result) or moment(about) or moment({"at": about.get("createdAt")}),
        model=_provider(result),
        opening=without_system(read.opening),
        turns=read.turns,
        told=max(len(read.turns) - 1, 0),
        system=leading_system(read.opening),
        error=fault,
        marks=tuple(_marks(result, max(len(read.turns), 1))),
        scores=_scores(result, notes.append),
        notes=tuple(replace(note, line=place.line) for note in notes[:_MOST_NOTES]),
    )


def _prompt(result: Block) -> list[Any]:
    """What was sent: text, or a chat written as JSON."""
    prompt = result.get("prompt")
    raw = prompt.get("raw") if isinstance(prompt, dict) else prompt
    if isinstance(raw, str) and raw.lstrip()[:1] in ("[", "{"):
        value, complaint, _ = decode_json(raw.encode("utf-8", "surrogatepass"))
        chat = value.get("messages") if isinstance(value, dict) else value
        if (
            not complaint
            and isinstance(chat, list)
            and chat
            and all(isinstance(each, dict) and "role" in each for each in chat)
        ):
            return chat
    return [{"role": "user", "content": raw}] if raw else []


def _output(result: Block) -> Any:
    response = result.get("response")
    return response.get("output") if isinstance(response, dict) else response


def _reply(result: Block, report: Report) -> list[Block]:
    response = result.get("response")
    told = response if isinstance(response, dict) else {}
    stop = told.get("finishReason") or ("refusal" if told.get("isRefusal") is True else None)
    beside = {"stop_reason": stop} if isinstance(stop, str) else {}
    usage = told.get("tokenUsage") if told.get("tokenUsage") is not None else result.get("tokenUsage")
    output = _output(result)
    if output is None:
        return []
    return [{"role": "assistant"} | beside | _usage(usage, report) | _said(output)]


def _said(output: Any) -> Block:
    """Text, a provider's message, a list of calls, or any value as text."""
    message = provider_message(output)
    if message is not None:
        return message
    if isinstance(output, list) and output and all(_is_call(each) for each in output):
        return {"content": None, "tool_calls": output}
    return {"content": output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)}


def _is_call(value: Any) -> bool:
    kind = value.get("type", "function") if isinstance(value, dict) else None
    return isinstance(kind, str) and bool(_CALLS.fullmatch(kind)) and ("function" in value or "name" in value)


def _usage(written: Any, report: Report) -> Block:
    """Tokens in the names of a chat completion; of a reply from promptfoo's own cache only the total is known."""
    if not isinstance(written, dict):
        return {}
    if "prompt" not in written and "completion" not in written:
        if written.get("total"):
            report(error("tokenUsage", "tells only the total, which is left out", written.get("total")))
        return {}
    return {"usage": {"input_tokens": written.get("prompt"), "output_tokens": written.get("completion")}}


def _fault(result: Block) -> Errored | None:
    """An error that came in place of the output; what an assertion complains of is none."""
    response = result.get("response")
    told = response.get("error") if isinstance(response, dict) else None
    if told is None and (result.get("failureReason") == _ERROR or _output(result) is None):
        told = result.get("error")
    return Errored("error", told if isinstance(told, str) else found(told)) if told else None


def _marks(result: Block, turn: int) -> Iterator[Mark]:
    """Why each assertion failed."""
    for name, part in _components(result):
        if part.get("pass") is False and isinstance(part.get("reason"), str) and part["reason"]:
            yield Mark(turn, "comment", f"{name}: {part['reason']}")


def _scores(result: Block, report: Report) -> dict[str, float]:
    """Whether it passed, its score, its named scores, and each assertion's."""
    named = result.get("namedScores")
    told = {"success": result.get("success"), "score": result.get("score")}
    told |= {name: part.get("score", part.get("pass")) for name, part in _components(result)}
    return read_scores(told | (named if isinstance(named, dict) else {}), "scores", report)


def _components(result: Block) -> Iterator[tuple[str, Block]]:
    """Every assertion under its metric's name, else its type; those of one name are numbered from the second on."""
    grading = result.get("gradingResult")
    parts = grading.get("componentResults") if isinstance(grading, dict) else None
    seen: Counter[str] = Counter()
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict):
            name = _assertion(part)
            seen[name] += 1
            yield f"{name} {seen[name]}" if seen[name] > 1 else name, part


def _assertion(part: Block) -> str:
    told = part.get("assertion")
    told = told if isinstance(told, dict) else {}
    return _text(told.get("metric")) or _text(told.get("type")) or "assertion"


def _provider(result: Block) -> str:
    told = result.get("provider")
    return _text(told.get("id")) or _text(told.get("label")) if isinstance(told, dict) else _text(told)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
