"""A new gold for one case, in the file where the case is written."""

import json

import pytest

from evaltui.domain.errors import BadInput, Refused, Unknown
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.write import place_of, rewrite
from evaltui.files.splice import apply_edit

YAML = """\
# yaml-language-server: $schema=case.json
- id: refund-1   # the classic
  input: "I want my money back"
  expected:
    route: billing   # not sales
    reply: |
      Of course.

- id: refund-2
  input: Where is it?
  expected: shipping  # the desk
  tags: [slow]
"""


@pytest.fixture
def source(tmp_path):
    (tmp_path / "evalset.yaml").write_text("name: desk\ncases: [cases.yaml, more.jsonl]\nscorers: [exact]\n")
    (tmp_path / "agent.yaml").write_text("name: a\nmodel: m\nmax_tokens: 9\nsystem: x\n")
    (tmp_path / "cases.yaml").write_text(YAML, "utf-8")
    lines = [{"id": f"log-{n}", "input": "refund-1 é", "expected": {"route": "a", "n": n}} for n in range(3)]
    (tmp_path / "more.jsonl").write_text("\n" + "".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return read_evalset(tmp_path)


def gold(source, case_id):
    return place_of(source, case_id).written["expected"]


def change(source, case_id, expected):
    made = rewrite(place_of(source, case_id), {"expected": expected})
    apply_edit(made.edit)
    return made


def test_a_case_is_found_where_it_is_written(source):
    places = [place_of(source, name) for name in ("refund-1", "refund-2", "log-0", "log-2")]
    assert [(place.file.name, place.line) for place in places] == [
        ("cases.yaml", 2), ("cases.yaml", 9), ("more.jsonl", 2), ("more.jsonl", 4)
    ]  # fmt: skip
    with pytest.raises(Unknown, match="log-9 is in none of the files"):
        place_of(source, "log-9")


def test_one_value_of_a_yaml_file_changes_and_comments_and_order_stay(source, tmp_path):
    made = change(source, "refund-1", {"route": "refunds", "reply": "Of course.\n"})
    assert (tmp_path / "cases.yaml").read_text("utf-8") == YAML.replace("route: billing ", "route: refunds ")
    assert made.line == 5 and made.diff[1:4] == (
        (" ", "  expected:"), ("-", "    route: billing   # not sales"), ("+", "    route: refunds   # not sales")
    )  # fmt: skip


def test_one_line_of_a_jsonl_file_changes(source, tmp_path):
    before = (tmp_path / "more.jsonl").read_text("utf-8")
    made = change(source, "log-1", {"route": "é", "n": 1})
    assert (tmp_path / "more.jsonl").read_text("utf-8") == before.replace('"a", "n": 1', '"\\u00e9", "n": 1')
    assert gold(source, "log-1") == {"route": "é", "n": 1} and made.line == 3


def test_the_change_can_be_taken_back(source, tmp_path):
    made = change(source, "refund-2", "one\ntwo")
    assert gold(source, "refund-2") == "one\ntwo"
    apply_edit(made.edit.reverse)
    assert (tmp_path / "cases.yaml").read_text("utf-8") == YAML


def test_a_byte_order_mark_and_dos_line_ends_stay(source, tmp_path):
    raw = b"\xef\xbb\xbf" + YAML.replace("\n", "\r\n").encode()
    (tmp_path / "cases.yaml").write_bytes(raw)
    change(source, "refund-1", {"route": "billing", "reply": "No.\nSorry.\n"})
    wanted = raw.replace(b"      Of course.\r\n", b"      No.\r\n      Sorry.\r\n")
    assert (tmp_path / "cases.yaml").read_bytes() == wanted
    jsonl = b"\xef\xbb\xbf" + (tmp_path / "more.jsonl").read_bytes().lstrip()
    (tmp_path / "more.jsonl").write_bytes(jsonl)
    change(source, "log-0", "x")
    assert (tmp_path / "more.jsonl").read_bytes() == jsonl.replace(b'{"route": "a", "n": 0}', b'"x"')


def test_a_gold_that_is_so_already_needs_no_change(source):
    assert rewrite(place_of(source, "refund-2"), {"expected": "shipping"}) is None


def test_a_file_under_one_key_is_changed_too(source, tmp_path):
    (tmp_path / "cases.yaml").write_text("cases:  # all\n- {id: refund-1, input: x, expected: a}\n", "utf-8")
    change(source, "refund-1", "b")
    assert (tmp_path / "cases.yaml").read_text("utf-8") == "cases:  # all\n- {id: refund-1, input: x, expected: b}\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- &c {id: refund-1, input: x}\n- {<<: *c, id: b}\n", "shared"),
        ("- {id: refund-1, input: x, expected: &g a}\n- {id: b, input: x, expected: *g}\n", "shared"),
        ("- {id: refund-1, input: x, expected: *g}\n", "never defined"),
    ],
)
def test_what_cannot_be_changed_alone_is_refused_and_the_file_stays(source, tmp_path, text, why):
    (tmp_path / "cases.yaml").write_text(text, "utf-8")
    with pytest.raises((Refused, BadInput), match=why):
        rewrite(place_of(source, "refund-1"), {"expected": "b"})
    assert (tmp_path / "cases.yaml").read_text("utf-8") == text


def test_half_of_a_surrogate_pair_is_refused(source):
    with pytest.raises(Refused, match="surrogate"):
        rewrite(place_of(source, "log-1"), {"expected": "\ud800"})
    with pytest.raises(Refused, match="surrogate"):
        rewrite(place_of(source, "refund-2"), {"expected": "\ud800"})


def test_an_id_that_is_written_with_escapes_is_found(source, tmp_path):
    (tmp_path / "more.jsonl").write_text('{"id": "a\\u002fb", "input": "x", "expected": 1}\n', "utf-8")
    assert place_of(source, "a/b").line == 1


def test_a_long_line_is_shown_where_it_changes(source, tmp_path):
    line = json.dumps({"id": "log-0", "input": "x" * 500, "expected": "a", "vars": {"y": "z" * 500}})
    (tmp_path / "more.jsonl").write_text(line, "utf-8")
    removed, added = change(source, "log-0", "b").diff
    assert len(removed[1]) < 150 and removed[1].startswith("…xxx") and '"expected": "a"' in removed[1]
    assert added[1] == removed[1].replace('"a"', '"b"')


ADDED = {
    "- id: refund-1\n  input: x  # a\n\n# end\n": "- id: refund-1\n  input: x  # a\n  expected: [a, b]\n\n# end\n",
    "- id: refund-1\n  input: |+\n    x\n\n- {id: b, input: z}": (
        "- id: refund-1\n  input: |+\n    x\n\n  expected: [a, b]\n- {id: b, input: z}"
    ),
    "- {id: refund-1, input: x,}\n": "- {id: refund-1, input: x, expected: [a, b],}\n",
    "-   id: refund-1\r\n    input: x\r\n": "-   id: refund-1\r\n    input: x\r\n    expected: [a, b]\r\n",
    "- id: refund-1\n  input: x": "- id: refund-1\n  input: x\n  expected: [a, b]",
}


@pytest.mark.parametrize(("before", "after"), ADDED.items())
def test_a_gold_is_added_where_a_case_has_none(source, tmp_path, before, after):
    (tmp_path / "cases.yaml").write_bytes(before.encode())
    change(source, "refund-1", ["a", "b"])
    written = (tmp_path / "cases.yaml").read_bytes().decode()
    newline = "\r\n" if "\r\n" in before else "\n"
    column = before.index("id") - before.rfind("\n", 0, before.index("id")) - 1
    below = newline.join(["expected:", f"{' ' * column}  - a", f"{' ' * column}  - b"])
    assert written == (after if "{id: refund-1" in before else after.replace("expected: [a, b]", below))


def test_marks_change_beside_the_gold_and_every_other_line_stays(source, tmp_path):
    made = rewrite(place_of(source, "refund-2"), {"tags": ["slow", "new"], "critical": True, "expected": "desk"})
    apply_edit(made.edit)
    wanted = YAML.replace("expected: shipping ", "expected: desk ").replace(
        "  tags: [slow]\n", "  tags: [slow, new]\n  critical: true\n"
    )
    assert (tmp_path / "cases.yaml").read_text("utf-8") == wanted
    apply_edit(rewrite(place_of(source, "log-2"), {"critical": True, "rubric": "kind"}).edit)
    added = place_of(source, "log-2")
    assert (added.written["critical"], added.written["rubric"], added.line) == (True, "kind", 4)
    assert ("+", "  critical: true") in made.diff and (" ", "  input: Where is it?") in made.diff


def test_what_would_be_no_case_any_more_is_refused_with_its_place(source):
    with pytest.raises(BadInput, match=r"cases\.yaml:9.*tags"):
        rewrite(place_of(source, "refund-2"), {"tags": ["two words"]})
    with pytest.raises(BadInput, match=r"input.*expected, rubric, tags, critical"):
        rewrite(place_of(source, "refund-2"), {"input": "another"})
