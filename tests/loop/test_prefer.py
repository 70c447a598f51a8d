"""Two runs before a judge, over the wire: recorded verdicts of real judges, replayed, give the counts of the file."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.workbench import QUICK, bench, run_evalset, write_evalset

from evaltui.batches.claude import ClaudeEngine
from evaltui.domain.errors import Stopped
from evaltui.domain.rubric import Rubric
from evaltui.domain.run import Run
from evaltui.loop.import_run import judge, keep, read_import
from evaltui.loop.open import open_session
from evaltui.loop.prefer import Preferences, ask, preferences
from evaltui.sandbox.model import Answer
from evaltui.sandbox.scripted import Scripted, text_answer
from evaltui.store.batches import batches
from evaltui.store.database import Store
from evaltui.store.limits import set_budget

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "judge_pandalm_300.jsonl"
AGENT = "model: claude-haiku-5-5\nmax_tokens: 100\n"
RUBRIC = Rubric.model_validate(
    {
        "name": "helps",
        "model": "claude-sonnet-5-5",
        "criteria": [{"name": "follows", "question": "Does the reply do what the instruction asks?"}],
    }
)
Verdict = Callable[[dict[str, Any], bool], str]
"""What a judge says of a row: first, second or tie; True where the first run's reply stands first."""


def pairs() -> list[dict[str, Any]]:
    if not DATA.is_file():
        pytest.skip("the recorded judgements are not beside this checkout")
    return [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]


def choice_of(row: dict[str, Any], judge_name: str) -> str:
    """1, 2, 0 for a tie however the file spells it, or garbage: the judge wrote something else."""
    return {"Tie": "0"}.get(str(row[judge_name]), str(row[judge_name]))


def recorded(judge_name: str) -> Verdict:
    def verdict(row: dict[str, Any], forward: bool) -> str:
        choice = choice_of(row, judge_name)
        return {"0": "tie", "garbage": "garbage"}.get(choice, "first" if (choice == "1") == forward else "second")

    return verdict


def judging(rows: list[dict[str, Any]], verdict: Verdict) -> Scripted:
    """A judge that finds the row by the number in the case's input, and the order by our marks in the replies."""

    def reply(params: dict[str, Any]) -> Answer:
        said = params["messages"][0]["content"]
        text = said if isinstance(said, str) else "".join(block["text"] for block in said)
        found = re.search(r"row (\d+):", text)
        assert found is not None
        forward = text.index("[one]") < text.index("[other]")
        better = verdict(rows[int(found[1])], forward)
        said = json.dumps({"reasons": "as it was recorded", "better": better})
        return text_answer(params, "I cannot choose." if better == "garbage" else said)

    return Scripted(reply)


def brought(store: Store, evalset: Path, name: str, outputs: list[str]) -> Run:
    file = evalset / f"{name}.jsonl"
    lines = (json.dumps({"case": f"row-{n}", "output": output}) for n, output in enumerate(outputs))
    file.write_text("\n".join(lines), "utf-8")
    run, _ = keep(store, read_import(evalset, file, name, ""), "http://127.0.0.1:9")
    judge(store, run, lambda _: None)
    return run


def contest(tmp_path: Path, store: Store, rows: list[dict[str, Any]]) -> tuple[Run, Run]:
    cases = [
        {"id": f"row-{n}", "input": f"row {n}: {row['instruction']}", "expected": "x"} for n, row in enumerate(rows)
    ]
    evalset = write_evalset(tmp_path / "pandas", cases, "  - exact", AGENT)
    one = brought(store, evalset, "one", [f"[one] {row['response1']}" for row in rows])
    return one, brought(store, evalset, "other", [f"[other] {row['response2']}" for row in rows])


def held(store: Store, engine: ClaudeEngine, a: Run, b: Run) -> Preferences:
    ask(open_session(store, b, engine, lambda _: None, QUICK), a, RUBRIC)
    return preferences(store, a, b, RUBRIC)


@pytest.mark.parametrize("judge_name", ["judge_gpt35", "judge_pandalm7b"])
def test_recorded_verdicts_of_a_real_judge_aggregate_to_the_files_counts(tmp_path: Path, judge_name: str) -> None:
    rows = pairs()
    expected = Counter(choice_of(row, judge_name) for row in rows)
    with bench(tmp_path, judging(rows, recorded(judge_name))) as (store, engine, _):
        a, b = contest(tmp_path, store, rows)
        found = held(store, engine, a, b)
        total = found.total
        assert (total.a, total.b, total.ties) == (expected["1"], expected["2"], expected["0"])
        assert (total.inconsistent, total.unreadable, found.left_out) == (0, expected["garbage"], ())
        sizes = [2 * len(rows), 2 * expected["garbage"]]
        assert [batch.intent.size for batch in batches(store, b.id)] == [size for size in sizes if size]


def test_a_judge_that_prefers_what_stands_first_only_makes_ties_and_is_asked_once(tmp_path: Path) -> None:
    rows = [{"instruction": f"say {n}", "response1": "yes", "response2": "no"} for n in range(4)]
    with bench(tmp_path, judging(rows, lambda row, forward: "first")) as (store, engine, _):
        a, b = contest(tmp_path, store, rows)
        for _ in range(2):
            total = held(store, engine, a, b).total
            assert (total.a, total.b, total.ties, total.inconsistent) == (0, 0, 4, 4)
        assert [batch.intent.size for batch in batches(store, b.id)] == [8]


def test_prose_is_asked_once_more_and_then_counts_for_nobody(tmp_path: Path) -> None:
    rows = [{"instruction": "say", "response1": "yes", "response2": "no"}]
    with bench(tmp_path, Scripted(lambda params: "The first one, clearly.")) as (store, engine, _):
        a, b = contest(tmp_path, store, rows)
        total = held(store, engine, a, b).total
        assert (total.a, total.b, total.ties, total.unreadable) == (0, 0, 0, 1)
        assert [batch.intent.size for batch in batches(store, b.id)] == [2, 2]


def both(params: dict[str, Any]) -> Answer:
    """Says its system prompt; as a judge it prefers what stands first."""
    if params["model"] == RUBRIC.model:
        return text_answer(params, json.dumps({"reasons": "so", "better": "first"}))
    return text_answer(params, params["system"])


def test_the_limit_of_a_run_holds_for_its_contests_by_the_price_of_their_own_judge(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "e", [{"id": "c", "input": "hi", "expected": "ho"}], "  - exact", AGENT)
    agents = [tmp_path / f"{word}.yaml" for word in ("ho", "hu")]
    for agent in agents:
        agent.write_text(f"{AGENT}system: {agent.stem}\n", "utf-8")
    with bench(tmp_path, Scripted(both)) as (store, engine, _):
        a, b = (run_evalset(store, engine, evalset, agent) for agent in agents)
        set_budget(store, b.id, 0.0001)
        with pytest.raises(Stopped, match=r"could go over its limit of 0\.0001 USD"):
            held(store, engine, a, b)
        assert len(batches(store, b.id)) == 1
        set_budget(store, b.id, 0.1)
        assert held(store, engine, a, b).total.ties == 1
