import pytest

from evaltui.domain.score import Score, Unscored
from evaltui.scores.schema import JsonSchema

TICKET = {
    "type": "object",
    "properties": {"amount": {"type": "number"}, "route": {"enum": ["refund", "cancel"]}},
    "required": ["route"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"route": "refund", "amount": 5}', "valid"),
        ('{"route": "refund", "amount": "5"}', 'amount: expected type "number", got "5"'),
        ('{"route": "other"}', 'route: expected enum ["refund", "cancel"], got "other"'),
        ('{"amount": 5}', "the whole: 'route' is a required property"),
        ("nothing", "no JSON in the reply"),
    ],
)
def test_a_reply_is_validated_and_the_first_error_is_the_reason(reply, text: str, reason: str) -> None:
    score = JsonSchema(schema=TICKET).score(reply(text))
    assert isinstance(score, Score)
    assert (score.reason, score.passed) == (reason, reason == "valid")


def test_further_errors_are_counted_and_kept(reply) -> None:
    score = JsonSchema(schema=TICKET).score(reply('{"amount": "5", "x": 1}'))
    assert isinstance(score, Score)
    assert score.reason.endswith("(and 2 more)")
    assert len(score.detail["errors"]) == 3


def test_the_schema_may_stand_in_the_gold(reply) -> None:
    scorer = JsonSchema(expected="schema")
    assert scorer.score(reply('{"route": "refund"}', {"schema": TICKET})) == Score(1.0, True, "valid")
    assert not scorer.applies(reply("x", {"schema": None}).case)


def test_a_schema_that_is_none_is_refused_in_words(reply) -> None:
    with pytest.raises(ValueError, match="the schema is no JSON Schema"):
        JsonSchema(schema={"type": "objct"})
    assert isinstance(JsonSchema().score(reply("{}", {"type": "objct"})), Unscored)


def test_a_reply_cannot_make_a_pattern_of_the_schema_run_for_ever(reply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaltui.scores.schema.TIMEOUT_S", 0.1)
    scorer = JsonSchema(schema={"properties": {"a": {"pattern": "^(a|aa)+$"}}})
    assert isinstance(scorer.score(reply('{"a": "' + "a" * 100 + 'b"}')), Unscored)
