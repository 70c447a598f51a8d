"""Questions about models."""

from evaltui.domain.evalset import EvalsetFile, GatePolicy
from evaltui.files.models import fields_at, schema_of


def test_the_fields_at_a_path_are_those_of_the_model_that_stands_there() -> None:
    assert fields_at(EvalsetFile, ("gate",)) == list(GatePolicy.model_fields)
    assert fields_at(EvalsetFile, ("scorers", 0)) == []
    assert fields_at(EvalsetFile, ("absent",)) == []


def test_a_published_schema_says_what_it_is() -> None:
    schema = schema_of(EvalsetFile, "evalset")
    assert (schema["$id"], schema["title"]) == ("urn:evaltui:evalset", "evaltui evalset")
    assert schema["additionalProperties"] is False
