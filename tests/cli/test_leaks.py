"""A case that was told to the agent blocks the gate, and says where it stands; a person may say why it does no harm."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.cli.conftest import MakeProgram
from tests.cli.program import Program
from tests.leaky import LINE, write_leaky

BOTH = ("cases.jsonl:1 input", f"prompts/system.md:{LINE}(")


@pytest.fixture(scope="module")
def leaky(make_program: MakeProgram) -> Program:
    """Run 1, promoted, is without a leak; run 2 holds one; run 3 is of the same prompt with the leak waived."""
    program = make_program([])
    home = program.folder / "evalsets" / "mail"
    write_leaky(home, planted=False)
    assert program("run", "mail", "--yes").code == 3
    assert program("promote").code == 0
    write_leaky(home)
    assert program("run", "mail", "--yes").code == 1
    write_leaky(home, gate="gate: {waived_leaks: {mail-0: it is the public example}}\n")
    program("run", "mail", "--yes")
    return program


def test_a_planted_case_with_two_words_changed_blocks_and_every_format_shows_both_places(leaky: Program) -> None:
    said = leaky("gate", "2")
    assert said.code == 1
    first = said.out.splitlines()[:3]
    assert first[0].startswith("BLOCKED: 1 case stands in what the agent is told: mail-0")
    assert "leakage" in first[1]
    assert all(place in first[2] for place in BOTH)
    assert "The blue tall vase" in first[2]
    assert "take the passage out of prompts/system.md:6" in said.out
    case = leaky("gate", "2", "--json").json["checks"][-1]["cases"][0]
    assert all(place in case["reason"] for place in BOTH)
    failure = ElementTree.fromstring(leaky("gate", "2", "--format", "junit").out).find("testcase[@name='leakage']/*")
    assert failure is not None and failure.tag == "failure" and all(place in str(failure.text) for place in BOTH)
    markdown = leaky("gate", "2", "--format", "markdown").out
    assert "✗ fail | leakage" in markdown and "cases.jsonl:1 input" in markdown


def test_ordinary_shared_wording_does_not_block(leaky: Program) -> None:
    said = leaky("gate", "1", "--json").json
    check = said["checks"][-1]
    assert (check["name"], check["status"], check["cases"]) == ("leakage", "pass", [])
    assert check["words"] == "no case stands in what the agent is told"


def test_a_waiver_counts_once_a_person_promoted_it_and_shows_its_reason(leaky: Program) -> None:
    assert leaky("gate", "3").code == 1
    assert "stands in what the agent is told" in leaky("promote", "3").err
    assert leaky("promote", "3", "--force", "the example is public").code == 0
    assert leaky("run", "mail", "--yes").code == 0
    said = leaky("gate", "4")
    assert "leakage: 1 leak waived: mail-0 (it is the public example)" in said.out
    assert BOTH[1] in said.out


def test_a_first_run_with_a_leak_becomes_no_baseline_without_a_reason(make_program: MakeProgram) -> None:
    program = make_program([])
    write_leaky(program.folder / "evalsets" / "mail")
    assert program("run", "mail", "--yes").code == 1
    assert program("promote").code == 2
    write_leaky(program.folder / "evalsets" / "mail", gate="gate: {leaks: warn}\n")
    assert program("score", "1", "--evalset", "evalsets/mail").code == 3
    assert "the policy only warns" in program("gate", "1").out
    assert program("promote").code == 0


def test_a_run_made_elsewhere_is_not_checked_and_says_so(project: Program, tmp_path: Path) -> None:
    write_leaky(project.folder / "evalsets" / "mail")
    results = tmp_path / "results.jsonl"
    results.write_text("".join(f'{{"case": "mail-{n}", "output": "x"}}\n' for n in range(4)))
    said = project("import-run", "mail", str(results))
    assert "note: leakage was not checked: its results were made elsewhere" in said.out, said
    assert project("gate", "--json").json["notes"]
    assert "leakage" not in [check["name"] for check in project("gate", "--json").json["checks"]]
