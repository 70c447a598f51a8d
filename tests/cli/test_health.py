"""`evaltui check` says how honest a set is: what stands twice, contradicts itself, leaks, or is thin."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import MakeProgram
from tests.cli.program import Program
from tests.leaky import ASKED, LINE, write_leaky

MORE = [
    {"id": "copy", "input": "where is my PARCEL", "expected": "tracking", "tags": ["parcel"]},
    {"id": "again", "input": "Where is my parcel?!", "expected": "tracking", "tags": ["parcel"]},
    {"id": "near", "input": "I want to return a lamp that flickers in the late evening.", "expected": "return"},
    *({"id": f"made-{n}", "input": f"Please cancel my order FW-{n} today", "expected": "cancel"} for n in (11, 22, 33)),
]


@pytest.fixture(scope="module")
def ill(make_program: MakeProgram) -> Program:
    """A set with one of each illness."""
    program = make_program([])
    home = write_leaky(program.folder / "evalsets" / "mail", gate="gate: {waived_leaks: {mail-3: no reason}}\n")
    with (home / "cases.jsonl").open("a") as file:
        file.writelines(json.dumps(case) + "\n" for case in MORE)
    return program


@pytest.fixture(scope="module")
def found(ill: Program) -> dict[str, Any]:
    said = ill("check", "mail", "--json")
    assert said.code == 0
    return dict(said.json["evalsets"][0]["health"])


def test_every_illness_is_in_the_json(found: dict[str, Any]) -> None:
    clusters = [sorted(cluster["cases"]) for cluster in found["duplicates"]["clusters"]]
    assert sorted(clusters) == [["again", "copy", "mail-1"], ["mail-2", "near"]]
    (conflict,) = found["conflicts"]
    assert [cases for _, cases in conflict["answers"]] == [["mail-1"], ["copy", "again"]]
    (template,) = found["templates"]
    assert template["cases"] == ["made-11", "made-22", "made-33"]
    leak = next(leak for leak in found["leaks"] if leak["severity"] == "leak")
    assert (leak["case"], leak["file"], leak["line"]) == ("mail-0", "cases.jsonl", 1)
    assert (leak["place"]["file"], leak["place"]["line"]) == ("prompts/system.md", LINE)
    assert found["unused_waivers"] == ["mail-3"]
    assert [(each["tag"], each["cases"]) for each in found["coverage"]] == [("parcel", 2)]
    assert found["size"]["wants"] == "diversity"
    assert found["places"]["near"][1] == 7
    assert found["past"] is None


def test_the_words_show_both_places_what_to_add_and_how_to_see_all(ill: Program) -> None:
    said = ill("check", "mail")
    assert said.code == 0
    for words in (
        "✗ leakage: 1 case stands in what the agent is told: the gate will block",
        f"mail-0: evalsets/mail/cases.jsonl:1 input stands in evalsets/mail/prompts/system.md:{LINE}(",
        "gate.waived_leaks names mail-3, of which nothing leaks",
        "✗ conflicts: 1 text with different answers",
        "copy (cases.jsonl:5)",
        "≈ near (cases.jsonl:7)",
        "give each one `group:`",
        "parcel: 2 cases, ±",
        "more in `tag: parcel` to see a 5-point drop",
        "never run whole",
    ):
        assert words in said.out, words
    assert "--all lists them" in said.out and "--all lists them" not in ill("check", "mail", "--all").out


def test_strict_fails_on_what_makes_results_worthless_and_health_can_be_left_out(ill: Program) -> None:
    assert ill("check", "mail", "--strict").code == 1
    said = ill("check", "mail", "--strict", "--no-health")
    assert said.code == 0 and "leakage" not in said.out
    assert ill("check", "mail", "--no-health", "--json").json["evalsets"][0]["health"] is None
    home = ill.folder / "evalsets" / "sound"
    write_leaky(home, planted=False)
    assert ill("check", "sound", "--strict").code == 0


def test_a_set_with_an_error_is_refused_before_its_health_is_looked_at(ill: Program) -> None:
    home = write_leaky(ill.folder / "evalsets" / "broken")
    (home / "cases.jsonl").write_text(json.dumps({"id": "x", "input": ASKED, "expectd": "y"}) + "\n")
    said = ill("check", "broken", "--json")
    assert said.code == 2 and said.json["evalsets"][0]["health"] is None


def test_the_health_of_a_set_that_was_run_tells_of_its_runs(history: Program, tmp_path: Path) -> None:
    past = history("check", "greetings", "--json").json["evalsets"][0]["health"]["past"]
    assert (past["runs"], past["always_pass"]) == ([1, 2, 3], ["bye", "word-4", "word-5"])
    assert past["stability"]["same"] is None
    assert past["stability"]["control"] is None  # run 2 was blocked by a critical case, its pass rate rose
    said = history("check", "greetings")
    assert "· outcomes: " in said.out and "the same agent twice (A/A): not known" in said.out
    assert "a known-worse agent: not known" in said.out
