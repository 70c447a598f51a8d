"""Projects whose runs were made elsewhere: hostile text wherever another may write, and real recorded data."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from tests import airline
from tests.workbench import bench, record, run_evalset, write_evalset

from evaltui.domain.conversation import Turn
from evaltui.domain.run import Run
from evaltui.logs.results import ImportedResult, ResultsFile
from evaltui.loop.import_run import judge, keep, read_import
from evaltui.loop.project import STATE
from evaltui.loop.promote import promote
from evaltui.sandbox.replay import Replay
from evaltui.store.database import Store, open_store

Row = dict[str, Any]
MODEL = "claude-haiku-4-5"
HALF = "HALF-OF-A-PAIR"
PAYLOADS = {
    "markup": "[bold]loud[/bold] [red]x[/red] [INFO] Dict[str, int] [[double]] \\[escaped]",
    "closing": "[/x] [/] [",
    "action": "[@click=app.quit]press me[/] [@click=1/0]x[/] [link=http://evil.example]here[/link]",
    "colour": "\x1b[31mred\x1b[0m \x9b32mgreen\x9b0m",
    "title": "\x1b]0;owned\x07\x1b]2;owned\x1b\\ \x1bkowned\x1b\\",
    "link": "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07 \x9d52;c;ZXZpbA==\x9c",
    "clear": "\x1b[2J\x1b[H\x1bc\x1b[?1049l\x1b[3J",
    "query": "\x1b[6n\x1b[c\x1b]11;?\x07\x1bP+q544e\x1b\\\x05",
    "moves": "one\rtwo\b\b\bthree\v\f\x00nul\x7fdel\x08",
    "bidi": "\u202etxet desrever\u202c \u2066isolated\u2069 \u061carabic \u200fmark",
    "unseen": "zero\u200bwidth \ufeffbom s\u00adoft \u2060join \u3164hangul \U000e0041tag \u034fgrapheme",
    "surrogate": f"{HALF} lone {HALF}",
    "lines": "one\ntwo\r\nthree\u2028four\u2029five\x85six\n  ✓ exact: right\n",
    "cjk": "漢字かな交じり文 한국어 ｆｕｌｌ",
    "emoji": "👩‍🚀 👍🏽 🏳️‍🌈 ❤️ 🇩🇪 é é Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "long": "x" * 1_000_000,
}
"""One kind of harm each, by the name that stays readable on the screen."""
SCORERS = """\
  - contains: {name: must, expected: must}
  - excludes: {name: must_not, expected: must_not}
  - no_repeats
  - regex: {name: shape, pattern: "^good", advisory: true}"""


def evil(name: str) -> str:
    """The payload, between words that tell where it came from."""
    return f"<{name}> {PAYLOADS[name]} </{name}>"


def write_hostile(folder: Path) -> Path:
    """Run 1, the baseline, went well; in run 2 every case fails, and all that could be said is hostile."""
    home = write_evalset(folder / "evalsets" / "hostile", map(_case, PAYLOADS), SCORERS, _agent())
    good = _results(folder / "good.jsonl", {name: _good(name) for name in PAYLOADS})
    bad = _results(folder / "bad.jsonl", {name: _bad(name) for name in PAYLOADS})
    with open_store(folder / STATE) as store:
        promote(store, brought(store, home, good, evil("colour")), note=evil("clipboard"))
        brought(store, home, bad, evil("markup"))
    return folder


def _case(name: str) -> Row:
    said = evil(name)
    tag = said.translate(dict.fromkeys(b" ,\t\n\r\v\f", "_")).replace("\u2028", "").replace("\u2029", "")
    gold = {"must": [f"good {said[:2000]}"], "must_not": [f"bad {said[:2000]}"]}
    about = {"id": f"case-{name}", "input": said, "expected": gold, "tags": ["".join(tag.split())[:64], name]}
    return about | {"critical": name in ("colour", "markup"), "group": said[:200], "vars": {said[:200]: said[:200]}}


def _agent() -> str:
    quoted = json.dumps(evil("title"))
    return f"name: {quoted}\nmodel: {MODEL}\nmax_tokens: 64\nsystem: {json.dumps(evil('clear'))}\n"


def _good(name: str) -> Row:
    said = evil(name)
    return {"messages": [{"role": "assistant", "content": f"good {said[:2000]}"}]}


def _bad(name: str) -> Row:
    """Two equal calls of a hostile tool, and a hostile last word."""
    said = evil(name)
    short = said[:2000]
    if name == "link":
        return {"error": said}
    turns = [message for number in (1, 2) for message in _call(f"call_{number}", short)]
    return {"messages": [*turns, {"role": "user", "content": said}, {"role": "assistant", "content": f"bad {said}"}]}


def _call(number: str, said: str) -> list[Row]:
    called = {"name": said[:200], "arguments": json.dumps({said[:200]: said, "list": [said]})}
    call = {"id": number, "type": "function", "function": called}
    asks = {"role": "assistant", "content": said, "tool_calls": [call]}
    return [asks, {"role": "tool", "tool_call_id": number, "content": said}]


def _results(path: Path, results: dict[str, Row]) -> Path:
    lines = ({"case": f"case-{name}", "model": evil(name)[:100], **result} for name, result in results.items())
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "ascii")
    return path


def brought(store: Store, home: Path, file: Path, name: str) -> Run:
    """A file of results as a scored and judged run; `name` is who made them."""
    found = read_import(home, file, name, MODEL)
    run, _ = keep(store, replace(found, results=cast("ResultsFile", _Halved(found.results))), "http://127.0.0.1:1")
    judge(store, run, lambda _: None)
    return run


@dataclass(frozen=True)
class _Halved:
    """Results in which HALF has become half of a surrogate pair: no file may hold one, but a reply of the API may."""

    results: ResultsFile

    def __getattr__(self, name: str) -> object:
        return getattr(self.results, name)

    def __iter__(self) -> Iterator[ImportedResult]:
        return (replace(each, turns=tuple(map(_halved, each.turns))) for each in self.results)


def _halved(turn: Turn) -> Turn:
    if HALF.encode() not in turn.reply.body:
        return turn
    body = turn.reply.body.replace(HALF.encode(), rb"\ud800")
    results = tuple(
        result and replace(result, content=result.content.replace(HALF, "\ud800")) for result in turn.results
    )
    said = turn.said.replace(HALF, "\ud800") if turn.said else None
    return Turn(replace(turn.reply, body=body), results, said)


def write_airline(folder: Path, shared_data: Path) -> Path:
    """Fifty real conversations with an airline desk, two trials of each: the first is the baseline of the second."""
    recorded = airline.rows(shared_data)
    first = [row for row in recorded if row["trial"] == 0]
    cases = ({"id": airline.case_id(row), "input": row["instruction"], "expected": airline.gold(row)} for row in first)
    scorers = "  - trajectory: {name: calls, mode: superset}\n  - recorded: reward\n  - no_repeats: {advisory: true}"
    home = write_evalset(folder / "evalsets" / "airline", cases, scorers, airline.AGENT)
    with open_store(folder / STATE) as store:
        for trial in (0, 1):
            lines = [airline.result_line(row) | {"trial": 1} for row in recorded if row["trial"] == trial]
            file = folder / f"trial-{trial}.jsonl"
            file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
            run = brought(store, home, file, f"trial-{trial}")
            if trial == 0:
                promote(store, run, note="first trial")
    return folder


def write_tickets(folder: Path, shared_data: Path) -> Path:
    """Sixty-eight real tickets under two real prompt variants, 0 and 5; the one that 5 breaks is critical."""
    text = (shared_data / "cookbook_classification.jsonl").read_text("utf-8")
    rows = {0: [], 5: []}  # type: dict[int, list[Row]]
    for row in map(json.loads, text.splitlines()):
        if row["variant"] in rows:
            rows[row["variant"]].append(row)
    passed = {row["case"] for row in rows[0] if row["verdict"] == "PASS"}
    broke = {row["case"] for row in rows[5] if row["verdict"] == "FAIL"} & passed
    cases = [_ticket(row, critical=row["case"] in broke) for row in rows[0]]
    home = write_evalset(folder / "evalsets" / "tickets", cases, "  - label: {name: category}", _variant(0))
    for variant, found in rows.items():
        (home / f"agent-{variant}.yaml").write_text(_variant(variant), "utf-8")
        replies = {f"ticket-{row['case']}": [{"type": "text", "text": row["output"]}] for row in found}
        record(folder / "recording.jsonl", home, home / f"agent-{variant}.yaml", replies)
    with bench(folder, Replay.load(folder / "recording.jsonl")) as (store, engine, _):
        promote(store, run_evalset(store, engine, home, home / "agent-0.yaml"), note="variant 0")
        run_evalset(store, engine, home, home / "agent-5.yaml")
    return folder


def _ticket(row: Row, *, critical: bool) -> Row:
    about = {"id": f"ticket-{row['case']}", "input": row["vars"]["text"], "expected": row["vars"]["label"]}
    return about | {"critical": critical, "tags": [str(row["vars"]["label"]).split()[0].lower()]}


def _variant(number: int) -> str:
    return f"name: variant-{number}\nmodel: {MODEL}\nmax_tokens: 64\nsystem: Variant {number} of the prompt.\n"
