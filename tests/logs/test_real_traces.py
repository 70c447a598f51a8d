"""Traces that other projects published become items whose counts are those of the raw JSON, counted by another way."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evaltui.domain.item import Item
from evaltui.logs.failures import failures_of
from evaltui.logs.importers import Report, importer_for

Row = dict[str, Any]
Counts = tuple[int, int, int, int]
"""Turns, calls of tools, tokens read, tokens written."""
_FILE = "traces_foreign.jsonl"
_GIVEN_ID = re.compile(r"\b(?:call_[A-Za-z0-9]{20,}|toolu_[A-Za-z0-9]{20,})")


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[Row]:
    return [json.loads(line) for line in (shared_data / _FILE).read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def items(shared_data: Path) -> dict[int, list[Item]]:
    """The items of each line."""
    importer = importer_for(shared_data / _FILE)
    assert importer is not None
    report, told = Report(), dict[int, list[Item]]()
    for each in importer.read(shared_data / _FILE):
        report.add(each)
        if isinstance(each, Item):
            told.setdefault(each.place.line, []).append(each)
    assert (report.records, report.damaged) == (31, Counter())
    return told


def counted(items: list[Item]) -> Counts:
    seen = [item.trajectory for item in items]
    new = [each.turns - item.told for item, each in zip(items, seen, strict=True)]
    return (
        sum(new), sum(len(each.exchanges()) for each in seen), sum(each.usage.prompt_tokens for each in seen),
        sum(each.usage.output_tokens for each in seen),
    )  # fmt: skip


def clients(tags: list[Row]) -> Counts:
    """Calls of a model as its client traces them, from the tags of all of them."""
    calls = {
        value for each in tags for key, value in each.items() if re.search(r"completion\.\d+\.tool_calls.*id$", key)
    }
    told = [sum(int(each.get(old, each.get(new))) for each in tags) for old, new in _TOKENS]
    return len(tags), len(calls), told[0], told[1]


_TOKENS = (
    ("gen_ai.usage.prompt_tokens", "gen_ai.usage.input_tokens"),
    ("gen_ai.usage.completion_tokens", "gen_ai.usage.output_tokens"),
)


def of_jaeger(doc: Row) -> Counts:
    spans = [span for trace in doc["data"] for span in trace["spans"] if span["operationName"] == "openai.chat"]
    return clients([{tag["key"]: tag["value"] for tag in span["tags"]} for span in spans])


def of_otlp(doc: Row) -> Counts:
    spans = [
        span for batch in doc["batches"] for scope in batch["instrumentationLibrarySpans"] for span in scope["spans"]
    ]  # fmt: skip
    called = [span for span in spans if span["name"] == "openai.chat"]
    return clients([{one["key"]: next(iter(one["value"].values())) for one in span["attributes"]} for span in called])


def of_langfuse(doc: Row) -> Counts:
    """Generations that no other lies in; one without tokens is an event of another."""
    parents = {each["id"]: each["parentObservationId"] for each in doc["observations"]}
    generations = {each["id"]: each for each in doc["observations"] if each["type"] == "GENERATION"}
    around = {name for each in generations for name in above(parents, each)}
    inner = [each["usageDetails"] for name, each in generations.items() if name not in around and each["usageDetails"]]
    ids = set(_GIVEN_ID.findall(json.dumps(doc)))
    tools = sum(
        each["type"] == "TOOL" or each["name"].startswith("tool.search.wikipedia.success")
        for each in doc["observations"]
    )
    written = sum(each.get("output", 0) + each.get("output_reasoning", 0) for each in inner)
    return len(inner), len(ids) or tools, sum(each["input"] for each in inner), written


def above(parents: dict[str, str], name: str) -> Iterator[str]:
    while name := parents.get(name) or "":
        yield name


def of_atif(doc: Row) -> Counts:
    own = [step for step in doc["steps"] if step["source"] == "agent" and not step.get("is_copied_context")]
    metrics = [step["metrics"] for step in own]
    return (
        len(own), sum(len(step.get("tool_calls", ())) for step in own), sum(each["prompt_tokens"] for each in metrics),
        sum(each["completion_tokens"] for each in metrics),
    )  # fmt: skip


def of_openclaw(events: list[Row]) -> Counts:
    """Replies since each run began."""
    said = [
        message for event in events if event["type"] == "agent.end" for message in event["messages"]
        if isinstance(message, dict) and message["role"] == "assistant"
        and message["timestamp"] >= event["ts"] - event["durationMs"]
    ]  # fmt: skip
    calls = sum(part.get("type") == "toolCall" for message in said for part in message["content"])
    used = [message["usage"] for message in said]
    return (
        len(said), calls, sum(each["input"] + each["cacheRead"] + each["cacheWrite"] for each in used),
        sum(each["output"] for each in used),
    )  # fmt: skip


COUNTS = {
    "jaeger": of_jaeger, "otlp": of_otlp, "langfuse": of_langfuse, "atif": of_atif, "openclaw_telemetry": of_openclaw,
}  # fmt: skip


def test_turns_calls_and_tokens_of_every_record_are_those_of_the_raw_json(
    rows: list[Row], items: dict[int, list[Item]]
) -> None:
    told = {row["id"]: counted(items.get(line, [])) for line, row in enumerate(rows, 1)}
    assert told == {row["id"]: COUNTS[row["format"]](row["doc"]) for row in rows}


def test_every_record_with_a_conversation_opens_with_what_a_person_or_program_asked(
    rows: list[Row], items: dict[int, list[Item]]
) -> None:
    without = [row["id"] for line, row in enumerate(rows, 1) if line not in items]
    assert without == ["sample-telemetry.jsonl"]  # no run in it ends
    for told in items.values():
        assert all(item.opening and item.at[:2] in ("20", "") and item.turns for item in told)
        assert all(item.opening[-1]["role"] == "user" for item in told)


def test_every_result_finds_its_call_and_little_is_noted(items: dict[int, list[Item]]) -> None:
    notes = [str(note) for told in items.values() for item in told for note in item.notes]
    assert not [note for note in notes if "answers no call" in note]
    assert len(notes) <= 6
    answered = Counter(
        exchange.result is not None
        for told in items.values() for item in told for exchange in item.trajectory.exchanges()
    )  # fmt: skip
    assert (answered[True] >= 20, answered[False]) == (True, 2)


def test_scores_that_fail_are_those_of_the_raw_json(rows: list[Row], items: dict[int, list[Item]]) -> None:
    for line, row in enumerate(rows, 1):
        if row["format"] != "langfuse":
            continue
        scores = row["doc"]["trace"]["scores"]
        bad = {
            f"{score['name']} {score['value']:g}"
            for score in scores
            if (score["value"] > 0.5) == (score["name"] in ("toxicity", "hallucination")) and score["value"] != 0.5
        }
        (item,) = items[line]
        assert {each.words for each in failures_of(item) if each.reason == "score"} == bad
        assert len(item.scores) == len(scores)


def test_no_tool_of_these_traces_failed(items: dict[int, list[Item]], rows: list[Row]) -> None:
    marked = re.findall(r'"isError\\*": true|"level": "ERROR"|STATUS_CODE_ERROR', json.dumps(rows))
    reasons = Counter(each.reason for told in items.values() for item in told for each in failures_of(item))
    assert (marked, reasons["tool_error"], reasons["error"]) == ([], 0, 0)


def test_each_document_alone_is_known_for_what_it_is_however_it_is_printed(rows: list[Row], tmp_path: Path) -> None:
    kinds = {"otlp": "opentelemetry", "openclaw_telemetry": "openclaw"}
    for number, row in enumerate(rows):
        path = tmp_path / "log.json"
        path.write_text(json.dumps(row["doc"], indent=2 if number % 2 else None), "utf-8")
        importer = importer_for(path)
        assert importer is not None
        assert importer.kind == kinds.get(row["format"], row["format"])
        told = [each for each in importer.read(path) if isinstance(each, Item)]
        assert counted(told) == COUNTS[row["format"]](row["doc"])
