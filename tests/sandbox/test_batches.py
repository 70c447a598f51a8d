"""The life of a batch, over real HTTP with the real SDK."""

import anthropic
import httpx2
import pytest

from evaltui.sandbox.batch import Batch, processed
from evaltui.sandbox.clock import DAY, Clock
from evaltui.sandbox.model import Refused
from evaltui.sandbox.scripted import Scripted


def test_a_batch_goes_from_in_progress_to_ended_and_gives_every_result(desk):
    created = desk.create(5)
    assert (created.processing_status, created.request_counts.processing, created.results_url) == (
        "in_progress",
        5,
        None,
    )

    desk.sandbox.advance(59)
    running = desk.batches.retrieve(created.id)
    assert (running.processing_status, running.request_counts.processing) == ("in_progress", 5)

    desk.sandbox.advance(2)
    ended = desk.batches.retrieve(created.id)
    assert (ended.processing_status, ended.request_counts.succeeded, ended.request_counts.processing) == ("ended", 5, 0)
    assert (ended.ended_at - ended.created_at).total_seconds() == pytest.approx(60)
    assert (ended.expires_at - ended.created_at).total_seconds() == DAY

    results = desk.results(ended)
    assert {name: result.message.content[0].text for name, result in results.items()} == {
        f"k1-c0-{n:06}-r0": f"case {n}" for n in range(5)
    }


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.1, 60.0])
def test_a_batch_that_is_left_alone_loses_no_request_to_rounding(seconds: float) -> None:
    batches = [Batch("b", 1, "w", "v", (), size, 1e9, seconds, 1.0) for size in range(1, 500)]
    assert [batch.size for batch in batches if processed(batch) != batch.size] == []


def test_results_url_leads_back_to_the_host_that_was_asked(desk):
    batch = desk.finished(1)
    assert batch.results_url == f"{desk.sandbox.url}/v1/messages/batches/{batch.id}/results"
    seen = desk.raw("GET", f"/v1/messages/batches/{batch.id}", headers={"host": "localhost:1"}).json()
    assert seen["results_url"].startswith("http://localhost:1/v1/")


def test_results_are_shuffled_the_same_way_for_one_seed(start):
    def order(seed: int) -> list[str]:
        desk = start(faults=f"seed={seed}")
        return [line.custom_id for line in desk.batches.results(desk.finished(20).id)]

    first = order(1)
    assert first != sorted(first)
    assert first == order(1)
    assert first != order(2)


def test_results_are_announced_and_delimited_as_the_api_does(desk):
    batch = desk.finished(4)
    reply = desk.raw("GET", f"/v1/messages/batches/{batch.id}/results")
    assert reply.headers["content-type"] == "application/x-jsonl"
    assert int(reply.headers["content-length"]) == len(reply.content)
    assert reply.content.count(b"\n") == 4
    assert reply.content.endswith(b"}\n")
    assert b"\r" not in reply.content


def test_results_read_twice_are_equal(desk):
    path = f"/v1/messages/batches/{desk.finished(4).id}/results"
    assert desk.raw("GET", path).content == desk.raw("GET", path).content


def test_results_before_the_end_are_not_found(desk):
    reply = desk.raw("GET", f"/v1/messages/batches/{desk.create().id}/results")
    assert (reply.status_code, reply.json()["error"]["type"]) == (404, "not_found_error")


def test_a_running_batch_cannot_be_deleted_and_an_ended_one_is_gone(desk):
    batch = desk.create()
    with pytest.raises(anthropic.BadRequestError):
        desk.batches.delete(batch.id)
    desk.end(batch)
    assert desk.batches.delete(batch.id).type == "message_batch_deleted"
    for ask in (desk.batches.retrieve, desk.batches.delete, desk.batches.cancel):
        with pytest.raises(anthropic.NotFoundError):
            ask(batch.id)
    assert desk.batches.list().data == []


def test_a_cancelled_batch_keeps_what_was_already_processed(start):
    desk = start(clock=Clock(batch_seconds=100, cancel_seconds=10))
    batch = desk.create(10)
    desk.sandbox.advance(40)
    canceling = desk.batches.cancel(batch.id)
    assert (canceling.processing_status, canceling.request_counts.processing) == ("canceling", 10)
    assert canceling.cancel_initiated_at is not None
    assert desk.batches.cancel(batch.id).cancel_initiated_at == canceling.cancel_initiated_at

    desk.sandbox.advance(10)
    ended = desk.batches.retrieve(batch.id)
    assert (ended.processing_status, ended.request_counts.succeeded, ended.request_counts.canceled) == ("ended", 4, 6)
    assert sorted(result.type for result in desk.results(ended).values()) == ["canceled"] * 6 + ["succeeded"] * 4


def test_an_ended_batch_cannot_be_cancelled_unless_told_so(start):
    strict, lenient = start(), start(faults="cancel-ended=1")
    with pytest.raises(anthropic.BadRequestError):
        strict.batches.cancel(strict.finished().id)
    assert lenient.batches.cancel(lenient.finished().id).processing_status == "ended"


def test_what_is_not_processed_within_a_day_expires(start):
    desk = start(clock=Clock(batch_seconds=2 * DAY))
    batch = desk.create(10)
    desk.sandbox.advance(DAY - 1)
    assert desk.batches.retrieve(batch.id).processing_status == "in_progress"
    desk.sandbox.advance(1)
    ended = desk.batches.retrieve(batch.id)
    assert (ended.request_counts.succeeded, ended.request_counts.expired) == (5, 5)
    assert {result.type for result in desk.results(ended).values()} == {"succeeded", "expired"}


def test_results_are_archived_29_days_after_creation(desk):
    batch = desk.finished()
    assert batch.archived_at is None
    desk.sandbox.advance(29 * DAY)
    assert desk.batches.retrieve(batch.id).archived_at is not None
    with pytest.raises(anthropic.NotFoundError):
        desk.results(batch)


def test_invalid_params_are_reported_only_at_the_end(desk):
    requests = [*desk.requests(2), {"custom_id": "bad", "params": desk.params(extra_body={})}]
    batch = desk.end(desk.batches.create(requests=requests))
    assert (batch.request_counts.succeeded, batch.request_counts.errored) == (2, 1)
    error = desk.results(batch)["bad"].error
    assert error.error.type == "invalid_request_error"
    assert error.error.message == "extra_body: Extra inputs are not permitted"
    assert error.request_id.startswith("req_")


def test_what_the_model_refuses_and_where_it_crashes_are_errored_results(start):
    def script(params):
        if params["messages"][0]["content"] == "case 0":
            raise RuntimeError("boom")
        return Refused("not_found_error", "unheard of")

    desk = start(Scripted(script))
    results = desk.results(desk.finished(2))
    errors = [results[name].error.error for name in sorted(results)]
    assert [error.type for error in errors] == ["api_error", "not_found_error"]
    assert "RuntimeError: boom" in errors[0].message


def test_every_key_has_a_workspace_of_its_own(desk):
    batch = desk.finished()
    stranger = {"x-api-key": "another-key"}
    for method, path in (("GET", ""), ("GET", "/results"), ("POST", "/cancel"), ("DELETE", "")):
        reply = desk.raw(method, f"/v1/messages/batches/{batch.id}{path}", headers=stranger)
        assert (reply.status_code, reply.json()["error"]["type"]) == (404, "not_found_error")
    assert desk.raw("GET", "/v1/messages/batches", headers=stranger).json()["data"] == []


def test_the_listing_is_newest_first_and_pages_both_ways(desk):
    ids = [desk.create(1).id for _ in range(5)][::-1]
    assert [batch.id for batch in desk.batches.list(limit=2)] == ids

    page = desk.batches.list(limit=2, after_id=ids[1])
    assert ([batch.id for batch in page.data], page.has_more) == (ids[2:4], True)
    assert (page.first_id, page.last_id) == (ids[2], ids[3])
    page = desk.batches.list(limit=2, after_id=ids[3])
    assert ([batch.id for batch in page.data], page.has_more) == (ids[4:], False)
    page = desk.batches.list(limit=2, before_id=ids[3])
    assert ([batch.id for batch in page.data], page.has_more) == (ids[1:3], True)
    page = desk.batches.list(limit=5, before_id=ids[2])
    assert ([batch.id for batch in page.data], page.has_more) == (ids[:2], False)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "after_id=msgbatch_no", "after_id=a&before_id=b"]
)
def test_a_bad_listing_query_is_refused(desk, query):
    reply = desk.raw("GET", f"/v1/messages/batches?{query}")
    assert (reply.status_code, reply.json()["error"]["type"]) == (400, "invalid_request_error")


def test_polls_carry_retry_after_until_the_batch_ends(start):
    desk = start(clock=Clock(batch_seconds=60, speed=1))
    batch = desk.create()
    path = f"/v1/messages/batches/{batch.id}"
    assert desk.raw("GET", path).headers["retry-after"] == "10"
    desk.end(batch)
    assert "retry-after" not in desk.raw("GET", path).headers


def test_an_idempotency_key_changes_nothing(desk):
    for _ in range(2):
        desk.raw("POST", "/v1/messages/batches", json={"requests": desk.requests(1)}, headers={"idempotency-key": "1"})
    assert len(desk.batches.list().data) == 2
    assert desk.sandbox.counters()["duplicate_suffixes"]["surplus"] == 1


def test_several_clients_poll_one_ended_batch_while_it_is_being_written(desk):
    batch = desk.create(200)
    desk.sandbox.advance(60)
    with httpx2.Client(base_url=desk.sandbox.url, headers=dict(desk.http.headers)) as other:
        statuses = [client.get(f"/v1/messages/batches/{batch.id}").json() for client in (desk.http, other)]
    assert [seen["request_counts"]["succeeded"] for seen in statuses] == [200, 200]


def test_the_version_of_the_creation_decides_what_is_allowed(desk):
    requests = desk.requests(1, model="claude-haiku-4-5", temperature=0.5)
    old, new = (
        desk.batches.create(requests=requests, extra_headers={"anthropic-version": version})
        for version in ("2023-06-01", "2026-10-21")
    )
    assert desk.end(old).request_counts.succeeded == 1
    assert desk.batches.retrieve(new.id).request_counts.errored == 1


def test_longer_outputs_need_their_beta_and_a_batch(desk):
    requests = desk.requests(1, max_tokens=300_000)
    plain = desk.batches.create(requests=requests)
    beta = desk.sdk.beta.messages.batches.create(requests=requests, betas=["output-300k-2026-03-24"])
    assert desk.end(plain).request_counts.errored == 1
    assert desk.batches.retrieve(beta.id).request_counts.succeeded == 1
