"""Starting, stopping, and surviving: the server as a process and as a context."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.scripted import Scripted, echo, last_text
from evaltui.sandbox.server import running, serve

HEADERS = {"x-api-key": "k", "anthropic-version": "2026-10-21"}
PARAMS = {"model": "claude-haiku-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}
BATCH = {"requests": [{"custom_id": "a", "params": PARAMS}]}
PROGRAM = """
import sys
from pathlib import Path
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.scripted import echo
from evaltui.sandbox.server import serve
folder = Path(sys.argv[1]) if sys.argv[1] else None
serve(echo(), clock=Clock(batch_seconds=1000), state_dir=folder, ready=lambda url: print(url, flush=True))
print("stopped", flush=True)
"""


def process(root: Path, state: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM, state],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1", "::", "example.com", ""])
def test_only_loopback_addresses_are_served(host):
    with pytest.raises(ValueError, match="loopback"):
        serve(echo(), host=host)


def test_a_taken_port_is_an_os_error():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match=r"[Aa]ddress already in use"):
        serve(echo(), port=taken.getsockname()[1])


def test_a_stopped_server_leaves_no_thread_and_no_socket():
    before = set(threading.enumerate())
    with running(echo()) as sandbox, httpx2.Client(base_url=sandbox.url, headers=HEADERS) as http:
        assert http.post("/v1/messages", json=PARAMS).status_code == 200
        port = int(sandbox.url.rpartition(":")[2])
    assert set(threading.enumerate()) == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port)).close()


def test_a_failing_test_still_stops_the_server():
    with pytest.raises(KeyError), running(echo()) as sandbox:
        raise KeyError(sandbox.url)
    assert "evaltui-sandbox" not in [thread.name for thread in threading.enumerate()]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_serve_returns_when_it_is_told_to_stop(root, how):
    with process(root, "") as server:
        assert server.stdout.readline().startswith("http://127.0.0.1:")
        server.send_signal(how)
        out, err = server.communicate(timeout=30)
    assert (server.returncode, out, err) == (0, "stopped\n", "")


def test_batches_survive_a_killed_server(root, tmp_path):
    with process(root, str(tmp_path)) as server:
        with httpx2.Client(base_url=server.stdout.readline().strip(), headers=HEADERS) as http:
            created = http.post("/v1/messages/batches", json=BATCH).json()
            http.post("/_sandbox/clock", json={"advance": 999})
        server.kill()
        server.communicate(timeout=30)

    with running(echo(), state_dir=tmp_path) as again, httpx2.Client(base_url=again.url, headers=HEADERS) as http:
        assert again.counters()["creates_committed"] == 1
        assert again.counters()["requests_accepted"] == 1
        path = f"/v1/messages/batches/{created['id']}"
        assert http.get(path).json()["created_at"] == created["created_at"]
        again.advance(2)
        assert http.get(path).json()["request_counts"]["succeeded"] == 1
        results = http.get(f"{path}/results").content

    with running(echo(), state_dir=tmp_path) as third, httpx2.Client(base_url=third.url, headers=HEADERS) as http:
        assert http.get(f"{path}/results").content == results
        assert http.post("/v1/messages/batches", json=BATCH).json()["id"] != created["id"]
        assert [batch["id"] for batch in http.get("/v1/messages/batches").json()["data"]][1] == created["id"]


def test_a_server_that_stops_while_a_batch_ends_leaves_it_to_the_next(tmp_path):
    asked = threading.Event()

    def slowly(params):
        asked.set()
        time.sleep(0.01)
        return last_text(params)

    many = {"requests": [{"custom_id": f"c-{n}", "params": PARAMS} for n in range(1_000)]}
    with running(Scripted(slowly), state_dir=tmp_path, clock=Clock(batch_seconds=0)) as sandbox:
        with httpx2.Client(base_url=sandbox.url, headers=HEADERS) as http:
            path = f"/v1/messages/batches/{http.post('/v1/messages/batches', json=many).json()['id']}"
            with suppress(httpx2.TimeoutException):
                http.get(path, timeout=0.2)
        assert asked.wait(20)
    with running(echo(), state_dir=tmp_path) as again, httpx2.Client(base_url=again.url, headers=HEADERS) as http:
        assert http.get(path).json()["request_counts"]["succeeded"] == 1_000


def test_an_acceptance_that_was_cut_short_is_swept_away(tmp_path):
    (tmp_path / "msgbatch_01half").mkdir()
    (tmp_path / "msgbatch_01half" / "requests.json").write_text("{}")
    with running(echo(), state_dir=tmp_path) as sandbox:
        assert sandbox.counters()["creates_committed"] == 0
    assert not (tmp_path / "msgbatch_01half").exists()


def test_a_foreign_state_folder_is_refused_by_name(tmp_path):
    (tmp_path / "clock.json").write_text("[]")
    with (
        pytest.raises(ValueError, match=r"clock\.json: not written by the sandbox"),
        running(echo(), state_dir=tmp_path),
    ):
        pass


def test_the_key_is_kept_nowhere(tmp_path):
    secret = {**HEADERS, "x-api-key": "sk-very-secret"}
    with running(echo(), state_dir=tmp_path, clock=Clock(batch_seconds=0)) as sandbox:
        with httpx2.Client(base_url=sandbox.url, headers=secret) as http:
            http.get(f"/v1/messages/batches/{http.post('/v1/messages/batches', json=BATCH).json()['id']}")
        assert "sk-very-secret" not in str(sandbox.counters())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(b"sk-very-secret" in path.read_bytes() for path in files)


def test_an_upload_that_breaks_off_leaves_nothing(desk, tmp_path):
    host, port = desk.sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(
            b"POST /v1/messages/batches HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\nanthropic-version: 2026-10-21\r\n"
            b'content-length: 1000\r\n\r\n{"requests":['
        )
    assert desk.create(1).processing_status == "in_progress"
    assert desk.sandbox.counters()["creates_committed"] == 1


def test_starting_the_sandbox_imports_nothing_else_of_the_program(root):
    code = (
        "import sys, evaltui.sandbox.server\n"
        "names = [name for name in sys.modules if name.startswith('evaltui.')]\n"
        "ours = [name for name in names if not name.startswith('evaltui.sandbox')]\n"
        "print(sorted(ours), 'anthropic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
    )
    assert done.stdout == "[] False\n"
