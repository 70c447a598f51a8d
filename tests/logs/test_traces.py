"""Traces of every kind of log become one item each: the same conversation, the same failures, each token once."""

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from tests.logs import spans as made
from tests.logs.hostile import mangled, read_all
from tests.logs.spans import ROOT, Row, request, span

from evaltui.domain.item import Item, Skipped
from evaltui.domain.trajectory import Usage
from evaltui.logs import traces
from evaltui.logs.failures import failures_of
from evaltui.logs.importers import IMPORTERS, Importer, Report, importer_for

LINES: dict[str, tuple[str, list[Row]]] = {
    "old attributes": ("opentelemetry", [request(*made.old_style())]),
    "old attributes, a span a line, out of order": (
        "opentelemetry",
        [request(each) for each in made.old_style()[::-1]],
    ),
    "messages as text": ("opentelemetry", [request(*made.new_style())]),
    "messages as typed values": ("opentelemetry", [request(*made.new_style(as_text=False))]),
    "messages as events": ("opentelemetry", [request(*made.event_style())]),
    "Phoenix, flat": ("openinference", made.phoenix()),
    "Phoenix, levels": ("openinference", made.phoenix("levels")),
    "Phoenix, columns": ("openinference", made.phoenix("columns")[::-1]),
    "Jaeger": ("jaeger", [made.jaeger()]),
    "Langfuse": ("langfuse", [made.langfuse()]),
    "Langfuse, an observation a line": ("langfuse", made.langfuse()["observations"]),
    "LangSmith": ("langsmith", made.langsmith()),
    "LangSmith, nested": ("langsmith", [made.langsmith()[0] | {"child_runs": made.langsmith()[1:]}]),
    "ATIF": ("atif", [made.atif()]),
    "OpenClaw": ("openclaw", [made.openclaw()]),
}
KINDS = pytest.mark.parametrize(("kind", "lines"), LINES.values(), ids=LINES.keys())


def log(tmp_path: Path, *lines: Row, indent: int | None = None) -> Path:
    path = tmp_path / "log.json"
    path.write_text("".join(json.dumps(line, indent=indent) + "\n" for line in lines))
    return path


def importer(path: Path) -> Importer:
    found = importer_for(path)
    assert found is not None
    return found


def one(tmp_path: Path, *spans: Row) -> Item:
    (item,) = importer_for_spans(tmp_path, *spans)
    assert isinstance(item, Item)
    return item


def importer_for_spans(tmp_path: Path, *spans: Row) -> list[Item | Skipped]:
    path = log(tmp_path, request(*spans))
    return list(importer(path).read(path))


def reasons(item: Item) -> list[tuple[str, int]]:
    return [(each.reason, each.turn) for each in failures_of(item)]


@KINDS
@pytest.mark.parametrize("document", [False, True])
def test_one_conversation_is_the_same_item_in_every_kind_of_log(
    tmp_path: Path, kind: str, lines: list[Row], document: bool
) -> None:
    path = log(tmp_path, *lines)
    if document:
        path.write_text(json.dumps(lines if len(lines) > 1 else lines[0], indent=1))
    found = importer(path)
    report = Report()
    read = list(found.read(path))
    for each in read:
        report.add(each)
    (item,) = read
    assert isinstance(item, Item), item
    assert (found.kind, item.kind, item.model) == (kind, kind, "m-1")
    assert item.source == ("t1" if lines[0].get("type") == "SPAN" else "s1")
    assert item.opening == ({"role": "user", "content": "Where is order 7?"},)
    assert item.system in (("Be kind.",) if kind != "openclaw" else (None,))
    assert item.trajectory.usage == Usage(210, 12, 0, 90)
    (exchange,) = item.trajectory.exchanges()
    assert (exchange.call.tool, exchange.call.arguments, exchange.failed) == ("find", {"order": 7}, True)
    assert exchange.result is not None
    assert exchange.result.result == "none"
    assert (item.trajectory.turns, item.trajectory.answer, item.told) == (2, "It is lost.", 0)
    assert item.at.startswith("2026-02-02T02:40:0")
    assert report.records == len(lines)
    assert ("tool_error", 1) in reasons(item)
    if kind not in ("atif", "langsmith"):
        assert ("truncated", 2) in reasons(item)


@KINDS
def test_the_same_log_twice_gives_the_same_ids_also_from_where_reading_goes_on(
    tmp_path: Path, kind: str, lines: list[Row]
) -> None:
    path = log(tmp_path, *lines)
    read = list(importer(path).read(path))
    ids = {each.id for each in read if isinstance(each, Item)}
    again = list(importer(path).read(path, read[-1].place.after))
    assert {each.id for each in again if isinstance(each, Item)} <= ids


def test_a_trace_belongs_to_its_session(tmp_path: Path) -> None:
    assert one(tmp_path, *made.old_style()).source == "s1"
    assert one(tmp_path, *made.old_style()[1:]).source == "t1"


@pytest.mark.parametrize("name", ["Phoenix, flat", "Langfuse", "LangSmith"])
def test_thumbs_and_scores_of_a_trace_are_found_as_failures(tmp_path: Path, name: str) -> None:
    path = log(tmp_path, *LINES[name][1])
    (item,) = importer(path).read(path)
    assert isinstance(item, Item)
    assert item.scores["correctness"] == 0.25
    assert [(mark.kind, mark.words, mark.value, mark.turn) for mark in item.marks] == [("rated", "rude", 0.0, 2)]
    told = {(each.reason, each.words) for each in failures_of(item)}
    assert {("score", "correctness 0.25"), ("rated_down", "rude")} <= told
    assert not any("toxicity" in words for _, words in told)


def test_a_score_that_is_no_share_is_told_and_harm_fails_when_it_is_high(tmp_path: Path) -> None:
    trace = made.langfuse()
    trace["trace"]["scores"][1]["value"] = 0.9
    path = log(tmp_path, trace)
    (item,) = importer(path).read(path)
    assert isinstance(item, Item)
    assert [note.field for note in item.notes] == ["scores.length"]
    assert "toxicity 0.9" in {each.words for each in failures_of(item)}


def test_an_evaluation_is_read_where_the_conventions_put_it(tmp_path: Path) -> None:
    *others, last = made.new_style()
    held = {"gen_ai.evaluation.name": "relevance", "gen_ai.evaluation.score.label": "fail"}
    event = {"name": "gen_ai.evaluation.result", "attributes": made.attributes(held)}
    item = one(tmp_path, *others, last | {"events": [event]})
    assert item.scores == {"relevance": 0.0}


def test_messages_that_were_exported_as_log_records_belong_to_their_spans(tmp_path: Path) -> None:
    spans = [each | {"events": [] if each["spanId"] != "tool1" else each["events"]} for each in made.event_style()]
    logs = [
        {
            "traceId": "t1", "spanId": each["spanId"], "timeUnixNano": str(number), "body": {},
            "attributes": [*event["attributes"], *made.attributes({"event.name": event["name"]})],
        }
        for each in made.event_style() if each["spanId"] != "tool1" for number, event in enumerate(each["events"])
    ]  # fmt: skip
    covered = {"resourceLogs": [{"scopeLogs": [{"logRecords": logs}]}]}
    for lines in ([covered, request(*spans)], [request(*spans), covered]):
        path = log(tmp_path, *lines)
        (item,) = importer(path).read(path)
        assert isinstance(item, Item)
        assert item.trajectory == one(tmp_path, *made.event_style()).trajectory
    (alone,) = importer(path).read(log(tmp_path, covered))
    assert isinstance(alone, Item)
    assert (alone.trajectory.turns, alone.trajectory.answer) == (2, "It is lost.")


def chat(name: str, second: float, asked: list[Row], said: Row | None, **more: Any) -> Row:
    values = {"gen_ai.operation.name": "chat", "gen_ai.input.messages": json.dumps(asked)}
    values |= {"gen_ai.output.messages": json.dumps([said])} if said else {}
    return span(name, second, values | more.pop("values", {}), **more)


def says(role: str, text: str) -> Row:
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def test_what_a_client_and_a_framework_trace_of_one_call_counts_once(tmp_path: Path) -> None:
    used = {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 2}
    outer = chat("outer", 1, [says("user", "Hi")], says("assistant", "Hello"), values=used)
    inner = span("inner", 1.1, used | {"gen_ai.operation.name": "chat"}, parentSpanId="outer")
    item = one(tmp_path, ROOT, outer, inner)
    assert (item.trajectory.turns, item.trajectory.answer, item.trajectory.usage) == (1, "Hello", Usage(10, 2))


def test_a_span_that_was_exported_twice_counts_once(tmp_path: Path) -> None:
    spans = made.old_style()
    assert one(tmp_path, *spans, *spans).trajectory == one(tmp_path, *spans).trajectory


def test_history_that_is_sent_along_counts_once_and_words_said_twice_stay_two(tmp_path: Path) -> None:
    first, second = says("user", "More"), says("assistant", "One.")
    item = one(
        tmp_path, chat("a", 1, [first], second), chat("b", 2, [first, second, first], says("assistant", "Two.")),
        chat("c", 3, [first, second, first, says("assistant", "Two."), first], says("assistant", "Three.")),
    )  # fmt: skip
    assert [step.text for step in item.trajectory.steps] == ["One.", "More", "Two.", "More", "Three."]


def test_replies_from_before_the_trace_are_history(tmp_path: Path) -> None:
    asked = [says("user", "Hi"), says("assistant", "Hello"), says("user", "Bye")]
    item = one(tmp_path, chat("a", 1, asked, says("assistant", "Bye!"), values={"gen_ai.usage.output_tokens": 3}))
    assert (item.told, item.trajectory.turns, item.trajectory.usage.output_tokens) == (1, 2, 3)


def test_a_reply_that_only_the_next_request_tells_of_is_no_second_turn(tmp_path: Path) -> None:
    ask, call, found = made.QUESTION, made.CALLS, made.FOUND
    item = one(
        tmp_path, chat("a", 1, [ask], None, values={"gen_ai.usage.output_tokens": 3}),
        span("t", 2, {"gen_ai.tool.name": "find", "gen_ai.tool.call.arguments": '{"order": 7}'}, status=made.FAILED),
        chat("b", 3, [ask, call, found], says("assistant", "Lost.")),
    )  # fmt: skip
    assert (item.trajectory.turns, item.trajectory.usage.output_tokens) == (2, 3)
    assert [(each.call.tool, each.failed) for each in item.trajectory.exchanges()] == [("find", True)]


def test_a_failed_call_of_a_model_is_the_items_error_or_a_mark_where_it_was_tried_again(tmp_path: Path) -> None:
    raised = [("exception", {"exception.type": "RateLimit", "exception.message": "slow down"})]
    failed = chat("a", 1, [says("user", "Hi")], None, status={"code": 2}, events=raised)
    item = one(tmp_path, ROOT | {"status": {"code": 2}}, failed)
    assert item.error is not None
    assert (item.error.kind, item.error.message) == ("RateLimit", "slow down")
    assert reasons(item) == [("error", 1)]
    again = one(tmp_path, ROOT, failed, chat("b", 2, [says("user", "Hi")], says("assistant", "Hello")))
    assert (again.error, again.trajectory.turns, reasons(again)) == (None, 1, [("error", 1)])


def test_a_trace_that_fails_around_its_calls_is_an_error(tmp_path: Path) -> None:
    root = ROOT | {"status": {"code": 2, "message": "the guard said no"}}
    item = one(tmp_path, root, chat("a", 1, [says("user", "Hi")], says("assistant", "Hello")))
    assert item.error is not None
    assert item.error.message == "the guard said no"


def test_a_refusal_is_found(tmp_path: Path) -> None:
    said = says("assistant", "") | {"finish_reason": "content_filter"}
    said["parts"] = [{"type": "text", "content": "I can't."}]
    assert reasons(one(tmp_path, chat("a", 1, [says("user", "Hi")], said))) == [("refusal", 1)]


def test_choices_beside_the_first_are_told(tmp_path: Path) -> None:
    values = {"gen_ai.output.messages": json.dumps([says("assistant", "A"), says("assistant", "B")])}
    item = one(tmp_path, chat("a", 1, [says("user", "Hi")], None, values=values))
    assert item.trajectory.answer == "A"
    assert [note.field for note in item.notes] == ["choices"]


def test_tools_of_a_trace_without_contents_stand_with_the_reply_before_them(tmp_path: Path) -> None:
    used = {"gen_ai.operation.name": "chat", "gen_ai.usage.output_tokens": 4}
    tool = {"gen_ai.tool.name": "find"}
    item = one(
        tmp_path, span("a", 1, used), span("t", 2, tool), span("u", 3, tool, status=made.FAILED), span("b", 4, used)
    )
    assert [(each.call.turn, each.failed) for each in item.trajectory.exchanges()] == [(1, False), (1, True)]
    assert (item.trajectory.turns, item.trajectory.usage.output_tokens) == (2, 8)


def test_an_agent_whose_calls_are_not_traced_tells_what_it_said(tmp_path: Path) -> None:
    values = {"gen_ai.operation.name": "invoke_agent", "gen_ai.input.messages": json.dumps([says("user", "Hi")])}
    item = one(tmp_path, span("a", 1, values | {"gen_ai.output.messages": json.dumps([says("assistant", "Hello")])}))
    assert (item.opening[0]["content"], item.trajectory.answer) == ("Hi", "Hello")


def test_traces_without_a_model_and_other_signals_are_skipped_with_a_reason(tmp_path: Path) -> None:
    path = log(tmp_path, request(span("GET /", 1, {})), {"resourceMetrics": []}, {"resourceSpans": []})
    report = Report()
    for each in importer(path).read(path):
        report.add(each)
    assert report.words() == (
        "3 records; 0 items; 2 skipped: the record holds no span; 1 skipped: the trace holds no call of a model"
    )


def test_traces_that_lie_far_apart_are_told_within_a_bound_and_reading_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        request(chat(f"{number}", number, [says("user", "Hi")], says("assistant", "Hello"), traceId=f"t{number % 7}"))
        for number in range(60)
    ]
    path = log(tmp_path, *lines)
    whole = [each for each in importer(path).read(path) if isinstance(each, Item)]
    assert [each.trajectory.turns for each in whole] == [9, 9, 9, 9, 8, 8, 8]
    monkeypatch.setattr(traces, "HELD", 20 * len(json.dumps(lines[0])))
    parts = [each for each in importer(path).read(path) if isinstance(each, Item)]
    assert len({each.id for each in parts}) == len(parts) > 14
    assert sum(each.trajectory.turns for each in parts) == sum(each.place.records for each in parts) == 60
    for place, item in enumerate(parts):
        rest = {each.id for each in importer(path).read(path, item.place.after) if isinstance(each, Item)}
        assert {each.id for each in parts[place + 1 :]} <= rest <= {each.id for each in parts}


def test_collections_of_covered_traces_are_read_kind_by_kind(tmp_path: Path) -> None:
    kinds = [made.jaeger(), made.langfuse(), request(*made.new_style()), made.atif(), [made.openclaw()], {"a": 1}]
    path = log(tmp_path, *({"id": "x", "format": "y", "doc": doc} for doc in kinds))
    read = list(importer(path).read(path))
    assert [each.kind for each in read if isinstance(each, Item)] == [
        "jaeger", "langfuse", "opentelemetry", "atif", "openclaw",
    ]  # fmt: skip
    assert isinstance(read[-1], Skipped)
    assert sum(each.place.records for each in read) == len(kinds)


@KINDS
def test_hostile_values_never_raise(tmp_path: Path, kind: str, lines: list[Row]) -> None:
    reader = next(each for each in IMPORTERS if each.kind == kind)
    odd = [value for line in lines for value in islice(mangled(line), 3, None, 151)]
    for number, value in enumerate(odd):
        read_all(reader, tmp_path / "log", value, *lines[: number % 2])
        if isinstance(value, dict):
            reader.recognises([value])


def test_a_chain_of_1500_nested_calls_is_read_in_no_time_that_counts(tmp_path: Path) -> None:
    deep = [chat(f"s{n}", n, [says("user", "Hi")], None, parentSpanId=f"s{(n + 1) % 1500}") for n in range(1500)]
    assert len(importer_for_spans(tmp_path, *deep)) == 1
