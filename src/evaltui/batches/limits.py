"""Owns what the headers `anthropic-ratelimit-*` say: how long nothing more would be taken."""

from collections.abc import Mapping

from evaltui.batches.retry_after import seconds_until
from evaltui.batches.wire import read_date

LIMITED = ("requests", "tokens", "input-tokens", "output-tokens")
LONGEST = 300.0  # seconds: a header of a reply that was answered never halts a run for longer


def used_up(headers: Mapping[str, str]) -> float:
    """Seconds until the latest reset of a limit of which nothing is left; 0 where there is none."""
    return min(LONGEST, max(_reset(headers, name) for name in LIMITED))


def _reset(headers: Mapping[str, str], name: str) -> float:
    if headers.get(f"anthropic-ratelimit-{name}-remaining") != "0":
        return 0.0
    moment = read_date(headers.get(f"anthropic-ratelimit-{name}-reset"))
    return 0.0 if moment is None else seconds_until(moment, headers.get("date"))
