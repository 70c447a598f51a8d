"""What the agent was told beforehand, and what is no leak."""

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from evaltui.domain.case import Case
from evaltui.domain.leak import Leak, Source
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.health.leakage import leaks
from evaltui.evalsets.health.words import words
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.source import EvalsetSource

NAMES = ("support-desk", "refund-agent")
PROMPT = "You sort the mail of a shop.\n\nRoutes: refund, return, delivery.\nBe friendly and brief.\n"
ASKED = "The blue floor vase from my last order came in pieces this morning, please give me my money back"
OTHERS = ["Where is my parcel?", "I want to return a lamp that flickers in the evening.", "Do you sell garden benches?"]


def shipped(root: Path, name: str) -> list[Case]:
    source = read_evalset(root / "evalsets" / name)
    assert isinstance(source, EvalsetSource)
    return [entry.case for entry in read_cases(source, [])]


def prompts(root: Path, name: str) -> list[Source]:
    folder = root / "evalsets" / name
    files = [*folder.glob("prompts/*.md"), *folder.glob("agent*.yaml"), *folder.glob("tools.yaml")]
    assert len(files) >= 4
    return [Source("prompt", str(file), file.read_text()) for file in sorted(files)]


def case(id_: str, asked: Any, expected: Any = None) -> Case:
    return Case.model_validate({"id": id_, "input": asked, "expected": expected})


def found(asked: Any, pasted: str, expected: Any = None) -> tuple[Leak, ...]:
    cases = [case("it", asked, expected), *(case(f"other-{n}", text, "no") for n, text in enumerate(OTHERS))]
    return leaks(cases, [Source("system prompt", "prompts/system.md", f"{PROMPT}\n{pasted}\nAnswer at once.\n")])


def two_changed(text: str) -> str:
    """Two words far from the ends and from each other."""
    parts = text.split()
    parts[len(parts) // 3] = parts[2 * len(parts) // 3] = "whatsoever"
    return " ".join(parts)


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_sets_leak_nowhere(root: Path, name: str) -> None:
    assert leaks(shipped(root, name), prompts(root, name)) == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_case_pasted_with_two_words_changed_leaks_alone(root: Path, name: str) -> None:
    cases, sources = shipped(root, name), prompts(root, name)
    for planted in random.Random(5).sample([each for each in cases if len(words(str(each.input))) >= 14], 5):
        prompt = sources[-2]
        text = f"{prompt.text}\n- Example: {two_changed(str(planted.input))}\n"
        (leak,) = leaks(cases, [Source("prompt", prompt.file, text)])
        assert (leak.case, leak.part, leak.severity) == (planted.id, "input", "leak")
        assert leak.place.line == prompt.text.count("\n") + 2


def test_a_leak_shows_both_places() -> None:
    (leak,) = found(f"Hello! {ASKED}.", f"For example:\n{two_changed(ASKED)}")
    assert leak.severity == "leak"
    assert (leak.place.file, leak.place.line, leak.place.last_line) == ("prompts/system.md", 7, 7)
    assert leak.place.text == two_changed(ASKED)
    assert str(leak.place) == f"prompts/system.md:7({leak.place.start},{leak.place.end})"
    assert (leak.field, f"Hello! {ASKED}."[leak.start : leak.end], leak.text) == ("input", ASKED, ASKED)
    assert leak.share == pytest.approx(17 / 20)


def test_a_copy_over_two_lines_in_other_dress_is_found() -> None:
    (leak,) = found(ASKED, ASKED.upper().replace(" CAME", "\n**came**").replace(",", " —"))
    assert (leak.severity, leak.share, leak.place.line, leak.place.last_line) == ("leak", 1.0, 6, 7)


def test_lines_are_counted_from_where_the_text_starts_in_its_file() -> None:
    (leak,) = leaks([case("it", ASKED)], [Source("few-shot", "agent.yaml", f"one\n{ASKED}", line=40)])
    assert (leak.place.name, leak.place.line) == ("few-shot", 41)


def test_half_of_a_long_case_in_one_piece_is_a_leak() -> None:
    chance = random.Random(1)
    long = " ".join(chance.choices([f"word{n}" for n in range(500)], k=100))
    half, bit, less = (" ".join(long.split()[20 : 20 + n]) for n in (60, 13, 12))
    assert [leak.severity for leak in found(long, half)] == ["leak"]
    assert [leak.severity for leak in found(long, bit)] == ["near"]
    assert found(long, less) == ()


def test_a_run_of_eight_words_of_a_shorter_case_is_shown() -> None:
    eight, seven = (" ".join(ASKED.split()[1 : 1 + n]) for n in (8, 7))
    assert [(leak.severity, leak.run) for leak in found(ASKED, eight)] == [("near", 8)]
    assert found(ASKED, seven) == ()


def test_words_that_stand_far_apart_are_no_leak() -> None:
    chance = random.Random(2)
    apart = " ".join(f"{word} {' '.join(chance.choices(['foo', 'bar', 'qux'], k=4))}" for word in ASKED.split())
    assert found(ASKED, apart) == ()


def test_label_names_and_short_answers_are_no_leak() -> None:
    assert found("Where?", "Choose one of: order_status_and_delivery, other", "order_status_and_delivery") == ()
    assert found("Where?", "The capital is Ulaanbaatar.", "Ulaanbaatar") == ()


ANSWER = "Porcelain breaks because tiny cracks grow whenever sudden heat makes the glaze expand unevenly"


def test_a_long_answer_is_a_leak_wherever_it_stands_in_the_gold() -> None:
    for gold, field in ((ANSWER, "expected"), ({"route": "x", "why": ANSWER}, "expected.why")):
        (leak,) = [each for each in found("Why?", two_changed(ANSWER), gold) if each.field == field]
        assert (leak.part, leak.severity, leak.text) == ("answer", "leak", ANSWER)


def test_an_answer_that_several_cases_share_is_a_label_however_long() -> None:
    cases = [case("a", "Why?", ANSWER), case("b", "How come?", ANSWER.lower())]
    assert leaks(cases, [Source("system prompt", "s.md", f"Say: {ANSWER}.")]) == ()
    assert len(leaks(cases[:1], [Source("system prompt", "s.md", f"Say: {ANSWER}.")])) == 1


def test_the_gold_of_a_case_in_a_few_shot_is_a_leak_and_the_format_is_none() -> None:
    def gold(n: int) -> dict[str, Any]:
        return {
            "route": "refund",
            "order_id": f"FW-{n}",
            "date": f"2026-03-{n % 28}",
            "item": f"vase {n} crate {n * 7}",
        }

    cases = [case(f"c{n}", f"question {n}", gold(n)) for n in range(48201, 48220)]
    shape = '{"route": "refund", "order_id": "FW-12345", "date": "YYYY-MM-DD", "item": "…"}'
    assert leaks(cases, [Source("system prompt", "s.md", shape)]) == ()
    pasted = '{"route":"refund","order_id":"FW-48207","date":"2026-03-19","item":"vase 48207 crate 337449"}'
    leaked = leaks(cases, [Source("few-shot", "a.yaml", f"{shape}\n{pasted}")])
    assert [(leak.case, leak.part, leak.place.line) for leak in leaked if leak.severity == "leak"] == [
        ("c48207", "answer", 2)
    ]


def test_what_many_cases_begin_with_does_not_count() -> None:
    start = "Read the following message of a customer carefully and name the department that should answer it: "
    cases = [case(f"c{n}", start + text) for n, text in enumerate([ASKED, *OTHERS])]
    assert leaks(cases, [Source("system prompt", "s.md", f"Rules. {start} is what you are asked.")]) == ()
    (leak,) = leaks(cases, [Source("system prompt", "s.md", start + two_changed(ASKED))])
    assert (leak.case, leak.severity) == ("c0", "leak")


def test_everyday_words_alone_are_no_leak() -> None:
    assert found("how do I do it so it is not so", "It says how do I do it so it is not so.") == ()


def test_later_turns_and_variables_are_looked_for_too() -> None:
    later = Case(id="t", input="Hi", turns=["Fine.", ASKED])
    (leak,) = leaks([later], [Source("few-shot", "a.yaml", two_changed(ASKED))])
    assert leak.field == "turns[1]"
    filled = Case(id="v", input="Hi", vars={"document": ASKED})
    (leak,) = leaks([filled], [Source("few-shot", "a.yaml", two_changed(ASKED))])
    assert leak.field == "vars.document"


def test_each_source_is_told_and_the_best_place_of_it() -> None:
    sources = [Source("a", "a.md", f"{two_changed(ASKED)}\n\n{ASKED}"), Source("b", "b.md", ASKED)]
    assert [(leak.place.file, leak.place.line) for leak in leaks([case("it", ASKED)], sources)] == [
        ("a.md", 3), ("b.md", 1),
    ]  # fmt: skip


def test_without_words_there_is_nothing_to_find() -> None:
    assert leaks([case("a", "???"), case("b", "")], [Source("s", "s.md", ""), Source("s", "s.md", "one")]) == ()
    assert leaks([], []) == ()


def test_unrelated_real_questions_as_few_shots_leak_hardly_ever(bank) -> None:
    shots = "\n".join(str(each.input) for each in bank["train"][::100])
    leaked = {
        leak.case for leak in leaks(bank["test"], [Source("few-shot", "a.yaml", shots)]) if leak.severity == "leak"
    }
    assert len(leaked) <= 0.006 * len(bank["test"])


def test_real_questions_pasted_with_two_words_changed_are_found_where_enough_is_left(bank) -> None:
    planted = [each for each in bank["test"] if len(words(str(each.input))) >= 16][:100]
    source = Source("few-shot", "a.yaml", "\n".join(two_changed(str(each.input)) for each in planted))
    leaked = {leak.case for leak in leaks(bank["test"], [source]) if leak.severity == "leak"}
    assert len(planted) == 100
    assert len(leaked & {each.id for each in planted}) >= 97
    assert len(leaked) <= 110
    assert all(one.id != other.id for one, other in pairwise(planted))
