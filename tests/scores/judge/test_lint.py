"""Vague criteria are refused with advice; narrow ones, however they are put, are left alone."""

from typing import Any

import pytest
from tests.scores.judge.replies import ASKS, STEPS, rubric

from evaltui.scores.judge.lint import Complaint, lint

VAGUE = [
    "Is this good?",
    "Is the reply good?",
    "Is it polite?",
    "Is the answer correct?",
    "Is the response accurate?",
    "Is the tone appropriate?",
    "Does the reply sound professional?",
    "Does the response show empathy?",
    "Is the output of high quality?",
    "Is the reply written in a friendly and natural tone?",
    "Does the answer make sense?",
    "Does the response meet the user's expectations?",
    "Does it look right overall?",
    "The answer is clear.",
    "Would a customer be satisfied with this reply?",
    "The response contains no harmful content.",
    "Is the reply relevant to the question?",
    "Is the translation fluent?",
    "Is the reply free of errors?",
    "Does the agent respond appropriately?",
]
RATINGS = [
    "Rate the quality",
    "Rate the reply from 1 to 5",
    "How well does the reply answer the question?",
    "How polite is the reply?",
    "On a scale of 0 to 10, is the refund explained?",
    "Score the answer's correctness.",
    "To what extent does the reply follow the policy?",
    "Evaluate the completeness of the summary",
    "What is the overall quality of the answer?",
]
DOUBLE = [
    "Is the response helpful and accurate",
    "The reply is clear, concise and complete.",
    "Is the reply polite and professional?",
    "Does the reply name the order number, and does it apologise for the delay?",
    "Does it apologise? Does it offer a refund?",
    "Are the steps correct and relevant to the broken lamp?",
]
SHORT = ["Politeness", "No refund promised", "Order number?"]
OPEN = ["Does the reply name the order number, the address, etc.?", "Lists colours, sizes and so on for the lamp"]

NARROW = [
    "Does the reply ask for the order number when the message gives none?",
    "The reply does not promise a refund.",
    "Does the reply name a delivery date?",
    "Does the reply state the refund amount in euros?",
    "Is the reply in the language of the customer's message?",
    "Does the reply have at most three sentences?",
    "The reply does not blame the customer for the damage.",
    "Does the reply greet the customer by name?",
    "Does the reply cite the policy section it relies on?",
    "Does the reply give the same amount as the invoice?",
    "Is every product named in the reply also named in the message?",
    'Does the reply say "good luck"?',
    "Does the reply apologise for the delay?",
    "Does the summary mention the deadline of 12 May?",
    "Is the code free of calls to eval()?",
    "Does the reply offer a replacement before it offers a refund?",
    "Does the reply quote the error message word for word?",
    "The reply names both the sender and the recipient.",
    "Does the reply give the reference number of the case?",
    "When the customer threatens legal action, does the reply hand over to a person?",
    "How to reset the password is told in numbered steps.",
    "Evaluate whether the reply names the closing date of the shop.",
    "Does the reply avoid medical advice?",
    "Is the greeting formal (Sie, not du)?",
    "Does the reply mention a good time to call?",
    "Does the correct invoice number stand in the first line?",
    "Nennt die Antwort das Lieferdatum?",
    "Does the reply tell the customer where the return label is printed?",
    "Does the reply say that the offer ends at 5 to 10 p.m.?",
    "Every claim of the reply is found in the message.",
    "Does the reply ask a clear question about the size?",
    "Does the reply ask at most one question?",
]


def complaints(question: str, **more: Any) -> tuple[Complaint, ...]:
    return lint(rubric({"name": "it", "question": question, **more}))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        *((question, "leaves open what") for question in VAGUE[:-1] if " and " not in question),
        *((question, "asks for a rating") for question in RATINGS),
        *((question, "asks two things at once") for question in DOUBLE),
        *((question, "is too short") for question in SHORT[1:]),
        *((question, "leaves its list open") for question in OPEN),
    ],
)
def test_what_no_judge_can_be_held_to_is_refused_with_advice(question: str, words: str) -> None:
    (complaint,) = complaints(question)
    assert complaint.message.startswith(words), complaint
    assert complaint.advice
    assert complaint.at == ("criteria", 0, "question")


@pytest.mark.parametrize("question", [*VAGUE, *RATINGS, *DOUBLE, *SHORT, *OPEN])
def test_no_vague_criterion_passes(question: str) -> None:
    assert complaints(question)


@pytest.mark.parametrize("question", NARROW)
def test_a_narrow_criterion_passes(question: str) -> None:
    assert complaints(question) == ()


def test_there_are_enough_examples_of_either_kind() -> None:
    assert len({*VAGUE, *RATINGS, *DOUBLE, *SHORT, *OPEN}) >= 40
    assert len(set(NARROW)) >= 30


def test_anchors_say_what_a_rating_means() -> None:
    assert complaints("How many of the steps does the reply name?", anchors=STEPS["anchors"], at_least=3) == ()
    assert complaints("How clear is the reply?", anchors=STEPS["anchors"], at_least=3) == ()
    (complaint,) = complaints("How clear and concise is the reply?", anchors=STEPS["anchors"], at_least=3)
    assert complaint.message == "asks two things at once (clear, concise)"


@pytest.mark.parametrize(
    ("level", "text", "words"),
    [
        ("0", "very bad", 'leaves open what "bad" means'),
        ("3", "mostly correct", 'leaves open what "correct" means'),
        ("5", "an excellent answer", 'leaves open what "excellent" means'),
        ("3", "  ", "says nothing"),
        ("5", "None of the steps", "says the same as 0"),
    ],
)
def test_an_anchor_that_says_nothing_is_refused_at_its_level(level: str, text: str, words: str) -> None:
    (complaint,) = lint(rubric(STEPS | {"anchors": STEPS["anchors"] | {level: text}}))
    assert (complaint.at, complaint.message) == (("criteria", 0, "anchors", level), words)


def test_the_level_that_passes_must_be_anchored() -> None:
    (complaint,) = lint(rubric(STEPS | {"at_least": 4}))
    assert complaint.at == ("criteria", 0, "at_least")
    assert "add 4 to anchors" in complaint.advice


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("Does the reply agree with the reference?", "reference"),
        ("Does the reply name the amount of the expected answer?", "reference"),
        ("Is there a tool call that looks the order up?", "trajectory"),
    ],
)
def test_a_criterion_about_what_the_judge_does_not_see_is_refused(question: str, part: str) -> None:
    (complaint,) = complaints(question)
    assert complaint.message == f"speaks of the {part}, which the judge does not see"
    assert lint(rubric({"name": "it", "question": question}, sees=["output", part])) == ()


def test_each_criterion_is_told_apart() -> None:
    found = lint(rubric(ASKS, {"name": "a", "question": "Is it good?"}, STEPS, {"name": "b", "question": "Fine?"}))
    assert [complaint.at[1] for complaint in found] == [1, 3]
