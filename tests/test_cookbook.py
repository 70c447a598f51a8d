"""Sixty-eight real tickets, fifteen real prompt variants, real outputs: the published verdicts come out of our loop."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from tests.workbench import bench, record, run_evalset, write_evalset

from evaltui.domain.verdict import Verdict
from evaltui.loop.decide import verdict
from evaltui.loop.look import comparison
from evaltui.loop.promote import promote
from evaltui.sandbox.replay import Replay
from evaltui.store.runs import grade_counts

SCORER = "  - label: {name: category}"
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def variants(shared_data: Path) -> dict[int, Rows]:
    found: dict[int, Rows] = defaultdict(list)
    for line in (shared_data / "cookbook_classification.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        found[row["variant"]].append(row)
    return found


def agent(folder: Path, variant: int) -> Path:
    text = (
        f"name: variant-{variant}\nmodel: claude-haiku-4-5\nmax_tokens: 64\nsystem: Variant {variant} of the prompt.\n"
    )
    path = folder / f"agent-{variant}.yaml"
    path.write_text(text, "utf-8")
    return path


def evalset(folder: Path, rows: Rows, critical: frozenset[int] = frozenset()) -> Path:
    cases = [
        {
            "id": f"ticket-{row['case']}",
            "input": row["vars"]["text"],
            "expected": row["vars"]["label"],
            "critical": row["case"] in critical,
        }
        for row in rows
    ]
    return write_evalset(folder, cases, SCORER, "name: none\nmodel: claude-haiku-4-5\nmax_tokens: 64\n")


def recorded(
    folder: Path, evaluated: Path, variants: dict[int, Rows], chosen: list[int]
) -> tuple[Replay, dict[int, Path]]:
    agents = {variant: agent(folder, variant) for variant in chosen}
    for variant, path in agents.items():
        replies = {f"ticket-{row['case']}": [{"type": "text", "text": row["output"]}] for row in variants[variant]}
        record(folder / "recording.jsonl", evaluated, path, replies)
    return Replay.load(folder / "recording.jsonl"), agents


def published(rows: Rows) -> int:
    return sum(row["verdict"] == "PASS" for row in rows)


def test_all_fifteen_variants_pass_exactly_as_often_as_published(tmp_path: Path, variants: dict[int, Rows]) -> None:
    folder = evalset(tmp_path / "tickets", variants[0])
    model, agents = recorded(tmp_path, folder, variants, list(range(15)))
    with bench(tmp_path, model) as (store, engine, _):
        runs = {variant: run_evalset(store, engine, folder, path) for variant, path in agents.items()}
        passed = {variant: grade_counts(store, run.id) for variant, run in runs.items()}
    assert passed == {variant: (published(rows), 68 - published(rows), 0) for variant, rows in variants.items()}


def pair(tmp_path: Path, variants: dict[int, Rows], critical: frozenset[int]) -> tuple[Verdict, tuple[int, int]]:
    folder = evalset(tmp_path / "tickets", variants[0], critical)
    model, agents = recorded(tmp_path, folder, variants, [0, 5])
    with bench(tmp_path, model) as (store, engine, _):
        before, after = (run_evalset(store, engine, folder, agents[variant]) for variant in (0, 5))
        promote(store, before)
        counts = comparison(store, before, after).counts
        return verdict(store, after), (counts.fixed, counts.broke)


def test_variant_5_against_0_fixes_seventeen_breaks_one_and_ships(tmp_path: Path, variants: dict[int, Rows]) -> None:
    found, counts = pair(tmp_path, variants, frozenset())
    assert counts == (17, 1)
    assert found.status == "pass"
    assert found.estimate is not None
    assert (found.estimate.fixed, found.estimate.broke, found.estimate.n) == (17, 1, 68)
    assert found.estimate.baseline == pytest.approx(48 / 68)
    assert found.estimate.candidate == pytest.approx(64 / 68)
    assert len(found.fixed) == 17


def test_the_same_pair_is_blocked_when_the_one_broken_ticket_is_critical(
    tmp_path: Path, variants: dict[int, Rows]
) -> None:
    was = {row["case"]: row["verdict"] for row in variants[0]}
    broke = frozenset(row["case"] for row in variants[5] if was[row["case"]] == "PASS" and row["verdict"] == "FAIL")
    found, _ = pair(tmp_path, variants, broke)
    assert found.status == "fail"
    assert [case.case_id for case in found.broke] == [f"ticket-{next(iter(broke))}"]
    assert f"ticket-{next(iter(broke))}" in found.headline
