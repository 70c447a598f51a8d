"""Reading one document: what its values mean, where they stand, and what is refused with its line."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evaltui.domain.problem import Problem
from evaltui.files.compose import MAX_DEPTH, Composer
from evaltui.files.document import Document, read_document, scan_document

Factory = pytest.TempPathFactory
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Quoting(yaml.SafeDumper):
    """Quotes every text, so that nothing depends on what YAML 1.1 takes for a number."""


Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def read(folder: Path, content: str | bytes, name: str = "x.yaml") -> Document | tuple[Problem, ...]:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_document(file)


def value(folder: Path, content: str | bytes, name: str = "x.yaml") -> object:
    document = read(folder, content, name)
    assert isinstance(document, Document), document
    return document.value


def problems(folder: Path, content: str | bytes, name: str = "x.yaml") -> tuple[Problem, ...]:
    found = read(folder, content, name)
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("7", 7), ("-3", -3), ("0", 0),
        ("1.50", 1.5), (".5", 0.5), ("1e3", 1000.0), ("123456789012345678901", 123456789012345678901),
        ("012", "012"), ("0x1f", "0x1f"), ("1_000", "1_000"), ("+5", "+5"), ("1:30", "1:30"), ("12:30:45", "12:30:45"),
        ("2026-03-14", "2026-03-14"), ("2026-03-14T10:00:00Z", "2026-03-14T10:00:00Z"), ("-x", "-x"),
        ("1.2.3", "1.2.3"),
        ("nothing", "nothing"), ("24.90 EUR", "24.90 EUR"), ("'no'", "no"), ('"yes"', "yes"), ("!!str no", "no"),
        ("|\n  no\n", "no\n"), ("=", "="),
    ],
)  # fmt: skip
def test_a_scalar_means_what_it_looks_like(tmp_path: Path, written: str, meant: object) -> None:
    assert value(tmp_path, f"a: {written}\n") == {"a": meant}


@pytest.mark.parametrize("word", ["yes", "No", "ON", "off", "y", "N"])
def test_a_bare_yes_or_no_is_refused_and_explained(tmp_path: Path, word: str) -> None:
    (problem,) = problems(tmp_path, f"- a: 1\n- expected: {word}\n")
    assert (problem.line, problem.field) == (2, "[1].expected")
    assert f'quote it ("{word}")' in problem.message


def test_keys_are_text_whatever_they_look_like(tmp_path: Path) -> None:
    assert value(tmp_path, "no: 1\n3: 2\nnull: 3\n") == {"no": 1, "3": 2, "null": 3}


@pytest.mark.parametrize("number", [".nan", "-.inf", "1e999"])
def test_a_number_that_is_not_finite_is_refused(tmp_path: Path, number: str) -> None:
    (problem,) = problems(tmp_path, f"a: {number}\n")
    assert "number" in problem.message and problem.line == 1


@given(PLAIN)
def test_every_plain_value_survives_being_written_and_read(tmp_path_factory: Factory, plain: object) -> None:
    assert value(tmp_path_factory.getbasetemp(), yaml.dump(plain, Dumper=Quoting), "round.yaml") == plain


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_the_parser_in_python_gives_the_same_as_the_one_in_c(loader: type) -> None:
    composer = Composer("x")
    composer.feed(yaml.parse("a: &a [1, !!str 2, 'x', y z]\nb: {<<: {c: 3}}\nc: *a\nd: no\n", Loader=loader))
    assert composer.root is not None
    assert composer.root.value == {"a": [1, "2", "x", "y z"], "b": {"c": 3}, "c": [1, "2", "x", "y z"], "d": False}
    assert [problem.line for problem in composer.problems] == [4]


def test_a_document_knows_the_line_of_every_part(tmp_path: Path) -> None:
    document = read(tmp_path, "# c\n- id: a\n  input:\n    deep:\n      - 1\n      - 2\n- id: b\n")
    assert isinstance(document, Document)
    inner = {(0, "input"): 3, (0, "input", "deep"): 4, (0, "input", "deep", 1): 6}
    lines = {(): 2, (1,): 7, (0, "absent"): 2, (9,): 2} | inner
    assert {path: document.line(path) for path in lines} == lines


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("a: 1\nb: c: d\n", 2, "colon"),
        ("a:\n\t- b\n", 2, "tab"),
        ('x: 1\na: "open\nb: 2\n', 2, "never closed"),
        ("a: 1\nb: [1, 2\n", 3, "never closed"),
        ("a: 1\nb\n", 2, "neither"),
        ("- a\nb: c\n", 2, "does not fit the list"),
        ("a: 'it's'\n", 1, "does not fit"),
        ("a: @x\n", 1, "cannot start"),
        ('a: "\\q"\n', 1, "escape"),
        ('a: "\\ud800"\n', 1, "no Unicode character"),
        ("a: 1\nb: !!python/object:os.system {}\n", 2, "tags are not read"),
        ("a: !mine x\n", 1, "tags are not read"),
        ("a: !x!y z\n", 1, "tags are not read"),
        ("a: 1\nb: 2\na: 3\n", 3, "given twice; the first is on line 1"),
        ("a: {b: 1, b: 2}\n", 1, "given twice"),
        ("--- 1\n--- 2\n", 2, "second document"),
        ("a: *nowhere\n", 1, "never defined"),
        ("a: &a\n  - *a\n", 2, "the part it stands in"),
        ("? [a]\n: b\n", 1, "a key must be text"),
        ("a: b\x07c\n", 1, "control character"),
        ("a: 1\nb: x\u2028y\n", 2, "control character"),
        (b"a: 1\nb: \xff\n", 2, "not UTF-8"),
        ("", 0, "empty"),
        ("# only a comment\n", 0, "empty"),
        ("%YAML 3.0\n---\na: 1\n", 1, "version"),
        ("<<: 3\n", 1, "merges mappings only"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line(
    tmp_path: Path, content: str | bytes, line: int, says: str
) -> None:
    found = problems(tmp_path, content)
    assert [(problem.line, says in problem.message) for problem in found] == [(line, True)]


def test_aliases_and_merges_are_fine_in_moderation(tmp_path: Path) -> None:
    content = "base: &base {a: 1, b: 2}\nother: &other {b: 3, c: 4}\nx: {<<: [*base, *other], a: 9}\ny: *base\n"
    assert value(tmp_path, content) == {
        "base": {"a": 1, "b": 2}, "other": {"b": 3, "c": 4}, "x": {"a": 9, "b": 2, "c": 4}, "y": {"a": 1, "b": 2},
    }  # fmt: skip


def test_a_quoted_merge_key_is_a_key(tmp_path: Path) -> None:
    assert value(tmp_path, '"<<": {a: 1}\n') == {"<<": {"a": 1}}


def test_an_alias_bomb_is_refused_before_it_expands(tmp_path: Path) -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 12))
    (problem,) = problems(tmp_path, "l0: &l0 [1, 2, 3, 4]\n" + levels)
    assert "aliases repeat too much" in problem.message and problem.line == 6


def test_one_long_text_repeated_many_times_is_a_bomb_too(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"a: &a {'x' * 1_000_000}\nb: [{', '.join(['*a'] * 100)}]\n")
    assert "aliases repeat too much" in problem.message and problem.line == 2


@pytest.mark.parametrize("opening", ["[", "- ", "{a: "])
def test_deep_nesting_is_refused(tmp_path: Path, opening: str) -> None:
    (problem,) = problems(tmp_path, opening * 5000)
    assert "nested too deep" in problem.message and len(problem.field) <= 80


def test_aliases_do_not_nest_deeper_than_what_is_written(tmp_path: Path) -> None:
    half = "[" * 60 + "{}" + "]" * 60
    (problem,) = problems(tmp_path, f"a: &a {half.format('1')}\nb: {half.format('*a')}\n")
    assert "nested too deep" in problem.message and problem.line == 2


def test_a_placeholder_without_quotes_says_what_to_do(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "content: {{input}}\n")
    assert "{{input}}" in problem.hint


def test_a_hundred_levels_are_allowed(tmp_path: Path) -> None:
    assert value(tmp_path, "[" * MAX_DEPTH + "]" * MAX_DEPTH)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    with file.open("wb") as stream:
        stream.truncate(16 * 1024 * 1024 + 1)
    (problem,) = problems_of(file)
    assert "too large" in problem.message and problem.allowed == "at most 16,777,216 bytes"


def problems_of(file: Path) -> tuple[Problem, ...]:
    found = read_document(file)
    assert isinstance(found, tuple)
    return found


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated(tmp_path: Path) -> None:
    assert value(tmp_path, b"\xef\xbb\xbfa: 1\r\nb: two\r\n") == {"a": 1, "b": "two"}


def test_a_missing_file_names_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "cases.yaml").write_text("[]")
    (problem,) = problems_of(tmp_path / "case.yaml")
    assert "no such file" in problem.message and 'did you mean "cases.yaml"?' in problem.hint


def test_a_folder_is_not_a_document(tmp_path: Path) -> None:
    assert "not a regular file" in problems_of(tmp_path)[0].message


def test_every_refused_value_is_reported_and_the_rest_is_still_readable(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("- {a: no, b: 1, b: 2}\n- !t {c: off}\n- d: fine\n")
    document, found = scan_document(file)
    assert document is not None
    places = [(problem.line, problem.field) for problem in found]
    assert places == [(1, "[0].a"), (1, "[0].b"), (2, "[1]"), (2, "[1].c")]
    assert document.value[2] == {"d": "fine"}


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ('{"a": 1,\n\t"b": }', 2, "not valid JSON"),
        ('{"a": 1, "a": 2}', 0, 'the key "a" is given twice'),
        ('{"a": NaN}', 0, "NaN is not a finite number"),
        ('{"a": 1e999}', 0, "not a finite number"),
        ('{"a": "\\ud800"}', 1, "half of a surrogate pair"),
        ("[" * 300 + "]" * 300, 1, "nested too deep"),
    ],
)
def test_json_is_as_strict_as_yaml(tmp_path: Path, content: str, line: int, says: str) -> None:
    (problem,) = problems(tmp_path, content, "x.json")
    assert problem.line == line and says in problem.message


def test_json_may_be_indented_with_tabs(tmp_path: Path) -> None:
    assert value(tmp_path, '{\n\t"a": [1.5, true, null]\n}', "x.json") == {"a": [1.5, True, None]}


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@`<?, \n\t.0~\\/é\u2028\x00", max_size=40))
def test_no_text_whatever_breaks_the_reader(tmp_path_factory: Factory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(text.encode())
    document, found = scan_document(file)
    assert document is not None or found
    assert all(0 <= problem.line <= text.count("\n") + 1 for problem in found)
