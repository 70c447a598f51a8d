"""Real bank questions with 77 labels, as one batch against the lexical model."""

import json
from collections import defaultdict
from pathlib import Path

from tests.workbench import bench, run_evalset, write_evalset

from evaltui.loop.decide import run_metrics
from evaltui.loop.open import scoring_of
from evaltui.sandbox.lexical import Lexical
from evaltui.store.batches import batches
from evaltui.store.runs import grade_counts

EXAMPLES = 8  # training questions shown for each label
EVERY = 4  # of 3080 test questions, every fourth: ten of each label
ASKED = 770


def prompt(rows: list[dict[str, str]]) -> str:
    shown: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["split"] == "train" and len(shown[row["label"]]) < EXAMPLES:
            shown[row["label"]].append(row["text"].replace('"', "'"))
    items = [
        f"- **{label}**: {label.replace('_', ' ')}. Examples: " + ", ".join(f'"{text}"' for text in texts)
        for label, texts in shown.items()
    ]
    return "Choose the one intent of the customer's question. Answer with only the label.\n\n" + "\n".join(items) + "\n"


def test_ten_test_questions_of_each_label_run_as_one_batch_and_most_are_understood(
    tmp_path: Path, shared_data: Path
) -> None:
    rows = [json.loads(line) for line in (shared_data / "banking77.jsonl").read_text("utf-8").splitlines()]
    test = [row for row in rows if row["split"] == "test"][::EVERY]
    cases = ({"id": row["id"], "input": row["text"], "expected": row["label"]} for row in test)
    agent = "name: bank\nmodel: claude-haiku-5-5\nmax_tokens: 32\nsystem: {file: system.md}\n"
    folder = write_evalset(tmp_path / "bank", cases, "  - label: {name: intent}", agent)
    (folder / "system.md").write_text(prompt(rows), "utf-8")
    with bench(tmp_path, Lexical()) as (store, engine, _):
        run = run_evalset(store, engine, folder)
        passed, failed, unresolved = grade_counts(store, run.id)
        metrics = run_metrics(store, scoring_of(store, run))
        sent = [tracked.intent.size for tracked in batches(store, run.id)]
    assert sent == [ASKED]
    assert (passed + failed, unresolved) == (ASKED, 0)
    assert metrics["intent.accuracy"] == passed / ASKED
    assert 0.6 < passed / ASKED < 0.95  # a word matcher that reads the prompt: far above 1/77, far below Claude
    assert sum(name.startswith("intent.f1.") for name in metrics) == 77
