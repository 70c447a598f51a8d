"""`evaltui run`, `resume`, `cancel` and `retry`: what is sent, when it is not, and how each ends."""

import json
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from tests.cli.program import Program, agent, case, prompted, write_project

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.scripted import Scripted
from evaltui.sandbox.server import Sandbox, running


def sent(sandbox: Sandbox) -> int:
    """Requests that the server saw, without those that only count tokens: they are free."""
    seen = sandbox.counters()
    return int(seen["requests"] - seen["count_tokens"])


def accepted(sandbox: Sandbox) -> int:
    return int(sandbox.counters()["requests_accepted"])


def test_a_run_shows_its_estimate_first_and_its_verdict_last(project: Program) -> None:
    done = project("run", "greetings", "--yes")
    assert done.code == 3  # there is no baseline yet
    assert done.err.splitlines()[0].startswith("2 requests to claude-haiku-5-5, ")
    assert "$" in done.err.splitlines()[0]
    assert "Run 1 of greetings with greeter (claude-haiku-5-5) at http://127.0.0.1" in done.err
    assert done.out.startswith("INCOMPLETE: there is no baseline to compare with yet")
    assert "next: evaltui promote 1 makes this run the first baseline" in done.out


def test_nothing_is_sent_when_nobody_can_accept_the_estimate(project: Program, sandbox: Sandbox) -> None:
    before = sent(sandbox)
    done = project("run", "greetings")
    assert done.code == 2
    assert "not accepted; nothing was sent. `--yes` accepts the estimate" in done.err
    assert (done.out, sent(sandbox)) == ("", before)
    assert not (project.folder / ".evaltui").exists()


def test_a_person_at_a_terminal_is_asked_and_may_decline(project: Program, sandbox: Sandbox) -> None:
    before = sent(sandbox)
    code, seen = project.terminal("run", "greetings", typed=b"n\n")
    assert code == 2
    assert f"Send it to {sandbox.url}? [y/N]".encode() in seen
    assert b"nothing was sent" in seen
    assert sent(sandbox) == before
    code, seen = project.terminal("run", "greetings", typed=b"y\n")
    assert code == 3
    assert b"INCOMPLETE" in seen


@pytest.mark.parametrize("limit", ["0", "0.0000001", "nan"])
def test_an_estimate_that_is_not_surely_within_max_cost_sends_nothing(
    project: Program, sandbox: Sandbox, limit: str
) -> None:
    before = sent(sandbox)
    done = project("run", "greetings", "--yes", "--max-cost", limit)
    assert done.code == 2
    assert "--max-cost" in done.err
    assert "nothing was sent" in done.err
    assert sent(sandbox) == before


def test_an_unknown_price_is_above_every_max_cost(project: Program, sandbox: Sandbox) -> None:
    file = project.folder / "evalsets" / "greetings" / "agent.yaml"
    file.write_text(file.read_text().replace("claude-haiku-5-5", "claude-of-tomorrow"))
    before = sent(sandbox)
    done = project("run", "greetings", "--yes", "--max-cost", "1000")
    assert (done.code, sent(sandbox)) == (2, before)
    assert "price unknown for this model" in done.err


def test_a_generous_max_cost_lets_a_run_through(project: Program) -> None:
    assert project("run", "greetings", "--yes", "--max-cost", "1").code == 3


def test_only_trials_and_agent_shape_a_run(project: Program) -> None:
    (project.folder / "other.yaml").write_text(agent("bye => adieu", name="french"))
    done = project(
        "run", "greetings", "--yes", "--only", "tag:polite", "--trials", "3", "--agent", "other.yaml", "--json"
    )
    assert done.code == 3
    assert done.json["run_id"] == 1
    shown = project("show", "1", "--json").json
    assert (shown["run"]["agent"], shown["run"]["trials"], shown["run"]["only"]) == ("french", 3, "tag:polite")
    assert shown["progress"]["samples"] == 3
    assert "adieu" in project("show", "1", "bye", "--trial", "3").out
    missing = project("show", "1", "bye", "--trial", "4")
    assert (missing.code, missing.out) == (2, "")
    assert "run 1 has 3 trials of bye, not 4" in missing.err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--only", "tagg:polite"), 'did you mean "tag"?'),
        (("--only", "tag:rude"), "no case matches --only"),
        (("--agent", "nowhere.yaml"), "nowhere.yaml"),
        (("--trials", "0"), "--trials"),
    ],
)
def test_a_wrong_argument_is_explained_and_sends_nothing(
    project: Program, sandbox: Sandbox, words: tuple[str, ...], complaint: str
) -> None:
    before = sent(sandbox)
    done = project("run", "greetings", "--yes", *words)
    assert (done.code, done.out, sent(sandbox)) == (2, "", before)
    assert complaint in done.err
    assert "Traceback" not in done.err


def test_an_unknown_evalset_names_those_that_are_there(project: Program) -> None:
    done = project("run", "greeting", "--yes")
    assert done.code == 2
    assert "here are: greetings" in done.err


def test_without_a_key_nothing_is_tried(project: Program, sandbox: Sandbox) -> None:
    before = sent(sandbox)
    done = Program(project.folder, project.url, key=None)("run", "greetings", "--yes")
    assert (done.code, sent(sandbox)) == (2, before)
    assert "ANTHROPIC_API_KEY is not set" in done.err
    assert "evaltui sandbox" in done.err


def test_the_estimate_says_what_earlier_runs_cost(project: Program) -> None:
    assert "earlier run" not in project("run", "greetings", "--yes").err
    assert " if it goes as in an earlier run" in project("run", "greetings", "--yes").err
    assert " if it goes as in 2 earlier runs" in project("run", "greetings", "--yes").err
    assert "earlier run" not in project("run", "greetings", "--yes", "--only", "tag:polite").err


def test_a_run_that_waits_for_batches_is_told_how_long_they_usually_take(project: Program) -> None:
    assert "Time:" not in project("run", "greetings", "--yes").err
    for _ in range(2):
        project("run", "greetings", "--yes")
    for waiting in (("run", "greetings", "--yes", "--detach"), ("resume",)):
        said = project(*waiting).err
        assert "Time: usually " in said
        assert " a batch (3 batches of claude-haiku-5-5 so far)." in said
    assert "Time:" not in project("resume").err
    assert "Time:" not in project("run", "greetings", "--yes", "--live").err


def test_a_detached_run_is_taken_up_by_resume(project: Program, sandbox: Sandbox) -> None:
    detached = project("run", "greetings", "--yes", "--detach", "--json")
    assert detached.code == 0
    assert detached.json["detached"] is True
    assert detached.json["progress"]["waiting"] == 2
    assert "`evaltui resume 1` takes it up again" in detached.err
    assert project("promote").code == 2
    before = accepted(sandbox)
    resumed = project("resume", "--json")
    assert (resumed.code, resumed.json["run_id"], resumed.json["status"]) == (3, 1, "incomplete")
    assert accepted(sandbox) == before
    assert project("show", "--json").json["progress"]["scored"] == 2


def test_resuming_a_finished_run_says_its_verdict_again_and_sends_nothing(project: Program, sandbox: Sandbox) -> None:
    first = project("run", "greetings", "--yes")
    before = accepted(sandbox)
    again = project("resume", "1")
    assert (again.code, again.out) == (first.code, first.out)
    assert accepted(sandbox) == before


def test_a_failed_request_is_retried_and_merged_into_its_run(project: Program) -> None:
    file = project.folder / "evalsets" / "greetings" / "agent.yaml"
    file.write_text(agent("bye => !api_error: try again"))
    assert project("run", "greetings", "--yes").code == 3
    assert "no reply: api_error: try again" in project("show", "1", "bye").out
    refused = project("retry", "1")
    assert refused.code == 2
    assert refused.err.startswith("1 request to claude-haiku-5-5")
    assert project("retry", "1", "--yes", "--json").code == 3
    assert len(project("show", "1", "bye", "--json").json["attempts"]) == 2


def test_a_run_without_anything_to_retry_says_so_and_keeps_its_exit_code(project: Program) -> None:
    project("run", "greetings", "--yes")
    done = project("retry", "1", "--yes", "--json")
    assert done.code == 3
    assert done.json["status"] == "incomplete"
    assert "no sample that a new attempt could help" in done.err


def test_cancel_says_what_became_of_each_batch(tmp_path: Path) -> None:
    write_project(tmp_path, [case("hello"), case("bye")])
    with running(Scripted(prompted), clock=Clock(batch_seconds=3600)) as slow:
        project = Program(tmp_path, slow.url)
        project("run", "greetings", "--yes", "--detach")
        done = project("cancel", "1", "--json")
        assert (done.code, done.json["run"]) == (0, 1)
        assert [words.split(": ")[1] for words in done.json["batches"]] in (["canceling"], ["ended"])
        assert project("resume", "1").code == 3
        assert project("cancel", "1").out == "Run 1 has no batch under way.\n"
        assert "canceled before it was processed" in project("show", "1").out


def test_a_cancellation_that_the_provider_refuses_is_not_a_success(tmp_path: Path) -> None:
    write_project(tmp_path, [case("hello")])
    faults = Faults.parse("server-error:1=cancel")
    with running(Scripted(prompted), clock=Clock(batch_seconds=3600), faults=faults) as slow:
        project = Program(tmp_path, slow.url)
        project("run", "greetings", "--yes", "--detach")
        refused = project("cancel", "1")
        assert refused.code == 3
        assert "not canceled: 500" in refused.out
        assert project("cancel", "1").code == 0


class Rejecting(BaseHTTPRequestHandler):
    """An endpoint that refuses every key, and says it aloud."""

    def do_GET(self) -> None:
        key = self.headers["x-api-key"]
        error = {"type": "authentication_error", "message": f"invalid x-api-key {key}"}
        body = json.dumps({"type": "error", "error": error}).encode()
        self.rfile.read(int(self.headers["content-length"] or 0))
        self.send_response(401)
        self.send_header("content-length", str(len(body)))
        self.send_header("request-id", f"req_{key}")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 the name is given

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def rejecting() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Rejecting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def everything_in(project: Program) -> bytes:
    """Every byte of every file that the program wrote."""
    return b"".join(path.read_bytes() for path in (project.folder / ".evaltui").rglob("*") if path.is_file())


def test_a_refused_key_stops_the_run_with_what_to_do_and_is_nowhere_to_be_read(
    project: Program, rejecting: str
) -> None:
    wrong = Program(project.folder, rejecting, project.key)
    assert wrong.key is not None
    said = [wrong("run", "greetings", "--yes"), wrong("resume"), wrong("doctor")]
    assert [one.code for one in said] == [3, 3, 2]
    assert all("check the API key" in one.err + one.out for one in said)
    assert all("authentication_error" in one.err + one.out for one in said)
    assert wrong.key not in "".join(one.out + one.err for one in said)
    assert wrong.key.encode() not in everything_in(project)
    good = project("resume", "1", "--json")  # the run belongs to the address it was started at
    assert good.code == 3


def test_the_key_is_never_printed_and_never_stored(project: Program) -> None:
    assert project.key is not None
    said = [
        project("run", "greetings", "--yes"), project("promote"), project("doctor"), project("doctor", "--json"),
        project("show", "--json"), project("export"), project("export", "--format", "recording"),
    ]  # fmt: skip
    assert project.key not in "".join(one.out + one.err for one in said)
    assert project.key.encode() not in everything_in(project)


def test_a_named_evalset_is_found_from_any_folder_of_the_project(project: Program) -> None:
    below = replace(project, folder=project.folder / "evalsets" / "greetings")
    below_home = {"HOME": str(project.folder / ".home"), "XDG_CONFIG_HOME": str(project.folder / ".home")}
    assert project("run", "greetings", "--yes").code == 3
    done = replace(below, more=below_home)("run", "greetings", "--yes")
    assert (done.code, "Run 2 of greetings" in done.err) == (3, True)


def test_the_state_keeps_itself_out_of_version_control(project: Program) -> None:
    project("run", "greetings", "--yes")
    assert (
        project.folder / ".evaltui" / ".gitignore"
    ).read_text() == "*\n!.gitignore\n!config.yaml\n!mappings.yaml\n!redaction.yaml\n"


def test_an_unknown_command_is_told_line_by_line(project: Program) -> None:
    done = project("rum")
    assert done.code == 2
    assert done.err.splitlines()[0].startswith("Usage:")
    assert "\\n" not in done.err


def test_an_interrupted_run_says_what_never_left(project: Program) -> None:
    nowhere = replace(project, url="http://127.0.0.1:1")
    process = nowhere.start("run", "greetings", "--yes")
    assert process.stderr is not None
    while b"Not taken" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    said = process.stderr.read().decode()
    assert process.wait() == 3
    assert "0 of 2 samples are with the provider, 2 not sent" in said
    process.stdout.close() if process.stdout else None
    process.stderr.close()
