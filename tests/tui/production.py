"""What a refund desk wrote down in production: some of it went wrong, some of it is not meant for other eyes.

`python -m tests.tui.production FOLDER` makes a project with a hundred thousand items of it.
"""

import json
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from evaltui.loop.intake import take_in
from evaltui.loop.project import STATE
from evaltui.store.database import open_store

MAIL = "karla.winter@mail.example"
CARD = "4111 1111 1111 1111"
HARM = "\x1b[2J\x1b]0;owned\x07[/bold][@click=app.leave] \u202egnorw\u200b"
"""Clears the screen, names the window, breaks markup, and turns letters round."""
IDS = count(1)
Record = dict[str, Any]


def write_log(path: Path, harm: bool = False) -> Path:
    """One exchange a line; with `harm`, one of them means it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    records = [*_day(), *([_exchange(90, _asked(f"{HARM} hello"), *_call(HARM, HARM, HARM), HARM)] if harm else [])]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def write_years(path: Path, exchanges: int) -> Path:
    """As many exchanges as are asked for, four in five of which went wrong, in sixteen ways."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(_one_of_many(number)) + "\n" for number in range(exchanges))
    return path


def crowd(folder: Path) -> None:
    """A project whose inbox holds a hundred thousand items."""
    with open_store(folder / STATE) as store:
        take_in(store, [write_years(folder / "logs" / "desk.jsonl", 100_000)], lambda _: None)


def _one_of_many(number: int) -> Record:
    asked = _asked(f"My kettle from FW-{number:06} never came. Write to {MAIL}.")
    if number % 5 == 0:
        return _exchange(number, asked, "It is on its way.")
    tool, wrong = f"tool_{number % 4}", f"{'ABCD'[number // 5 % 4]}Error: no answer for FW-{number:06} after 30 s"
    return _exchange(number, asked, *_call(tool, {"order_id": f"FW-{number:06}"}, wrong), "I cannot find your order.")


def _day() -> Iterator[Record]:
    lost = "TimeoutError: the order service gave no answer after 30 s"
    yield _exchange(1, _asked("Where is my parcel FW-41002? It was sent a week ago."), "It is on its way.")
    for number, order in enumerate(("FW-41377", "FW-41380", "FW-41391"), 2):
        asked = _asked(f"My kettle from {order} never came. Write to {MAIL} and pay back to {CARD}.")
        yield _exchange(number, asked, *_call("lookup_order", {"order_id": order}, lost), "I cannot find your order.")
    refused = "ValueError: amount 54.90 is more than was paid"
    asked = _asked("The vase from FW-40218 is broken. I want my money back.")
    seen = _call("lookup_order", {"order_id": "FW-40218"}, '{"paid": 45.90}', error=False)
    paid = _call("issue_refund", {"order_id": "FW-40218", "amount": 54.9}, refused)
    yield _exchange(5, asked, *seen, *paid, "Your refund of 54.90 EUR is on its way.")
    yield _exchange(6, _asked("Write me a long letter."), "Dear customer, the story of our", stop="max_tokens")


def _asked(words: str) -> Record:
    """As the desk's agent is asked."""
    text = f"<customer_id>C-10417</customer_id>\n<message>\n{words}\n</message>"
    return {"role": "user", "content": text}


def _call(tool: str, arguments: Any, result: str, *, error: bool = True) -> tuple[Record, Record]:
    use = {"type": "tool_use", "id": f"toolu_{next(IDS):04}", "name": tool, "input": arguments}
    answer = {"type": "tool_result", "tool_use_id": use["id"], "content": result, "is_error": error}
    return {"role": "assistant", "content": [use]}, {"role": "user", "content": [answer]}


def _exchange(number: int, *messages: Any, stop: str = "end_turn") -> Record:
    """The last message is the text of the reply."""
    *told, reply = messages
    return {
        "timestamp": f"2026-11-{10 + number % 10}T08:{number % 60:02}:00Z",
        "request": {"model": "claude-haiku-5-5", "max_tokens": 600, "messages": told},
        "response": {
            "id": f"msg_{number:04}", "type": "message", "role": "assistant", "model": "claude-haiku-5-5",
            "stop_reason": stop, "content": [{"type": "text", "text": reply}],
            "usage": {"input_tokens": 900, "output_tokens": 40},
        },
    }  # fmt: skip


if __name__ == "__main__":
    crowd(Path(sys.argv[1]))
