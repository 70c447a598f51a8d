"""A judge in a whole run over the sandbox: asked in a batch of its own, once, and heard like any scorer."""

from pathlib import Path

from tests.workbench import bench, run_evalset, write_evalset

from evaltui.sandbox.lexical import Lexical
from evaltui.store.runs import grade_counts

AGENT = """\
model: claude-haiku-5-5
max_tokens: 200
system: |
  Choose one route for the customer's message:
  - **refund**: the customer wants money back
  - **delivery**: where a parcel is, when it arrives
  Answer with the name of the route only.
"""
RUBRIC = """\
model: claude-sonnet-5-5
criteria:
  - name: refund
    question: Does the reply mention "refund" as the route that it chose?
"""
CASES = [{"id": "money", "input": "I want my money back."}, {"id": "parcel", "input": "When does my parcel arrive?"}]
COUNT = "SELECT count(*) FROM requests WHERE purpose = 'judge'"


def test_a_judge_is_asked_about_each_reply_and_its_verdict_is_the_grade(tmp_path: Path) -> None:
    folder = write_evalset(tmp_path / "evalsets" / "routes", CASES, "  - judge: rubric.yaml", AGENT)
    (folder / "rubric.yaml").write_text(RUBRIC, "utf-8")
    with bench(tmp_path, Lexical()) as (store, engine, _):
        first = run_evalset(store, engine, folder)
        assert grade_counts(store, first.id) == (1, 1, 0)
        assert store.connection.execute(COUNT).fetchone()[0] == 2
        (folder / "rubric.yaml").write_text(f"{RUBRIC}score_at_least: 0\n", "utf-8")
        second = run_evalset(store, engine, folder)
        assert grade_counts(store, second.id) == (2, 0, 0)
        assert store.connection.execute(COUNT).fetchone()[0] == 2
