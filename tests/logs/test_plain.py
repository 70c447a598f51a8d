"""Plain logs of anybody's own making: columns are guessed, a mapping reads them, reading goes on anywhere."""

import json
from pathlib import Path
from typing import Any

import pytest

from evaltui.domain.item import Item, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored
from evaltui.logs.failures import failures_of
from evaltui.logs.importers import importer_for
from evaltui.logs.plain.guess import UNSURE, Guess, guess
from evaltui.logs.plain.importer import PlainLog
from evaltui.logs.plain.mapping import Mapping
from evaltui.logs.plain.shape import Shape, shape_of


def shaped(tmp_path: Path, content: str | list[Any]) -> tuple[Path, Shape]:
    path = tmp_path / "log"
    text = content if isinstance(content, str) else "".join(json.dumps(each) + "\n" for each in content)
    path.write_text(text, "utf-8", newline="")
    shape = shape_of(path)
    assert isinstance(shape, Shape), shape
    return path, shape


def guessed(tmp_path: Path, content: str | list[Any]) -> Guess:
    return guess(shaped(tmp_path, content)[1])


def items(tmp_path: Path, content: str | list[Any], **mapping: str) -> list[Item]:
    path, _ = shaped(tmp_path, content)
    read = list(PlainLog(Mapping(**mapping)).read(path))
    assert all(isinstance(each, Item) for each in read), read
    return [each for each in read if isinstance(each, Item)]


def test_columns_are_known_by_their_names_and_by_what_they_hold(tmp_path: Path) -> None:
    made = guessed(
        tmp_path,
        "requestId\tQuestion\tanswer\tcreated_at\tstars\tthumbs\tstatus\tregion\n"
        "r1\tWhere is it?\tHere.\t2024-05-01 10:00\t4\tup\t200\tEU\n",
    )
    assert made.mapping == Mapping(
        input="Question", output="answer", id="requestId", time="created_at", score="stars", scale="1..5",
        rating="thumbs", error="status",
    )  # fmt: skip
    assert made.unread == ("region",) and made.sure


def test_a_name_whose_values_do_not_fit_is_not_believed(tmp_path: Path) -> None:
    made = guessed(tmp_path, "question,answer,time,score\nWhy?,So.,soon,good\n")
    assert made.mapping == Mapping(input="question", output="answer") and made.unread == ("time", "score")


def test_a_status_is_an_error_only_where_it_says_how_the_request_ended(tmp_path: Path) -> None:
    for values, read in (("ok failed", "status"), ("200 503", "status"), ("active paid", None)):
        rows = "".join(f"Why?,So.,{value}\n" for value in values.split())
        mapping = guessed(tmp_path, f"question,answer,status\n{rows}").mapping
        assert mapping is not None and mapping.error == read


def test_without_telling_names_the_longest_texts_are_a_guess_and_nothing_more(tmp_path: Path) -> None:
    made = guessed(tmp_path, "c1,c2,c3\nEU,Where is my parcel?,It arrives on Monday.\n")
    assert made.mapping == Mapping(input="c2", output="c3") and not made.sure
    assert {each.sure for each in made.readings} == {UNSURE}
    assert guessed(tmp_path, "c1,c2\n1,2\n").mapping is None


def test_a_conversation_in_a_cell_goes_before_single_texts(tmp_path: Path) -> None:
    talk = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
    made = guessed(tmp_path, [{"meta": {"messages": talk, "at": 1_700_000_000}, "answer": "Hello", "n": 1}])
    assert made.mapping == Mapping(messages="meta.messages", time="meta.at")
    (item,) = items(tmp_path, [{"talk": json.dumps(talk), "answer": "Hello"}], messages="talk", output="answer")
    assert (item.system, item.trajectory.answer) == ("Be brief.", "Hello")
    assert item.opening == ({"role": "user", "content": "Hi"},)


def test_a_row_becomes_an_item_with_all_that_was_mapped(tmp_path: Path) -> None:
    rows = "q,a,when,who,stars,thumb,said,err\nWhy?,So.,2024-05-01T10:00:00Z,claude-x,2,down,Too short,ok\n"
    (item,) = items(
        tmp_path, rows, input="q", output="a", time="when", model="who", score="stars", scale="1..5", rating="thumb",
        comment="said", error="err",
    )  # fmt: skip
    assert (item.at, item.model, item.scores) == ("2024-05-01T10:00:00.000Z", "claude-x", {"stars": 0.25})
    assert (item.error, item.notes, item.place.line) == (None, (), 2)
    assert [(each.reason, each.words) for each in failures_of(item)] == [
        ("rated_down", "Too short"), ("score", "stars 0.25"),
    ]  # fmt: skip


def test_a_tool_call_stands_between_the_question_and_the_answer(tmp_path: Path) -> None:
    row = {"q": "Where?", "tool": "track", "args": {"id": 7}, "back": "Error: no such parcel", "a": "Unknown."}
    (item,) = items(tmp_path, [row], input="q", output="a", tool="tool", arguments="args", result="back")
    (exchange,) = item.trajectory.exchanges()
    assert (exchange.call.tool, exchange.call.arguments, item.trajectory.answer) == ("track", {"id": 7}, "Unknown.")
    assert [each.reason for each in failures_of(item)] == ["tool_error"]


@pytest.mark.parametrize(
    ("written", "fault", "status"),
    [
        (None, None, None), ("false", None, None), (200, None, 200), ("503", Errored("http_503", "status 503"), 503),
        ("timed out", Errored("error", "timed out"), None),
        ({"type": "overloaded_error", "message": "busy"}, Errored("overloaded_error", "busy"), None),
    ],
)  # fmt: skip
def test_an_error_is_told_from_words_that_say_all_is_well(
    tmp_path: Path, written: Any, fault: Errored | None, status: int | None
) -> None:
    (item,) = items(tmp_path, [{"q": "Hi", "e": written}], input="q", error="e")
    assert (item.error, item.status) == (fault, status)


def test_what_cannot_be_taken_is_noted_with_its_line(tmp_path: Path) -> None:
    rows = "q,when,stars,thumb,talk\nHi,soon,9,4,oops\n"
    (item,) = items(
        tmp_path, rows, input="q", time="when", score="stars", scale="1..5", rating="thumb", messages="talk"
    )
    assert [(note.line, note.field) for note in item.notes] == [
        (2, "messages"), (2, "time"), (2, "rating"), (2, "score"),
    ]  # fmt: skip
    assert (item.at, item.scores, item.marks) == ("", {}, ())


def test_a_record_in_which_nothing_was_asked_is_skipped(tmp_path: Path) -> None:
    path, _ = shaped(tmp_path, "q,a\n,Hello\n")
    (skipped,) = PlainLog(Mapping(input="q", output="a")).read(path)
    assert isinstance(skipped, Skipped) and not skipped.damaged and skipped.place.line == 2


@pytest.mark.parametrize("jsonl", [False, True])
def test_reading_goes_on_amid_a_log_and_gives_the_same_items_twice(tmp_path: Path, jsonl: bool) -> None:
    texts = [f'line "{n}"\nand, another' for n in range(30)]
    rows = "q;a\r\n" + "".join(f'"{text.replace(chr(34), chr(34) * 2)}";{n}\r\n' for n, text in enumerate(texts))
    path, _ = shaped(tmp_path, [{"q": text, "a": n} for n, text in enumerate(texts)] if jsonl else rows)
    log = PlainLog(Mapping(input="q", output="a"))
    whole = list(log.read(path))
    assert [each.opening[0]["content"] for each in whole if isinstance(each, Item)] == texts
    for place in (1, 13, 29):
        assert list(log.read(path, whole[place - 1].place.after)) == whole[place:]
    assert len({each.id for each in [*whole, *log.read(path)] if isinstance(each, Item)}) == 30
    assert not list(log.read(path, whole[-1].place.after))


TALK = (
    "session,role,content,time,thumb,error\n"
    "s1,system,Be brief.,,,\ns1,Customer,Where?,2024-05-01T10:00:00Z,,\ns1,bot,Here.,,down,\ns1,user,No!,,,\nbad\n"
    "s1,bot,There.,,,\ns2,user,Hi,,,\ns2,narrator,Rain.,,,\ns2,bot,Hello,,,timed out\n"
)
THREADS = {"input": "content", "role": "role", "conversation": "session", "time": "time", "rating": "thumb"}


def test_records_that_are_one_message_each_become_conversations(tmp_path: Path) -> None:
    assert guessed(tmp_path, TALK).mapping == Mapping(**THREADS, error="error")
    path, _ = shaped(tmp_path, TALK)
    first, skipped, second = PlainLog(Mapping(**THREADS, error="error")).read(path)
    assert isinstance(first, Item) and isinstance(skipped, Skipped) and isinstance(second, Item)
    assert (first.source, first.system, first.at) == ("s1", "Be brief.", "2024-05-01T10:00:00.000Z")
    assert (first.place.line, first.place.records, first.trajectory.turns) == (2, 5, 2)
    assert first.opening == ({"role": "user", "content": "Where?"},)
    assert [(each.reason, each.turn) for each in failures_of(first)] == [("rated_down", 1), ("correction", 1)]
    assert (skipped.place.line, skipped.damaged) == (6, True)
    assert (second.trajectory.answer, second.error) == ("Hello", Errored("error", "timed out"))
    assert [(note.line, note.field) for note in second.notes] == [(8, "role")]


def test_a_conversation_that_is_still_being_written_is_read_again_from_its_start(tmp_path: Path) -> None:
    path, _ = shaped(tmp_path, TALK)
    log = PlainLog(Mapping(**THREADS))
    first, skipped, last = log.read(path)
    assert list(log.read(path, first.place.after)) == list(log.read(path, last.place.after)) == [last]
    with path.open("a", encoding="utf-8") as file:
        file.write("s2,user,Bye,,,\ns3,user,Hi,,,\n")
    longer, _ = log.read(path, last.place.after)
    assert isinstance(longer, Item) and (longer.source, longer.place.records) == ("s2", 4)
    assert skipped.place.after == first.place.after == last.place.after


def test_a_log_of_a_known_kind_is_not_plain_and_what_is_no_log_is_told(tmp_path: Path) -> None:
    path, _ = shaped(tmp_path, "q,a\nHi,Hello\n")
    assert importer_for(path) is None
    path.write_text("just some words\n", "utf-8")
    assert isinstance(shape_of(path), Problem)
    (skipped,) = PlainLog(Mapping(input="q")).read(path)
    assert isinstance(skipped, Skipped) and skipped.damaged
