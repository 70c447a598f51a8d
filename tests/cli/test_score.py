"""`evaltui score`: changed scorers over stored replies, and what the gate says of a baseline left behind."""

from tests.cli.program import Program

from evaltui.sandbox.server import Sandbox


def set_scorers(project: Program, scorers: str) -> None:
    home = project.folder / "evalsets" / "greetings"
    (home / "evalset.yaml").write_text(f"name: greetings\ncases: cases.jsonl\nscorers: {scorers}\n")


def test_changed_scorers_score_old_replies_at_no_cost_and_the_gate_wants_the_same_for_the_baseline(
    project: Program, sandbox: Sandbox
) -> None:
    file = project.folder / "evalsets" / "greetings" / "agent.yaml"
    file.write_text(file.read_text() + "  hello => HELLO\n")
    project("run", "greetings", "--yes")
    project("promote")
    assert project("run", "greetings", "--yes", "--json").json["status"] == "pass"
    before = sandbox.counters()["requests"]
    set_scorers(project, "[normalized: case]")
    done = Program(project.folder, project.url, key=None)("score", "latest")
    assert done.code == 3
    assert "scored by other scorers" in done.out
    assert "evaltui score 1" in done.out
    assert project("show", "2", "--json").json["metrics"]["normalized.pass_rate"] == 1.0
    assert project("score", "1", "--json").json["run_id"] == 1
    mended = project("gate", "2")
    assert (mended.code, mended.out.split(":")[0]) == (0, "PASS")
    assert sandbox.counters()["requests"] == before


def test_scoring_a_run_under_way_sends_nothing_invents_nothing_and_leaves_it_to_be_resumed(
    project: Program, sandbox: Sandbox
) -> None:
    project("run", "greetings", "--yes", "--detach")
    before = sandbox.counters()["requests"]
    set_scorers(project, "[normalized: case]")
    done = project("score")
    assert done.code == 3
    assert "2 of 2 samples of run 1 have no score" in done.out
    assert sandbox.counters()["requests"] == before
    assert project("show", "--json").json["progress"]["waiting"] == 2
    assert project("resume").code == 3
    shown = project("show", "--json").json
    metrics = {name: value for name, value in shown["metrics"].items() if not name.startswith("pass_rate")}
    assert (shown["progress"]["scored"], metrics) == (2, {"normalized.pass_rate": 1.0, "normalized.mean": 1.0})


def test_wrong_scorers_are_explained_with_their_line(project: Program) -> None:
    project("run", "greetings", "--yes")
    set_scorers(project, "[exakt]")
    done = project("score")
    assert (done.code, done.out) == (2, "")
    assert "evalset.yaml:3" in done.err and "did you mean 'exact'?" in done.err
    assert project("gate").code == 3  # and the run is still scored as it was


def test_a_folder_of_another_evalset_is_refused(project: Program) -> None:
    project("run", "greetings", "--yes")
    file = project.folder / "evalsets" / "greetings" / "evalset.yaml"
    file.write_text(file.read_text().replace("name: greetings", "name: farewells"))
    done = project("score")
    assert done.code == 2
    assert "run 1 is of evalset greetings, not farewells" in done.err
