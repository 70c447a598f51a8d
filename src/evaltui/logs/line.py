"""Owns one line of a results file: what it is of, under whichever of the common names, and what it holds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evaltui.domain.conversation import Turn
from evaltui.domain.problem import Problem
from evaltui.domain.text import did_you_mean, found
from evaltui.domain.tool import Block
from evaltui.logs.content import blocks, text_of
from evaltui.logs.messages import Told, read_conversation
from evaltui.logs.provider import provider_message
from evaltui.logs.recorded import read_scores
from evaltui.logs.report import Report, error
from evaltui.logs.usage import read_usage

CASE = ("case_id", "case", "custom_id", "task_id", "id")
TRIAL = ("trial", "epoch")
OUTPUT = ("output", "answer", "response", "completion", "text", "result")
MESSAGES = ("messages", "conversation", "trajectory", "traj")
STOP = ("stop_reason", "finish_reason")
SCORES = ("scores", "reward", "score")
OTHERS = ("tool_calls", "usage", "model", "error")
KNOWN = (*CASE, *TRIAL, *OUTPUT, *MESSAGES, *STOP, *SCORES, *OTHERS)


@dataclass(frozen=True, slots=True)
class ResultLine:
    """`trial` as written, None where it is not; `error`: why there is no result, or no more of it, else "".

    `unread` are the keys that mean nothing to us.
    """

    case_id: str
    trial: int | None
    turns: tuple[Turn, ...]
    error: str = ""
    unread: tuple[str, ...] = ()


def read_line(written: Any, report: Report, model: str = "") -> ResultLine | None:
    """The result, as far as it can be told whose it is; whatever is wrong with it is reported.

    `model` is that of replies which do not name theirs.
    """
    if not isinstance(written, dict):
        report(error("", "must be a JSON object", written))
        return None
    case_id, trial = _case_id(written, report), _trial(written, report)
    record = {"model": model} | _unwrapped(written)
    turns, failure = _turns(record, report), _failure(record)
    if not turns and not failure:
        report(_nothing(record))
    unread = tuple(key for key in written if key not in KNOWN)
    return None if case_id is None else ResultLine(case_id, trial, turns, failure, unread)


def _case_id(written: Block, report: Report) -> str | None:
    key = _key(written, CASE)
    value = written.get(key) if key else None
    if isinstance(value, str) and value:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if key:
        report(error(key, "must be the id of a case", value))
    else:
        report(error("", "names no case", allowed=f"one of {', '.join(CASE)}", hint=_misspelt(written, CASE)))
    return None


def _trial(written: Block, report: Report) -> int | None:
    key = _key(written, TRIAL)
    value = written[key] if key else None
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    report(error(key or "", "must be a whole number, counted from 0 or from 1", value))
    return None


def _unwrapped(written: Block) -> Block:
    """The record inside a line of a batch: Anthropic's `result`, OpenAI's `response` with a `body`."""
    result, response = written.get("result"), written.get("response")
    if isinstance(result, dict) and isinstance(result.get("type"), str):
        failure = None if result["type"] == "succeeded" else result.get("error") or result["type"]
        return {**written, "result": result.get("message"), "error": failure}
    if isinstance(response, dict) and isinstance(response.get("body"), dict):
        failure = written.get("error") or response["body"].get("error")
        return {**written, "response": None if failure else response["body"], "error": failure}
    return written


def _failure(record: Block) -> str:
    value = record.get("error")
    while isinstance(value, dict) and isinstance(value.get("error"), dict):
        value = value["error"]
    if isinstance(value, dict):
        told = [str(value[key]) for key in ("type", "code", "message") if value.get(key)]
        return ": ".join(told) or found(value)
    return value if isinstance(value, str) else "" if not value else found(value)


def _turns(record: Block, report: Report) -> tuple[Turn, ...]:
    last, key = _reply(record, report), _key(record, MESSAGES)
    messages = record[key] if key else []
    if last is not None and isinstance(messages, list):
        messages = _ended(messages, last, report)
    return read_conversation(messages, report, _told(record, report)).turns


def _nothing(record: Block) -> Problem:
    if key := _key(record, MESSAGES):
        return error(key, "hold no reply of the agent", allowed="at least one message of the role assistant")
    names = (*OUTPUT, *MESSAGES, "error")
    return error("", "holds no result", allowed=f"one of {', '.join(names)}", hint=_misspelt(record, names))


def _reply(record: Block, report: Report) -> Block | None:
    """The agent's last message, where a line gives it by itself: a text, a value, or a provider's whole reply."""
    key = _key(record, OUTPUT)
    output = record[key] if key else None
    calls = {"tool_calls": record["tool_calls"]} if record.get("tool_calls") else {}
    if not key and not calls:
        return None
    message = provider_message(output)
    if message is None:
        text = output if isinstance(output, str) or output is None else json.dumps(output, ensure_ascii=False)
        message = {"role": "assistant", "content": text}
    elif calls and message.get("tool_calls"):
        report(error("tool_calls", f"stand beside those of {key}", hint="leave one of the two out"))
    return message | calls


def _ended(messages: list[Any], last: Block, report: Report) -> list[Any]:
    """The conversation with its last reply; one that ends with a reply may repeat it as the output."""
    end = messages[-1] if messages and isinstance(messages[-1], dict) else {}
    if end.get("role") != "assistant":
        return [*messages, last]
    said, repeated = (text_of(blocks(each.get("content"), "", _unsaid)).strip() for each in (end, last))
    if said != repeated or last.get("tool_calls"):
        report(error("messages", "end with a reply that is not the output", hint="leave one of the two out"))
    return messages


def _told(record: Block, report: Report) -> Told:
    model, stop = record.get("model"), _key(record, STOP)
    usage = read_usage(record.get("usage"), "usage", report)
    return Told(
        model if isinstance(model, str) else "", str(record[stop]) if stop else "", usage, _scores(record, report)
    )


def _scores(record: Block, report: Report) -> Mapping[str, float]:
    key = _key(record, SCORES)
    return {} if key is None else read_scores(record[key] if key == "scores" else {key: record[key]}, key, report)


def _key(record: Block, names: tuple[str, ...]) -> str | None:
    """The first of the names under which anything is written."""
    return next((name for name in names if record.get(name) is not None), None)


def _misspelt(record: Block, names: tuple[str, ...]) -> str:
    return next((hint for key in record if (hint := did_you_mean(key, names))), "")


def _unsaid(_problem: object) -> None:
    """For what is reported when the same messages are read."""
