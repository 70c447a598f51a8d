"""The live engine at servers that take little: it settles at what they take, heeds their words, and ends."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from loopback import Loopback, error_json, reply

from evaltui.batches.engine import Downloaded
from evaltui.batches.limits import LONGEST, used_up
from evaltui.batches.live import LiveEngine
from evaltui.batches.names import custom_id, new_nonce
from evaltui.batches.split import ChunkWriter
from evaltui.batches.throttle import PROBE, Throttle
from evaltui.domain.batch import Chunk, Fault, RemoteBatch

PATIENCE = 60.0
MESSAGE = b'{"content":[{"type":"text","text":"yes"}]}'
REFUSED = reply(429, error_json("rate_limit_error", "slow down"))


def until(found: Callable[[], Any]) -> Any:
    over = time.monotonic() + PATIENCE
    while not (answer := found()):
        assert time.monotonic() < over, "waited in vain"
        time.sleep(0.005)
    return answer


def submitted(engine: LiveEngine, size: int, folder: Path) -> str:
    nonce = new_nonce()
    with ChunkWriter(folder / "bodies", nonce) as writer:
        for index in range(size):
            writer.add(custom_id(nonce, index, 1, 1), b'{"messages":"case %d."}' % index)
        remote = engine.submit(writer.close())
    assert isinstance(remote, RemoteBatch)
    return remote.id


def run(engine: LiveEngine, size: int, folder: Path) -> list[dict[str, Any]]:
    """The results, in the order of the requests."""
    remote_id = submitted(engine, size, folder)

    def ended() -> RemoteBatch | None:
        seen = engine.status(remote_id)
        return seen if isinstance(seen, RemoteBatch) and seen.status == "ended" else None

    got = engine.download(until(ended), folder / "results.jsonl")
    assert isinstance(got, Downloaded)
    lines = [msgspec.json.decode(line) for line in got.path.read_bytes().splitlines()]
    return [line["result"] for line in sorted(lines, key=lambda line: line["custom_id"])]


def live(server: Loopback, tmp_path: Path, **options: Any) -> LiveEngine:
    return LiveEngine(server.key, server.url, tmp_path / "live", **{"floor": 0.0002, "grace": 0.1} | options)


def test_brackets_without_end_are_an_error_and_not_the_end_of_a_thread(server: Loopback, tmp_path: Path) -> None:
    server.then(reply(200, b'{"a":' * 50_000), reply(200, MESSAGE))
    with closing(live(server, tmp_path, concurrency=1)) as engine:
        found = run(engine, 3, tmp_path)
    assert found[0]["error"]["error"]["type"] == "unreadable_reply"
    assert [result["type"] for result in found[1:]] == ["succeeded"] * 2


def test_a_key_that_comes_back_in_a_success_is_not_kept(server: Loopback, tmp_path: Path) -> None:
    server.then(reply(200, f"who are you, {server.key}?"))
    with closing(live(server, tmp_path)) as engine:
        [found] = run(engine, 1, tmp_path)
    assert "who are you, [key]?" in found["error"]["error"]["message"]
    assert all(server.key.encode() not in file.read_bytes() for file in (tmp_path / "live").iterdir())


def test_a_request_that_is_always_refused_holds_nobody_up_and_ends(server: Loopback, tmp_path: Path) -> None:
    yes = reply(200, MESSAGE)
    server.then(lambda to, line, seen: (REFUSED if b"case 0." in seen.body else yes)(to, line, seen))
    with closing(live(server, tmp_path, concurrency=2)) as engine:
        found = run(engine, 10, tmp_path)
    assert [result["type"] for result in found] == ["errored"] + ["succeeded"] * 9
    assert found[0]["error"]["error"]["type"] == "rate_limit_error"
    assert "refused 12 times, at last with 429 rate_limit_error: slow down" in found[0]["error"]["error"]["message"]
    assert len(server.seen) == 12 + 9


def test_concurrency_settles_at_or_under_what_the_server_takes(server: Loopback, tmp_path: Path) -> None:
    places, refusals, yes = threading.Semaphore(3), [], reply(200, MESSAGE)

    def takes_three(to: Loopback, line: Any, seen: Any) -> None:
        if not places.acquire(blocking=False):
            refusals.append(seen)
            REFUSED(to, line, seen)
            return
        time.sleep(0.02)
        places.release()
        yes(to, line, seen)

    server.then(takes_three)
    with closing(live(server, tmp_path, concurrency=8, floor=0.01)) as engine:
        found = run(engine, 100, tmp_path)
    assert {result["type"] for result in found} == {"succeeded"}
    assert len(refusals) < 30


def test_a_batch_that_was_taken_is_never_said_to_be_refused(server: Loopback, tmp_path: Path) -> None:
    server.then(reply(429, error_json("rate_limit_error", "come back later"), retry_after="3600"))
    with closing(live(server, tmp_path)) as engine:
        remote_id = submitted(engine, 5, tmp_path)
        until(lambda: isinstance(engine.status(remote_id), Fault))
        nonce = remote_id.removeprefix("live_")
        body = tmp_path / "bodies" / f"{nonce}.json"
        again = engine.submit(Chunk(nonce, 5, body, body.stat().st_size, ""))
    assert isinstance(again, RemoteBatch)
    assert (again.id, again.status) == (remote_id, "in_progress")


def test_a_long_pause_is_told_and_can_be_left_at_once(server: Loopback, tmp_path: Path) -> None:
    server.then(reply(429, error_json("rate_limit_error", "come back later"), retry_after="3600"))
    with closing(live(server, tmp_path)) as engine:
        remote_id = submitted(engine, 5, tmp_path)
        fault = until(lambda: found if isinstance(found := engine.status(remote_id), Fault) else None)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert (fault.kind, fault.message) == ("rate_limited", "429 rate_limit_error: come back later")
    assert 3500 < fault.retry_after <= 3600


def limit(name: str, left: object, reset: str) -> dict[str, str]:
    head = f"anthropic-ratelimit-{name}"
    return {f"{head}-remaining": str(left), f"{head}-reset": reset, "date": "Sun, 22 Nov 2026 20:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        (limit("requests", 3, "2026-11-22T20:00:07Z"), 0.0),
        (limit("requests", 0, "2026-11-22T20:00:07Z"), 7.0),
        (limit("tokens", 0, "2026-11-22T20:00:09+00:00") | limit("requests", 0, "2026-11-22T20:00:07Z"), 9.0),
        (limit("output-tokens", 0, "2026-11-22T19:00:00Z"), 0.0),
        (limit("input-tokens", 0, "soon"), 0.0),
        (limit("requests", 0, "9999-01-01T00:00:00Z"), LONGEST),
    ],
)
def test_a_limit_that_is_used_up_means_wait_for_its_reset(headers: dict[str, str], seconds: float) -> None:
    assert used_up(headers) == seconds


def test_a_limit_used_up_by_an_answered_request_holds_everybody_back(server: Loopback, tmp_path: Path) -> None:
    reset = (datetime.now(UTC) + timedelta(seconds=250)).isoformat()
    told = {"anthropic_ratelimit_requests_remaining": "0", "anthropic_ratelimit_requests_reset": reset}
    server.then(reply(200, MESSAGE, **told))
    with closing(live(server, tmp_path, concurrency=1)) as engine:
        remote_id = submitted(engine, 5, tmp_path)
        until(lambda: engine.status(remote_id).counts.succeeded)
        until(lambda: engine._throttle.pause > 200)
    assert len(server.seen) == 1


def test_where_it_was_refused_is_tried_again_only_later(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    throttle = Throttle(8, 0.0)
    for _ in range(8):
        assert throttle.enter()
    throttle.later(None)
    for _ in range(200):
        throttle.answered()
    assert throttle._limit == 7
    clock[0] += PROBE
    for _ in range(200):
        throttle.answered()
    assert throttle._limit == 8
