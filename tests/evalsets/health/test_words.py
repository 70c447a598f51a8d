"""What counts as the text of a case, and when two texts are the same."""

import subprocess
import sys

import pytest

from evaltui.domain.case import Case
from evaltui.evalsets.health.words import case_parts, case_text, ngrams, normalise, placed_words, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Where is my order?", "where  is my\norder"),
        ("My top-up isn’t working.", "my topup isnt working"),
        ("Straße", "STRASSE"),
        ("ﬁle ＡＢＣ", "file abc"),
        ("cafe\u0301", "café"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_case_punctuation_blanks_and_forms_of_characters_make_no_difference(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("pay 1.50", "pay 150"), ("is -5 positive", "is 5 positive"), ("5 - 3", "5 + 3"), ("3*4", "3/4"),
     ("???", "!!!"), ("top-up", "top up"), ("€5", "$5"), ("की", "का")],
)  # fmt: skip
def test_what_means_something_else_stays_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_punctuation_parts_words_and_unspaced_scripts_have_a_word_for_each_character() -> None:
    assert words('{"route":"refund","order_id":"FW-1"}') == ["route", "refund", "order", "id", "fw", "1"]
    assert words("Don't, don’t") == ["dont", "dont"]
    assert words("日本 abc") == ["日", "本", "abc"]


@pytest.mark.parametrize("text", ["It's 5 o'clock, ''quoted'' x_y", "Größe: 5 € — don’t ＡＢ", "日本語abc テスト", ""])
def test_placed_words_are_the_same_words_and_point_into_the_text(text: str) -> None:
    placed = placed_words(text)
    assert [word.text for word in placed] == words(text)
    assert all(words(text[word.start : word.end]) == [word.text] for word in placed)


def test_an_ngram_depends_on_its_words_and_their_order_alone() -> None:
    assert ngrams(["x", "a", "b", "c"], 3)[1] == ngrams(["a", "b", "c", "y"], 3)[0]
    assert len(set(ngrams(["a", "b", "c", "b", "a", "c"], 3))) == 4
    assert ngrams(["a", "b"], 3) == []
    assert all(0 <= gram < 2**61 for gram in ngrams([str(n) for n in range(100)], 8))


def test_ngrams_are_the_same_in_every_process() -> None:
    code = "from evaltui.evalsets.health.words import ngrams; print(ngrams(['where', 'is', 'it'], 3))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(ngrams(["where", "is", "it"], 3))


def test_everything_a_case_alone_tells_the_agent_is_its_text() -> None:
    case = Case(
        id="a", input={"q": "Why?", "n": 5}, vars={"name": "Ann"}, turns=["And now?"], rubric="no", expected="no"
    )
    assert case_parts(case) == [("input.n", "5"), ("input.q", "Why?"), ("vars.name", "Ann"), ("turns[0]", "And now?")]


def test_messages_count_with_the_text_of_their_blocks_and_an_image_by_what_it_holds() -> None:
    def asked(data: str) -> Case:
        image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}
        content = [image, {"type": "text", "text": "What is this?"}]
        return Case.model_validate({"id": "a", "messages": [{"role": "user", "content": content}]})

    assert case_parts(asked("AAAA"))[1] == ("messages[0][1]", "What is this?")
    assert case_text(asked("AAAA")) != case_text(asked("BBBB"))
    assert "AAAA" not in case_text(asked("AAAA"))


def test_the_order_in_which_a_mapping_is_written_makes_no_difference(cases) -> None:
    one, other = cases({"a": "x", "b": "y"}, {"b": "y", "a": "x"})
    assert case_text(one) == case_text(other)
