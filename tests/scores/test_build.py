"""From what a person wrote to a scorer, or to every error at once."""

from importlib.metadata import EntryPoint
from typing import Any

import pytest

from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.score import Score
from evaltui.scores.build import build, scorer_digest
from evaltui.scores.fields import Fields
from evaltui.scores.label import Label
from evaltui.scores.pattern import Regex
from evaltui.scores.phrases import Contains
from evaltui.scores.schema import JsonSchema
from evaltui.scores.text import Exact, Normalized, OneOf
from evaltui.scores.tool_choice import ToolChoice


@pytest.mark.parametrize(
    ("cls", "arguments", "scorer"),
    [
        (Exact, {}, Exact()),
        (Exact, {"value": "route"}, Exact(of="route")),
        (Exact, {"take": "tool:route", "of": "a.b"}, Exact(take="tool:route", of="a.b")),
        (Label, {"value": "route"}, Label(of="route")),
        (Label, {"of": "route", "labels": ["a", "b"]}, Label(of="route", labels=("a", "b"))),
        (Normalized, {"value": "money"}, Normalized(how="money")),
        (Normalized, {"how": ["case", "money"], "of": "x"}, Normalized(how=("case", "money"), of="x")),
        (OneOf, {"value": ["a", 5]}, OneOf(options=("a", 5))),
        (Contains, {"value": "sorry"}, Contains(phrases="sorry")),
        (Regex, {"value": "a+"}, Regex(pattern="a+")),
        (
            Fields,
            {"value": {"date": "date", "n": ["case", "space"]}},
            Fields(fields={"date": "date", "n": ("case", "space")}),
        ),
        (Fields, {"value": ["a", "b"]}, Fields(fields=("a", "b"))),
        (JsonSchema, {"value": {"type": "object"}}, JsonSchema(schema={"type": "object"})),
        (ToolChoice, {"value": "calls"}, ToolChoice(expected="calls")),
        (ToolChoice, {"ordered": True, "strings": "normalized"}, ToolChoice(ordered=True, strings="normalized")),
    ],
)
def test_a_scorer_is_made_from_its_short_and_its_long_form(
    cls: type[Any], arguments: dict[str, Any], scorer: Any
) -> None:
    assert build(cls, arguments) == scorer


@pytest.mark.parametrize(
    ("cls", "arguments", "sentences"),
    [
        (Exact, {"off": "route"}, ["unknown argument off; allowed: take, of, expected; did you mean of?"]),
        (Exact, {"of": 5}, ["of: must be a valid string; found 5"]),
        (
            Exact,
            {"of": True, "tak": 1},
            [
                "unknown argument tak; allowed: take, of, expected; did you mean take?",
                "of: must be a valid string; found true",
            ],
        ),
        (
            Regex,
            {"value": "a", "full": "yes"},
            [
                "unknown argument value; allowed: take, of, expected, pattern, full, ignore_case",
                'full: must be a valid boolean; found "yes"',
            ],
        ),
        (Regex, {"full": 1}, ["full: must be a valid boolean; found 1"]),
        (ToolChoice, {"strings": "fuzzy"}, ["strings: must be 'exact' or 'normalized'; found \"fuzzy\""]),
        (Exact, {"take": "jsn"}, ['take is "jsn"; allowed: text, json, structured, tool:NAME']),
        (dict, {}, ["dict is no dataclass, so it cannot be given arguments"]),
    ],
)
def test_every_error_is_a_sentence(cls: type[Any], arguments: dict[str, Any], sentences: list[str]) -> None:
    assert build(cls, arguments) == sentences


@pytest.mark.parametrize(
    "reference",
    [
        "text:Exact",
        "text:Normalized",
        "text:OneOf",
        "phrases:Contains",
        "phrases:Excludes",
        "pattern:Regex",
        "label:Label",
        "fields:Fields",
        "schema:JsonSchema",
        "tool_choice:ToolChoice",
    ],
)
def test_every_built_in_scorer_loads_is_frozen_and_needs_no_argument(reference: str, reply) -> None:
    cls = EntryPoint("it", f"evaltui.scores.{reference}", "evaltui.scorers").load()
    scorer = build(cls, {})
    assert not isinstance(scorer, list)
    assert not scorer.applies(reply("x").case)
    assert not hasattr(scorer, "__dict__")
    with pytest.raises((AttributeError, TypeError)):
        scorer.take = "json"


def test_a_digest_depends_on_what_a_score_depends_on() -> None:
    spec = ScorerSpec(kind="exact", name="route", arguments={"of": "route"})
    assert scorer_digest(spec) == scorer_digest(spec.model_copy(update={"name": "other", "advisory": True}))
    assert scorer_digest(spec) != scorer_digest(spec.model_copy(update={"arguments": {"of": "date"}}))
    assert scorer_digest(spec) != scorer_digest(spec.model_copy(update={"kind": "normalized"}))


def test_a_built_scorer_scores(reply) -> None:
    scorer = build(Normalized, {"value": "date"})
    assert not isinstance(scorer, list)
    assert scorer.score(reply("14 March 2026", "2026-03-14")) == Score(1.0, True, "right")
