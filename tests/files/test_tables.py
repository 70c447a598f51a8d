"""Tables in CSV and its kin: every row is read or named, and reading goes on at any row."""

from pathlib import Path
from typing import Any

import pytest

from evaltui.domain.problem import Problem
from evaltui.files import tables
from evaltui.files.tables import BadRow, Row, Table, read_rows, table_of

ODD = (
    b"\xef\xbb\xbfid;question;answer\r\n"
    b'1;"Where is\r\nmy ""parcel""; please?";On its way\r\n'
    b"\r\n"
    b"2;short\r\n"
    b'3;a "quote" amid text;fine\r\n'
    b'4;"closed" too early;x\r\n'
    b"5;caf\xe9;x\r\n"
    b"6;one;two;three\r\n"
    b"id;question;answer\r\n"
    b"7;caf\xc3\xa9;last"
)


def file_of(tmp_path: Path, content: bytes) -> tuple[Path, Table]:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    table = table_of(path)
    assert isinstance(table, Table), table
    return path, table


def told(each: Row | BadRow) -> tuple[Any, ...]:
    return (each.line, each.cells) if isinstance(each, Row) else (each.line, each.reason, each.damaged)


def test_every_row_is_read_or_named_with_its_line(tmp_path: Path) -> None:
    path, table = file_of(tmp_path, ODD)
    assert (table.delimiter, table.columns) == (";", ("id", "question", "answer"))
    assert [told(each) for each in read_rows(path, table)] == [
        (2, ("1", 'Where is\r\nmy "parcel"; please?', "On its way")),
        (5, "the row has fewer cells than the head", True),
        (6, ("3", 'a "quote" amid text', "fine")),
        (7, "the row is not well formed: ';' expected after '\"'", True),
        (8, "the row is not UTF-8 text", True),
        (9, "the row has more cells than the head", True),
        (10, "the names of the columns once more", False),
        (11, ("7", "café", "last")),
    ]


def test_reading_goes_on_behind_any_row_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    path, table = file_of(tmp_path, ODD)
    whole = list(read_rows(path, table))
    for place, each in enumerate(whole[:-1], 1):
        assert list(read_rows(path, table, each.after)) == whole[place:]
    assert list(read_rows(path, table, whole[-1].after)) == whole[-1:]  # it may be amid growing


def test_a_row_that_is_still_being_written_is_read_once_it_is_whole(tmp_path: Path) -> None:
    path, table = file_of(tmp_path, b"a,b\n1,2\n3")
    (_, cut) = read_rows(path, table)
    assert isinstance(cut, BadRow) and cut.reason == "the last row is not complete"
    path.write_bytes(b"a,b\n1,2\n3,4\n")
    assert [told(each) for each in read_rows(path, table, cut.after)] == [(3, ("3", "4"))]


def test_a_quote_that_is_never_closed_is_named_and_loses_nothing_when_it_is_closed_later(tmp_path: Path) -> None:
    path, table = file_of(tmp_path, b'a,b\n1,"open\n2,3\n')
    (open_quote,) = read_rows(path, table)
    assert isinstance(open_quote, BadRow) and open_quote.damaged and "never closed" in open_quote.reason
    path.write_bytes(b'a,b\n1,"open\n2,3\n"\n4,5\n')
    assert [told(each)[1] for each in read_rows(path, table, open_quote.after)] == [("1", "open\n2,3\n"), ("4", "5")]


def test_a_stray_quote_and_a_line_without_end_cost_their_own_row_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tables.csv.field_size_limit(50)
    monkeypatch.setattr(tables, "LINE_LIMIT", 100)
    try:
        path, table = file_of(tmp_path, b'a,b\n1,"stray\n' + b"2,3\n" * 20 + b"4," + b"x" * 300 + b"\n5,6\n")
        read = list(read_rows(path, table))
    finally:
        tables.csv.field_size_limit(limit)
    assert [told(each) for each in read[:2]] == [
        (2, "the row is not well formed: field larger than field limit (50)", True), (3, ("2", "3")),
    ]  # fmt: skip
    assert (read[-2].line, isinstance(read[-2], BadRow)) == (23, True)
    assert told(read[-1]) == (24, ("5", "6"))


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [(b"a,b\n1,2\n", ","), (b"a\tb\n1,5\t2\n", "\t"), (b"a|b\n1|2\n", "|"), (b'"a;x",b\n"1;y;z",2\n', ",")],
)
def test_the_delimiter_is_told_by_the_rows(tmp_path: Path, content: bytes, delimiter: str) -> None:
    assert file_of(tmp_path, content)[1].delimiter == delimiter


def test_columns_without_a_name_or_with_the_same_one_get_one_of_their_own(tmp_path: Path) -> None:
    assert file_of(tmp_path, b"a,,a,a\n1,2,3,4\n")[1].columns == ("a", "column 2", "a (2)", "a (3)")


@pytest.mark.parametrize("content", [b"", b"only one column\n", b"\xff\xfea\x00,\x00b\x00\n\x00", b'"a,b\n'])
def test_what_has_no_head_of_a_table_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.csv").write_bytes(content)
    assert isinstance(table_of(tmp_path / "log.csv"), Problem)
