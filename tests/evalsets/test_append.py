"""New cases go to the end of a file's list, in the manner of the file, and every other byte stays."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from evaltui.domain.errors import BadInput, Refused
from evaltui.evalsets.append import append, apply
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.read import scan_evalset
from evaltui.files.document import read_document

NEW = {"id": "new", "input": "Where is\nmy parcel?\n", "expected": {"route": "delivery"}, "tags": ["late", "no"]}
BLOCK = """\
- id: new
  input: |
    Where is
    my parcel?
  expected: {route: delivery}
  tags: [late, "no"]
"""
FLOW = '{id: new, input: "Where is\\nmy parcel?\\n", expected: {route: delivery}, tags: [late, "no"]}'


def indented(text, columns=2):
    return "".join(f"{' ' * columns}{line}\n" if line else "\n" for line in text.splitlines())


ONE = "- id: a\n  input: x\n"
TWO = f"{ONE}- id: b\n  input: z\n"
APART = f"{ONE}\n- id: b\n  input: z\n"
WIDE = "-   id: a\n    input: x\n"
SHARED = "- &a {id: a, input: x}\n- {<<: *a, id: b}\n"
STYLES = {
    "one case": (ONE, f"{ONE}\n{BLOCK}"),
    "cases without blank lines": (TWO, f"{TWO}{BLOCK}"),
    "cases with blank lines": (APART, f"{APART}\n{BLOCK}"),
    "no line end at the end": (APART[:-1], f"{APART}\n{BLOCK}"),
    "a byte order mark": (f"\ufeff{TWO}", f"\ufeff{TWO}{BLOCK}"),
    "dos line ends": (TWO.replace("\n", "\r\n"), f"{TWO}{BLOCK}".replace("\n", "\r\n")),
    "an empty file": ("", BLOCK),
    "comments alone": ("# cases\n", f"# cases\n{BLOCK}"),
    "an empty list": ("# none yet\n[]\n", f"# none yet\n{BLOCK}"),
    "a document start": ("---\n", f"---\n{BLOCK}"),
    "a document end": (f"---\n{TWO}...\n", f"---\n{TWO}{BLOCK}...\n"),
    "marks around nothing": ("---\n...\n", f"---\n{BLOCK}...\n"),
    "a comment at the end": (f"{TWO}\n# the end\n", f"{TWO}{BLOCK}\n# the end\n"),
    "a comment of the last case": (f"{TWO}  # of b\n\n# the end\n", f"{TWO}  # of b\n{BLOCK}\n# the end\n"),
    "a comment beside the last line": (f"{TWO[:-1]}  # z\n", f"{TWO[:-1]}  # z\n{BLOCK}"),
    "a key": (f"cases:\n{indented(TWO)}", f"cases:\n{indented(TWO + BLOCK)}"),
    "a key without indentation": (f"cases:\n{TWO}", f"cases:\n{TWO}{BLOCK}"),
    "a key in the middle": (f"cases:\n{TWO}more: 1\n", f"cases:\n{TWO}{BLOCK}more: 1\n"),
    "a key with nothing behind it": ("cases:\n", f"cases:\n{indented(BLOCK)}"),
    "a key with an empty list": ("cases: []  # none\n", f"cases:   # none\n{indented(BLOCK)}"),
    "wide dashes": (WIDE, f"{WIDE}\n{indented(BLOCK).replace('  -', '-  ', 1)}"),
    "brackets": ("[{id: a, input: x}]\n", f"[{{id: a, input: x}}, {FLOW}]\n"),
    "brackets over lines": (
        "[\n  {id: a, input: x},  # a\n  {id: b, input: z},\n]\n",
        f"[\n  {{id: a, input: x}},  # a\n  {{id: b, input: z}},\n  {FLOW},\n]\n",
    ),
    "json": ('[{"id": "a", "input": "x"}]', f'[{{"id": "a", "input": "x"}}, {FLOW}]'),
    "a text with kept line ends": ("- id: a\n  input: |+\n    x\n\n", f"- id: a\n  input: |+\n    x\n\n{BLOCK}"),
    "anchors": (SHARED, f"{SHARED}{BLOCK}"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "evalset.yaml").write_text("name: desk\ncases: [cases.yaml, more.jsonl]\nscorers: [exact]\n", "utf-8")
    (tmp_path / "agent.yaml").write_text("name: a\nmodel: m\nmax_tokens: 9\n", "utf-8")
    (tmp_path / "cases.yaml").write_text(ONE, "utf-8")
    (tmp_path / "more.jsonl").write_text('{"id": "l", "input": "x"}\n', "utf-8")
    return tmp_path


def changes(folder, *cases, name="cases.yaml"):
    source, _ = scan_evalset(folder)
    return append(source, cases or (NEW,), name)


@pytest.mark.parametrize("style", STYLES)
def test_a_case_is_added_in_the_manner_of_the_file_and_all_other_bytes_stay(folder, style):
    before, after = STYLES[style]
    (folder / "cases.yaml").write_bytes(before.encode())
    made = changes(folder)
    assert (folder / "cases.yaml").read_bytes() == before.encode(), "nothing is changed before it is accepted"
    apply(made)
    assert (folder / "cases.yaml").read_bytes().decode() == after


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("- id: a\n  input: |\n    x", Refused, "without touching more"),
        ("cases: &all\n- {id: a, input: x}\nmore: *all\n", Refused, "without touching more"),
        ("a text\n", Refused, "holds no list"),
        ("other: 1\n", Refused, "cases is not written there"),
        ("- id: a\n  input: no\n", BadInput, "quote it"),
        ("- id: [a\n", BadInput, "never closed"),
    ],
)
def test_where_it_cannot_be_done_alone_it_is_refused_and_the_file_stays(folder, text, error, words):
    (folder / "cases.yaml").write_text(text, "utf-8")
    with pytest.raises(error, match=words):
        changes(folder)
    assert (folder / "cases.yaml").read_text("utf-8") == text
    assert sorted(path.name for path in folder.iterdir()) == ["agent.yaml", "cases.yaml", "evalset.yaml", "more.jsonl"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"id": "a"}\n', '{"id": "a"}\n{"id": "é", "n": 1}\n'),
        ('{"id": "a"}', '{"id": "a"}\n{"id": "é", "n": 1}\n'),
        ('{"id":"a\\u00e9"}\r\n', '{"id":"a\\u00e9"}\r\n{"id":"\\u00e9","n":1}\r\n'),
        ("", '{"id": "é", "n": 1}\n'),
    ],
)
def test_lines_are_added_to_json_lines_in_their_manner(folder, before, after):
    (folder / "more.jsonl").write_bytes(before.encode())
    apply(changes(folder, {"id": "é", "n": 1}, name="more.jsonl"))
    assert (folder / "more.jsonl").read_bytes().decode() == after


@pytest.mark.parametrize(
    ("evalset", "after"),
    [
        ("name: d\ncases: cases.yaml  # gold\nscorers: [exact]\n", "cases: [cases.yaml, promoted.yaml]  # gold\n"),
        ("name: d\ncases: [cases.yaml]\nscorers: [exact]\n", "cases: [cases.yaml, promoted.yaml]\n"),
        ("name: d\ncases:\n  - cases.yaml\nscorers: [exact]\n", "cases:\n  - cases.yaml\n  - promoted.yaml\n"),
        ("# d\nname: d\nscorers: [exact]\n", "# d\ncases: [cases.yaml, promoted.yaml]\nname: d\n"),
    ],
)
def test_a_file_that_is_absent_is_made_and_named_in_the_evalset(folder, evalset, after):
    (folder / "evalset.yaml").write_text(evalset, "utf-8")
    (folder / "cases.yaml").write_text(f"# yaml-language-server: $schema=s.json\n{ONE}", "utf-8")
    made = changes(folder, name="promoted.yaml")
    assert [change.file.name for change in made] == ["promoted.yaml", "evalset.yaml"]
    apply(made)
    assert after in (folder / "evalset.yaml").read_text("utf-8")
    written = (folder / "promoted.yaml").read_text("utf-8")
    assert written.startswith("# yaml-language-server: $schema=s.json\n# Gold cases promoted") and written.endswith(
        BLOCK
    )
    problems: list = []
    source, _ = scan_evalset(folder)
    assert [entry.case.id for entry in read_cases(source, problems)] == ["a", "new"] and not problems


def test_what_is_made_goes_again_when_the_evalset_changes_meanwhile(folder):
    made = changes(folder, name="promoted.yaml")
    (folder / "evalset.yaml").write_text("name: other\nscorers: [exact]\n", "utf-8")
    with pytest.raises(Refused, match="changed by somebody else"):
        apply(made)
    assert not (folder / "promoted.yaml").exists()


def test_a_file_that_is_there_and_not_among_the_cases_is_refused(folder):
    (folder / "promoted.yaml").write_text("", "utf-8")
    with pytest.raises(Refused, match="not among the `cases`"):
        changes(folder, name="promoted.yaml")
    with pytest.raises(Refused, match=r"allowed: \.yaml"):
        changes(folder, name="promoted.txt")


def test_the_change_is_shown_as_lines_around_what_is_added(folder):
    (folder / "cases.yaml").write_text(f"{TWO}# end\n", "utf-8")
    (made,) = changes(folder, {"id": "c", "input": "y"})
    assert made.line == 5
    assert made.diff == (
        (" ", "- id: b"), (" ", "  input: z"), ("+", "- id: c"), ("+", '  input: "y"'), (" ", "# end")
    )  # fmt: skip


def test_a_case_that_somebody_else_added_meanwhile_is_not_added_twice(folder):
    apply(changes(folder, {"id": "c", "input": "y"}))
    with pytest.raises(Refused, match=r"cases.yaml holds c by now"):
        changes(folder, {"id": "c", "input": "y"})


def test_half_of_a_surrogate_pair_is_refused(folder):
    with pytest.raises(Refused, match="surrogate"):
        changes(folder, {"id": "c", "input": "\ud800"})


TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), include_characters="\n\t:#-|'\""))
SCALAR = st.one_of(TEXT, st.integers(-(10**9), 10**9), st.booleans(), st.none())
VALUE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)
CASE = st.dictionaries(TEXT.filter(lambda key: key != "<<"), VALUE, min_size=1, max_size=4)


STYLE = st.fixed_dictionaries(
    {"default_flow_style": st.sampled_from([None, True, False]), "indent": st.sampled_from([2, 4])},
    optional={"explicit_start": st.booleans(), "line_break": st.just("\r\n"), "width": st.just(20)},
)


@settings(max_examples=40)
@given(
    old=st.lists(CASE, max_size=3), new=st.lists(CASE, min_size=1, max_size=2), style=STYLE,
    around=st.tuples(st.booleans(), st.sampled_from(["", "\n\n", "# end"])),
)  # fmt: skip
def test_whatever_the_list_holds_new_cases_read_back_and_old_bytes_stay(tmp_path_factory, old, new, style, around):
    keyed, tail = around
    folder = tmp_path_factory.mktemp("set")
    (folder / "evalset.yaml").write_text("name: d\nscorers: [exact]\n", "utf-8")
    file, value = folder / "cases.yaml", {"cases": old} if keyed else old
    written = f"{yaml.safe_dump(value, allow_unicode=True, **style)}{tail}".encode()
    file.write_bytes(written)
    document = read_document(file)
    if isinstance(document, tuple):
        return  # another program's YAML that a person has to mend first
    (change,) = changes(folder, *new)
    apply((change,))
    before, after = (each.value["cases"] if keyed else each.value for each in (document, read_document(file)))
    assert after == [*before, *new]
    at, now = change.edit.start, file.read_bytes()
    assert now[:at] + change.edit.removed + now[at + len(change.edit.inserted) :] == written
    assert not old or not change.edit.removed, "only an empty pair of brackets gives way"
