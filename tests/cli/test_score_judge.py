"""`evaltui score` with a judge: its cost is told first, and declining it leaves the run as it was scored."""

from pathlib import Path

from tests.cli.program import Program, case, write_project

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.lexical import Lexical
from evaltui.sandbox.server import running

RUBRIC = """
model: claude-haiku-5-5
criteria:
  - name: no_gift
    question: The reply does not offer a voucher, a discount or any other gift.
"""


def test_a_judge_is_asked_only_once_its_cost_is_accepted(tmp_path: Path) -> None:
    write_project(tmp_path, [case("hello"), case("bye")])
    home = tmp_path / "evalsets" / "greetings"
    with running(Lexical(), clock=Clock(batch_seconds=0.02)) as sandbox:
        program = Program(tmp_path, sandbox.url)
        program("run", "greetings", "--yes")
        before = program("show", "--json").json["metrics"]
        accepted = sandbox.counters()["requests_accepted"]
        (home / "reply.yaml").write_text(RUBRIC)
        scorers = "scorers: [exact, {judge: reply.yaml}]\n"
        (home / "evalset.yaml").write_text(f"name: greetings\ncases: cases.jsonl\n{scorers}")

        declined = program("score")
        assert declined.code == 2
        assert "2 requests to claude-haiku-5-5" in declined.err
        assert "not accepted; nothing was sent" in declined.err
        assert sandbox.counters()["requests_accepted"] == accepted
        assert program("show", "--json").json["metrics"] == before

        program("score", "--yes")
        assert sandbox.counters()["requests_accepted"] == accepted + 2
        assert program("show", "--json").json["metrics"]["judge.criterion.no_gift"] == 1.0

        again = program("score")
        assert "not accepted" not in again.err
        assert sandbox.counters()["requests_accepted"] == accepted + 2
