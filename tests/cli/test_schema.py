"""`evaltui schema`: what editors check files with; the shipped copies are these very bytes."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.cli.program import Program

SHIPPED = {
    "case": ["support-desk/cases.yaml", "support-desk/promoted.yaml", "refund-agent/cases.yaml"],
    "evalset": ["support-desk/evalset.yaml", "refund-agent/evalset.yaml"],
    "agent": [f"{name}/{file}.yaml" for name in ("support-desk", "refund-agent") for file in ("agent", "agent-v2")],
    "rubric": ["refund-agent/rubrics/reply.yaml"],
    "redaction": [],
}


@pytest.mark.parametrize("kind", SHIPPED)
def test_the_shipped_schema_is_what_the_program_prints(root: Path, history: Program, kind: str) -> None:
    printed = history("schema", kind)
    assert (printed.code, printed.err) == (0, "")
    assert printed.out == (root / "evalsets" / "schemas" / f"{kind}.json").read_text("utf-8")


@pytest.mark.parametrize(("kind", "file"), [(kind, file) for kind, files in SHIPPED.items() for file in files])
def test_the_shipped_files_are_valid(root: Path, history: Program, kind: str, file: str) -> None:
    schema = json.loads(history("schema", kind).out)
    Draft202012Validator.check_schema(schema)
    content = yaml.safe_load((root / "evalsets" / file).read_text("utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(content)] == []


@pytest.mark.parametrize("kind", SHIPPED)
def test_a_misspelt_field_is_not_valid(root: Path, history: Program, kind: str) -> None:
    schema = json.loads(history("schema", kind).out)
    wrong = {"nmae": "x"}
    assert list(Draft202012Validator(schema).iter_errors([wrong] if kind == "case" else wrong))


def test_an_unknown_kind_names_the_known_ones(history: Program) -> None:
    done = history("schema", "rubrik")
    assert (done.code, done.out) == (2, "")
    assert all(kind in done.err for kind in SHIPPED)
