"""The grammar of `--faults`, and every fault played over real HTTP."""

import re
import socket
import time
from contextlib import suppress

import anthropic
import httpx2
import pytest

from evaltui.sandbox.fault_table import FAULTS, SETTINGS
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.model import Answer
from evaltui.sandbox.scripted import Scripted, echo
from evaltui.sandbox.server import running


def test_the_grammar_takes_counts_probabilities_values_and_settings():
    faults = Faults.parse("commit-then-drop:1, results-truncated:0.5=chunked,rate-limit=create,retry-after=3,seed=7,")
    assert faults.rules["commit-then-drop"].times == 1
    assert (faults.rules["results-truncated"].share, faults.value("results-truncated")) == (0.5, "chunked")
    assert (faults.rules["rate-limit"].share, faults.value("rate-limit")) == (1.0, "create")
    assert faults.settings == {"retry-after": 3.0, "seed": 7.0}
    assert Faults.parse("").rules == {}


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ("comit-then-drop", "unknown fault 'comit-then-drop'. Did you mean 'commit-then-drop'? Allowed: "),
        ("zzz", "unknown fault 'zzz'. Allowed: commit-then-drop, "),
        ("hang:", "after ':' expected a count"),
        ("hang:-1", "after ':' expected a count"),
        ("hang:1.5", "after ':' expected a count"),
        ("hang=nowhere", "expected one of any, create,"),
        ("crlf=1", "crlf takes no value"),
        ("slow-commit=0", "expected a number above 0"),
        ("slow-commit=soon", "expected a number above 0"),
        ("offline=5", "expected windows such as"),
        ("seed", "expected name=number"),
        ("seed:1", "expected name=number"),
        ("retry-after=-1", "expected name=number"),
    ],
)
def test_a_bad_specification_says_what_is_allowed(spec, complaint):
    with pytest.raises(ValueError, match=re.escape(complaint)):
        Faults.parse(f"refusal:1,{spec}")


def test_every_fault_has_one_sentence_and_none_is_a_setting():
    assert all(fault.says and not fault.says.endswith(".") for fault in FAULTS.values())
    assert not FAULTS.keys() & SETTINGS.keys()


def test_a_count_strikes_the_first_times_and_a_share_strikes_about_its_share():
    counted, shared = Faults.parse("crlf:3"), Faults.parse("crlf:0.25,seed=4")
    assert [counted.strikes("crlf") for _ in range(5)] == [True, True, True, False, False]
    assert 0.2 < sum(shared.strikes("crlf") for _ in range(2_000)) / 2_000 < 0.3
    assert not shared.strikes("hang")


def test_a_choice_about_one_subject_stays_and_depends_on_the_seed_alone():
    one, same, other = (Faults.parse(f"errored:0.5,seed={seed}") for seed in (1, 1, 2))
    subjects = [f"case-{n}" for n in range(200)]
    chosen = [one.strikes_on("errored", subject) for subject in subjects]
    assert chosen == [one.strikes_on("errored", subject) for subject in subjects]
    assert chosen == [same.strikes_on("errored", subject) for subject in reversed(subjects)][::-1]
    assert chosen != [other.strikes_on("errored", subject) for subject in subjects]


def test_commit_then_drop_keeps_the_batch_that_the_client_never_heard_of(start):
    desk = start(faults="commit-then-drop:1")
    with pytest.raises(anthropic.APIConnectionError):
        desk.create()
    assert len(desk.batches.list().data) == 1
    assert desk.create().processing_status == "in_progress"


def test_the_sdk_itself_pays_three_times_when_replies_are_dropped(start):
    desk = start(faults="commit-then-drop")
    with pytest.raises(anthropic.APIConnectionError):
        desk.sdk.with_options(max_retries=2).messages.batches.create(requests=desk.requests(1))
    seen = desk.sandbox.counters()
    assert seen["creates_committed"] == 3
    assert seen["duplicate_suffixes"] == {"surplus": 2, "most": {"c0-000000-r0": 3}}
    assert seen["faults_struck"] == {"commit-then-drop": 3}


def test_commit_then_500_keeps_the_batch(start):
    desk = start(faults="commit-then-500:1")
    with pytest.raises(anthropic.InternalServerError):
        desk.create()
    assert len(desk.batches.list().data) == 1


def test_drop_before_commit_keeps_nothing(start):
    desk = start(faults="drop-before-commit:1")
    with pytest.raises(anthropic.APIConnectionError):
        desk.create()
    assert desk.batches.list().data == []


def test_slow_commit_has_committed_before_it_replies(start):
    desk = start(faults="slow-commit:1=30")
    with pytest.raises(anthropic.APITimeoutError):
        desk.sdk.with_options(timeout=0.5).messages.batches.create(requests=desk.requests(1))
    assert len(desk.batches.list().data) == 1


def test_slow_commit_replies_in_the_end(start):
    desk = start(faults="slow-commit=0.1")
    assert desk.create().processing_status == "in_progress"


def test_a_new_batch_is_not_found_for_a_while(start):
    desk = start(faults="create-404-window:1=20")
    batch = desk.create()
    with pytest.raises(anthropic.NotFoundError):
        desk.batches.retrieve(batch.id)
    assert [listed.id for listed in desk.batches.list().data] == [batch.id]
    desk.sandbox.advance(21)
    assert desk.batches.retrieve(batch.id).id == batch.id
    assert desk.batches.retrieve(desk.create().id).processing_status == "in_progress"


def test_a_new_batch_is_missing_from_the_listing_for_a_while(start):
    desk = start(faults="create-list-window:1=20")
    batch = desk.create()
    assert desk.batches.list().data == []
    assert desk.batches.retrieve(batch.id).id == batch.id
    desk.sandbox.advance(21)
    assert len(desk.batches.list().data) == 1


def test_results_are_not_found_for_a_while_after_the_end(start):
    desk = start(faults="results-404-window=20")
    batch = desk.finished()
    assert batch.processing_status == "ended"
    with pytest.raises(anthropic.NotFoundError):
        desk.results(batch)
    desk.sandbox.advance(21)
    assert len(desk.results(batch)) == 3


@pytest.mark.parametrize("framing", ["content-length", "chunked"])
def test_truncation_is_detectable_where_the_length_is_announced(start, framing):
    desk = start(faults=f"results-truncated:1={framing}")
    batch = desk.finished(10)
    with pytest.raises(httpx2.RemoteProtocolError):
        desk.results(batch)
    assert len(desk.results(batch)) == 10


def test_truncation_is_silent_where_the_end_of_the_connection_is_the_end_of_the_body(start):
    desk = start(faults="results-truncated:1=close")
    batch = desk.finished(10)
    reply = desk.raw("GET", f"/v1/messages/batches/{batch.id}/results")
    assert reply.headers["x-evaltui-sandbox"] == "1"
    assert reply.headers["request-id"].startswith("req_")
    assert "content-length" not in reply.headers
    assert reply.content.endswith(b"}\n")
    assert 0 < reply.content.count(b"\n") < 10


def test_rate_limits_come_with_and_without_retry_after(start):
    bare, hinted = start(faults="rate-limit:2"), start(faults="rate-limit:1,retry-after=3")
    for _ in range(2):
        with pytest.raises(anthropic.RateLimitError) as caught:
            bare.create()
        assert "retry-after" not in caught.value.response.headers
    assert bare.create().processing_status == "in_progress"
    with pytest.raises(anthropic.RateLimitError) as caught:
        hinted.create()
    assert caught.value.response.headers["retry-after"] == "3"


def test_a_fault_of_the_door_can_be_limited_to_one_operation(start):
    desk = start(faults="overloaded=poll")
    batch = desk.create()
    with pytest.raises(anthropic.InternalServerError) as caught:
        desk.batches.retrieve(batch.id)
    assert (caught.value.status_code, caught.value.type) == (529, "overloaded_error")
    assert len(desk.batches.list().data) == 1


@pytest.mark.parametrize("operation", ["create", "list", "poll", "results", "cancel", "delete", "messages", "models"])
def test_every_operation_can_be_named(start, operation):
    calls = {
        "create": ("POST", "/v1/messages/batches"),
        "list": ("GET", "/v1/messages/batches"),
        "poll": ("GET", "/v1/messages/batches/x"),
        "results": ("GET", "/v1/messages/batches/x/results"),
        "cancel": ("POST", "/v1/messages/batches/x/cancel"),
        "delete": ("DELETE", "/v1/messages/batches/x"),
        "messages": ("POST", "/v1/messages"),
        "models": ("GET", "/v1/models"),
    }
    desk = start(faults=f"overloaded={operation}")
    met = {name: desk.raw(*call).status_code == 529 for name, call in calls.items()}
    assert met == {name: name == operation for name in calls}


def test_server_errors_strike_polls(start):
    desk = start(faults="server-error:1")
    batch = desk.create()
    with pytest.raises(anthropic.InternalServerError) as caught:
        desk.batches.retrieve(batch.id)
    assert (caught.value.status_code, caught.value.type) == (500, "api_error")
    assert desk.batches.retrieve(batch.id).id == batch.id


def test_a_bad_gateway_answers_in_html(start):
    desk = start(faults="bad-gateway:1")
    with pytest.raises(anthropic.InternalServerError) as caught:
        desk.batches.list()
    assert caught.value.status_code == 502
    assert caught.value.response.headers["content-type"].startswith("text/html")


def test_the_spend_limit_has_its_own_code_and_no_retry_after(start):
    desk = start(faults="spend-limit:1,retry-after=3")
    with pytest.raises(anthropic.EnforcedSpendLimitReachedError) as caught:
        desk.create()
    assert "retry-after" not in caught.value.response.headers
    assert caught.value.body["error"]["details"] == {"error_code": "enforced_spend_limit_reached"}


def test_a_hanging_server_never_answers_and_still_stops_at_once(start):
    desk = start(faults="hang=poll")
    batch = desk.create()
    with pytest.raises(anthropic.APITimeoutError):
        desk.sdk.with_options(timeout=0.3).messages.batches.retrieve(batch.id)


def test_a_server_stops_although_a_request_still_hangs():
    with running(echo(), faults=Faults.parse("hang")) as sandbox:
        host, port = sandbox.url.removeprefix("http://").split(":")
        line = socket.create_connection((host, int(port)), timeout=20)
        line.sendall(b"GET /v1/models HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\nanthropic-version: 2026-10-21\r\n\r\n")
        while not sandbox.counters()["faults_struck"]:
            time.sleep(0.01)
    with line, suppress(ConnectionResetError):
        assert line.recv(100) == b""


def test_an_offline_server_drops_connections_in_its_windows(start):
    desk = start(faults="offline=100-200+300-400")
    for moved, reachable in ((0, True), (150, False), (100, True), (100, False), (100, True)):
        desk.sandbox.advance(moved)
        if reachable:
            desk.batches.list()
        else:
            with pytest.raises(anthropic.APIConnectionError):
                desk.batches.list()


def test_a_cancellation_can_come_too_late(start):
    desk = start(faults="cancel-race")
    batch = desk.create()
    assert desk.batches.cancel(batch.id).processing_status == "canceling"
    ended = desk.batches.retrieve(batch.id)
    assert (ended.processing_status, ended.request_counts.succeeded, ended.request_counts.canceled) == ("ended", 3, 0)
    assert ended.cancel_initiated_at is not None


def test_a_share_of_requests_expires(start):
    desk = start(faults="partial-expiry:0.5")
    batch = desk.finished(40)
    assert 5 < batch.request_counts.expired < 35
    assert batch.request_counts.expired + batch.request_counts.succeeded == 40


@pytest.mark.parametrize("kind", ["api_error", "overloaded_error"])
def test_requests_end_errored_and_succeed_when_sent_again(start, kind):
    desk = start(faults=f"errored:2={kind}")
    first = desk.results(desk.finished(5))
    errors = [result.error.error.type for result in first.values() if result.type == "errored"]
    assert errors == [kind, kind]
    again = [{**request, "custom_id": request["custom_id"][:-1] + "1"} for request in desk.requests(5)]
    assert desk.end(desk.batches.create(requests=again)).request_counts.succeeded == 5


def test_the_same_requests_are_struck_whatever_the_prefix_of_their_ids(start):
    def struck(prefix: str) -> set[str]:
        desk = start(faults="errored:0.5,seed=3")
        requests = [{"custom_id": f"{prefix}-c0-{n}-r0", "params": desk.params()} for n in range(30)]
        results = desk.results(desk.end(desk.batches.create(requests=requests)))
        return {name.partition("-")[2] for name, result in results.items() if result.type == "errored"}

    assert struck("aaa") == struck("bbb") != set()


def test_result_lines_can_be_doubled_lost_and_foreign(start):
    def ids(fault: str) -> list[str]:
        desk = start(faults=fault)
        return [line.custom_id for line in desk.batches.results(desk.finished(4).id)]

    honest, doubled, lost, foreign = (ids(fault) for fault in ("", "duplicate-ids", "missing-ids", "unknown-ids"))
    assert doubled == [*honest, honest[0]]
    assert lost == honest[:-1]
    assert foreign == [*honest, "never-sent"]


@pytest.mark.parametrize("fault", ["malformed-line", "crlf"])
def test_result_lines_can_be_unreadable(start, fault):
    desk = start(faults=f"{fault}:1")
    batch = desk.finished(4)
    body = desk.raw("GET", f"/v1/messages/batches/{batch.id}/results").content
    assert body.count(b"\n") == 4
    assert body.count(b"\r\n") == (4 if fault == "crlf" else 0)
    assert len(desk.results(batch)) == 4


def test_results_url_can_name_another_host(start):
    desk = start(faults="foreign-results-url=http://127.0.0.1:9/x")
    batch = desk.finished()
    assert batch.results_url == f"http://127.0.0.1:9/x/{batch.id}/results"
    assert desk.raw("GET", f"/v1/messages/batches/{batch.id}/results").status_code == 200


def test_slow_results_trickle_and_arrive_whole(start):
    desk = start(faults="slow-reads:1=20000")
    batch = desk.finished(10)
    with desk.http.stream("GET", f"/v1/messages/batches/{batch.id}/results") as reply:
        pieces = list(reply.iter_raw())
    assert len(pieces) > 1
    assert b"".join(pieces) == desk.raw("GET", f"/v1/messages/batches/{batch.id}/results").content


def test_replies_can_be_refused_cut_paused_and_malformed(start):
    call = {"type": "tool_use", "id": "toolu_1", "name": "find", "input": {"q": "x"}}
    model = Scripted(lambda _: Answer([{"type": "text", "text": '{"score": 1}'}, call], "tool_use", 10, 20))

    def reply(fault: str):
        desk = start(model, faults=fault)
        (result,) = desk.results(desk.finished(1)).values()
        return result.message

    refused = reply("refusal")
    assert (refused.stop_reason, refused.content, refused.stop_details.type) == ("refusal", [], "refusal")
    for fault, stop_reason in (
        ("max-tokens", "max_tokens"),
        ("context-exceeded", "model_context_window_exceeded"),
        ("malformed-json", "end_turn"),
    ):
        cut = reply(fault)
        assert (cut.stop_reason, cut.content[0].text, cut.content[1].input) == (stop_reason, '{"scor', {})
    paused = reply("pause-turn")
    assert (paused.stop_reason, paused.content[-1].type) == ("pause_turn", "server_tool_use")
