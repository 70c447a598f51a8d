"""The shipped prompts tell the demo's story: the candidate is better on the whole and breaks a rule that mattered."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Say = Callable[..., str]

FIX = "- Before you promise any refund, ask for the order number if it is missing."
HEADING = "## Reply\n\n"


@pytest.fixture(scope="module")
def desk(root: Path) -> Path:
    return root / "evalsets" / "support-desk"


def prompt(desk: Path, name: str) -> str:
    return (desk / "prompts" / name).read_text(encoding="utf-8")


def cases(desk: Path) -> list[dict[str, object]]:
    return [
        case for name in ("cases", "promoted") for case in yaml.safe_load((desk / f"{name}.yaml").read_text("utf-8"))
    ]


def right_routes(say: Say, system: str, asked: list[dict[str, object]]) -> int:
    return sum(json.loads(say(system, str(one["input"])))["route"] == one["expected"]["route"] for one in asked)  # type: ignore[index]


def test_the_candidate_routes_better(say: Say, desk: Path) -> None:
    asked = cases(desk)
    assert right_routes(say, prompt(desk, "system-v2.md"), asked) > right_routes(say, prompt(desk, "system.md"), asked)


def test_the_candidate_promises_a_refund_without_a_number_and_one_line_repairs_it(say: Say, desk: Path) -> None:
    now, new = prompt(desk, "system.md"), prompt(desk, "system-v2.md")
    replies = [
        json.loads(say(system, "Refund this to me right now!"))["reply"]
        for system in (now, new, new.replace(HEADING, f"{HEADING}{FIX}\n"))
    ]
    assert FIX in now
    assert ["order number" in reply for reply in replies] == [True, False, True]
    assert "refund has been" in replies[1]
