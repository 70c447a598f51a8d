"""Replies are read leniently; what is not a batch is never taken for one."""

from datetime import UTC, datetime

import pytest

from evaltui.batches.wire import batch_path, read_batch, read_date, read_page
from evaltui.domain.batch import Counts


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-11-22T20:00:00.100435Z", datetime(2026, 11, 22, 20, 0, 0, 100435, UTC)),
        ("2026-11-22T20:00:00.100435+00:00", datetime(2026, 11, 22, 20, 0, 0, 100435, UTC)),
        ("2026-11-22T22:00:00+02:00", datetime(2026, 11, 22, 20, tzinfo=UTC)),
        ("2026-11-22T20:00:00", datetime(2026, 11, 22, 20, tzinfo=UTC)),
        ("2026-11-22T20:00:00.123456789Z", datetime(2026, 11, 22, 20, 0, 0, 123456, UTC)),
        ("yesterday", None),
        ("", None),
        ("0001-01-01T00:00:00+23:00", None),
        (1764000000, None),
        (None, None),
    ],
)
def test_a_date_is_aware_or_none(text, date) -> None:
    assert read_date(text) == date


def test_a_batch_needs_no_more_than_its_id() -> None:
    remote = read_batch(b'{"id":"b1"}')
    assert remote is not None
    assert (remote.id, remote.status, remote.counts, remote.created_at) == ("b1", "unknown", Counts(), None)


def test_new_fields_statuses_and_null_counts_pass() -> None:
    remote = read_batch(
        b'{"id":"b1","processing_status":"paused","shiny":{"a":1},"created_at":5,'
        b'"request_counts":{"processing":null,"succeeded":3,"queued":9}}'
    )
    assert remote is not None
    assert (remote.status, remote.counts) == ("paused", Counts(succeeded=3))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"<html>",
        b"{}",
        b'{"id":null}',
        b'{"id":7}',
        b'{"id":""}',
        b'{"id":".."}',
        b'{"id":"b1\\u001b[2J"}',
        b'{"id":"b 1"}',
        b'{"id":"m1","type":"message"}',
        b'{"id":"b1"',
        b'{"id":"\xff"}',
    ],
)
def test_what_is_not_a_batch_is_none(body: bytes) -> None:
    assert read_batch(body) is None


def test_a_page_continues_after_its_last_id_or_else_its_last_batch() -> None:
    page = read_page(b'{"data":[{"id":"b2"},{"id":"b1"}],"has_more":true}')
    assert page is not None
    assert page.after == "b1"
    named = read_page(b'{"data":[{"id":"b2"}],"has_more":true,"last_id":"cursor"}')
    assert named is not None
    assert named.after == "cursor"
    assert read_page(b'{"data":[],"has_more":true}').after is None


def test_an_id_stays_within_its_segment_of_the_path() -> None:
    assert batch_path("a/../b?c", "/results") == "/v1/messages/batches/a%2F..%2Fb%3Fc/results"
