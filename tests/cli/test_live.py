"""`evaltui run --live`: the same requests sent at once, the same scores, and a gate that does not mix the two."""

from tests.cli.program import Program

from evaltui.sandbox.server import Sandbox


def test_a_live_run_sends_no_batch_and_scores_alike(project: Program, sandbox: Sandbox) -> None:
    before = sandbox.counters()
    done = project("run", "greetings", "--live", "--yes")
    assert done.code == 3
    assert "at full prices" in done.err
    after = sandbox.counters()
    assert after["messages"] - before["messages"] == 2
    assert after["creates_received"] == before["creates_received"]
    assert project("show", "--json").json["metrics"]["exact.pass_rate"] == 1.0
    assert "at full prices" in project("show").out


def test_a_live_run_is_held_against_live_ones(project: Program) -> None:
    project("run", "greetings", "--yes")
    project("promote")
    done = project("run", "greetings", "--live", "--yes")
    assert done.code == 3
    assert "this run was made live, baseline run 1 by batches" in done.out
    home = project.folder / "evalsets" / "greetings" / "evalset.yaml"
    home.write_text(home.read_text().replace("gate: {}", "gate: {engines: any}"))
    project("run", "greetings", "--live", "--yes")
    project("promote", "--force", "from now on both count")
    assert project("run", "greetings", "--yes").code == 0


def test_a_live_run_cannot_be_detached(project: Program, sandbox: Sandbox) -> None:
    before = sandbox.counters()["requests"]
    done = project("run", "greetings", "--live", "--detach", "--yes")
    assert done.code == 2
    assert "cannot be detached" in done.err
    assert sandbox.counters()["requests"] == before


def test_a_live_run_of_some_cases_and_its_retry_go_the_same_way(project: Program, sandbox: Sandbox) -> None:
    project("run", "greetings", "--live", "--only", "cases:hello", "--yes")
    assert project("show", "--json").json["progress"]["samples"] == 1
    assert project("resume").code == 3
    assert "has no sample that a new attempt could help" in project("retry", "latest").err
