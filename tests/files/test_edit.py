"""Changing one value of a file: it reads as wanted, and every other character stays."""

import json
import string

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from evaltui.domain.errors import Refused
from evaltui.files.edit import edit_json, edit_yaml, with_splice

WORDS = ("billing", "it's", 'a "quote"', "a: b", "x #y", "- z", "[q]", "yes", "12", "null", "é 😀", "", " lead", "end ")
TEXTS = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
    st.lists(st.sampled_from(("one", "  two", "", "# three", "four ")), min_size=1, max_size=5).map("\n".join),
)
SCALARS = st.one_of(TEXTS, st.integers(-1000, 1000), st.booleans(), st.none(), st.sampled_from((0.5, 1e22, -2.25)))
KEYS = st.sampled_from(("route", "reply", "a b", "no", "1", "k:", "<<", "é"))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)
COMMENTS = st.sampled_from(("", "  # why", "\n  # below", "\n\n# far: [left", "\n   \n"))
LINE = string.ascii_letters + " .,'"


def literal(text):
    return "|-\n" + "\n".join(f"      {line}" if line.strip() else "" for line in text.split("\n"))


@st.composite
def writings(draw):
    """A value as somebody may have written it below `  expected:`, and how it reads."""
    value = draw(VALUES)
    plain = st.text(LINE, min_size=1, max_size=12).map(str.strip).filter(lambda text: text and text[0].isalpha())
    block = yaml.safe_dump(value, allow_unicode=True, width=1000) if isinstance(value, (dict, list)) and value else ""
    ways = [
        (" " + json.dumps(value), value),
        (" " + (word := draw(plain.filter(lambda text: yaml.safe_load(text) == text))), word),
        (f" '{word.replace(chr(39), chr(39) * 2)}'", word),
        ("", None),
    ]
    if "<<" not in block and not any(text in block for text in ("e+22", "!", "\u0085", "\u2028", "\u2029")):
        ways += [("\n" + "\n".join(f"    {line}" if line else "" for line in block.rstrip("\n").split("\n")), value)]
    lines = "\n".join(draw(st.lists(plain, min_size=1, max_size=3)))
    ways += [(f" {literal(lines)}", lines), (f" {literal(lines).replace('|-', '>+', 1)}\n", None)]
    written, reads = draw(st.sampled_from(ways))
    return written, yaml.safe_load(f"expected:{written}\n")["expected"] if reads is None else reads


def reads(text):
    """By the reader of the product, as any file of cases is read."""
    from evaltui.files.compose import Composer
    from evaltui.files.document import LOADER

    composer = Composer("")
    composer.feed(yaml.parse(text, Loader=LOADER))
    assert not composer.problems, composer.problems
    return composer.root.value


def readable(written, value):
    try:
        return reads(f"expected:{written}\n")["expected"] == value
    except (yaml.YAMLError, AssertionError):
        return False


@given(writings(), COMMENTS, VALUES, st.sampled_from(("\n", "\r\n")), st.booleans())
@example((" billing", "billing"), "  # why", "two\nlines", "\n", True)
@example((" |-\n      x", "x"), "\n# far: [left", {"a": ["b", {"c": "d\ne\n"}]}, "\r\n", True)
@example(("\n    a: 1\n    b: 2", {"a": 1, "b": 2}), "  # why", "text", "\n", False)
@example(("", None), "  # why", [], "\n", True)
@example(("\n    - billing", ["billing"]), "  # why", ["billing", "0\n"], "\n", False)
def test_the_new_value_reads_as_wanted_and_all_around_it_stays(writing, comment, wanted, newline, between):
    written, old = writing
    if not readable(written, old):
        return
    if "|" in written[:3] or ">" in written[:3]:
        comment = comment if comment.startswith("\n") else ""
    before = f"# cases\n- id: a\n  input: 'x'   # é\n{'' if between else '  tags: [t]' + chr(10)}  expected:"
    after = f"{comment}\n{'  tags: [ t ]' + chr(10) if between else ''}- id: b  # next\n  expected: yes it is"
    before, written, after = (part.replace("\n", newline) for part in (before, written, after))
    splice = edit_yaml(before + written + after, (0, "expected"), old, wanted)
    if splice is None:
        assert json.dumps(wanted, sort_keys=True) == json.dumps(old, sort_keys=True)
        return
    changed = with_splice(before + written + after, splice)
    assert changed.startswith(before) and changed.endswith(after.lstrip("\r\n \t"))
    assert changed[splice.start + len(splice.text) :] == (before + written + after)[splice.end :]
    found = reads(changed)
    assert json.dumps(found[0]["expected"], sort_keys=True) == json.dumps(wanted, sort_keys=True)
    assert [found[0]["input"], found[1]] == ["x", {"id": "b", "expected": "yes it is"}]


@given(VALUES, VALUES, st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]), st.booleans())
def test_a_line_of_json_changes_in_its_value_alone(old, wanted, separators, escaped):
    case = {"id": "a", "expected": old, "tags": ["é", "\\", "\u2028"]}
    line = json.dumps(case, separators=separators, ensure_ascii=escaped) + "  \n"
    splice = edit_json(line, ("expected",), old, wanted)
    if splice is None:
        assert json.dumps(wanted, sort_keys=True) == json.dumps(old, sort_keys=True)
        return
    start, end = line.index("expected"), len(line) - line.index('"tags"')
    changed = with_splice(line, splice)
    assert changed[:start] == line[:start] and changed[-end:] == line[-end:] and changed.count("\n") == 1
    assert json.loads(changed) == {**case, "expected": wanted}


def changed(text, wanted, *steps):
    old = yaml.safe_load(text)
    for step in steps:
        old = old[step]
    splice = edit_yaml(text, steps, old, wanted)
    return with_splice(text, splice)


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [
        ("e: billing  # desk\n", "refunds", "e: refunds  # desk\n"),
        ("e: 'billing'\n", "it's", "e: 'it''s'\n"),
        ('e: "billing"\n', "refunds", 'e: "refunds"\n'),
        ("e: billing\n", "yes", 'e: "yes"\n'),
        ("e: billing\n", "one\ntwo\n", "e: |\n  one\n  two\n"),
        ("e: billing  # c\n", "one\ntwo\n", 'e: "one\\ntwo\\n"  # c\n'),
        ("e: |  # head\n    one\n\nf: 1\n", "two\nthree", "e: |-  # head\n    two\n    three\n\nf: 1\n"),
        ("e:\n  route: billing # why\n  n: 1\n", {"route": "refunds", "n": 1}, "e:\n  route: refunds # why\n  n: 1\n"),
        ("e:\n  - a # 1\n  - b # 2\n", ["a", "c"], "e:\n  - a # 1\n  - c # 2\n"),
        ("e:\n  - a # 1\n", ["a", "c"], "e:\n  - a\n  - c # 1\n"),
        ("e:\n- a\n", "b", 'e:\n  "b"\n'.replace('"', "")),
        ("e: {a: 1, b: x}\n", {"a": 1, "b": "y, z"}, 'e: {a: 1, b: "y, z"}\n'),
        ("e:   # none yet\n", "x", "e: x   # none yet\n"),
        ("e: a\n  b\nf: 1\n", "c", "e: c\nf: 1\n"),
        ("e: x\n", "\x1b[31m \u202e", 'e: "\\u001b[31m \\u202e"\n'),
        ("e: !!str 12\n", 5, "e: 5\n"),
    ],
)
def test_a_value_is_written_as_its_place_was_written_before(before, wanted, after):
    assert changed(before, wanted, "e") == after
    assert yaml.safe_load(after)["e"] == wanted


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("- &one x\n- *one\n", (1,)),
        ("- &one x\n- *one\n", (0,)),
        ("- e: &one {a: x}\n- e: *one\n", (0, "e", "a")),
        ("- &base {id: a, e: x}\n- {<<: *base, id: b}\n", (1, "e")),
        ("- &base {id: a, e: x}\n- {<<: *base, id: b}\n", (0, "e")),
        ("- e: [&one x]\n- *one\n", (0, "e")),
    ],
)
def test_a_value_that_is_shared_is_refused_with_words(text, steps):
    with pytest.raises(Refused, match=r"shared|another part|anchor"):
        changed(text, ["new", "new"], *steps)


def test_a_value_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="reply is not written there"):
        edit_yaml("e: {a: 1}\n", ("e", "reply"), None, "x")
