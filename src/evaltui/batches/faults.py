"""Owns what an HTTP reply that is not a success allows next: the law of never paying twice.

A create is *not taken* only where the server said so with a definite 4xx. Anything else (408, every 5xx, a reply
nobody can read) may hide a batch that was taken, so it is `ambiguous` and the loop reconciles before it resends.
"""

import re
from collections.abc import Mapping

from evaltui.batches.retry_after import retry_after
from evaltui.batches.wire import ErrorReply, read_error
from evaltui.domain.batch import Fault, FaultKind

LONGEST = 500
SPENDING_CODE = re.compile(r"spend_limit|^contract|billing|on_hold")
GROWTH_CODE = re.compile(r"^ramp")
SPENDING_WORDS = re.compile(r"spend(ing)? (limit|cap)|credit balance|api usage limit", re.IGNORECASE)
MARKUP = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)

KEY_ADVICE = "check the API key and the workspace it belongs to"
BILLING_ADVICE = "raise the spending limit or add credit, then resume the run"
ADDRESS_ADVICE = "check base_url: it is the address before /v1, such as https://api.anthropic.com"

ADVICE = {
    401: KEY_ADVICE,
    402: BILLING_ADVICE,
    403: KEY_ADVICE,
    404: ADDRESS_ADVICE,
    405: ADDRESS_ADVICE,
    407: "the proxy between here and the API wants credentials",
    410: ADDRESS_ADVICE,
}


def of_reply(status: int, headers: Mapping[str, str], body: bytes, *, creating: bool) -> Fault:
    """The fault behind a reply; `headers` are looked up in lower case."""
    error = read_error(body)
    wait = retry_after(headers)
    kind, advice = _kind(status, error, wait, creating=creating)
    message = clean(f"{status} {error.type}: {error.message}" if error.type else f"{status}: {_words(body)}")
    return Fault(kind, message, advice, wait, clean(headers.get("request-id") or error.request_id or "") or None)


def unreadable(headers: Mapping[str, str], body: bytes, *, creating: bool) -> Fault:
    """A success whose body nobody can read: a create may have been taken."""
    message = clean(f"the reply is not what was asked for: {_words(body) or 'it is empty'}")
    request_id = clean(headers.get("request-id", "")) or None
    return Fault("ambiguous" if creating else "transient", message, request_id=request_id)


def clean(text: str) -> str:
    """One short line that no terminal acts upon: replies come from anyone who answers at that address."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: LONGEST * 4]).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _kind(status: int, error: ErrorReply, wait: float | None, *, creating: bool) -> tuple[FaultKind, str]:
    if 400 <= status < 500 and _spending(status, error, wait):
        return "stop", BILLING_ADVICE
    if status == 429:
        return "rate_limited", ""
    if status == 404 and not creating:
        return "missing", ""
    if status in ADVICE:
        return "stop", ADVICE[status]
    if 300 <= status < 400 and status != 303:
        return "stop", f"the address redirects, which is not followed; {ADDRESS_ADVICE}"
    return _rest(status, creating=creating), ""


def _rest(status: int, *, creating: bool) -> FaultKind:
    if status in (409, 425):
        return "transient"
    if 400 <= status < 500 and status not in (408, 499):
        return "invalid"
    return "ambiguous" if creating else "transient"


def _spending(status: int, error: ErrorReply, wait: float | None) -> bool:
    """A limit on money: waiting does not help. Its 429 carries no retry-after, an account's own limit is a 400.

    A limit on growth (ramp) says when it ends; only where it does not must a person act.
    """
    if error.type == "billing_error" or SPENDING_CODE.search(error.code):
        return True
    if wait is not None or status not in (400, 429):
        return False
    return bool(GROWTH_CODE.search(error.code) or SPENDING_WORDS.search(error.message))


def _words(body: bytes) -> str:
    return MARKUP.sub(" ", body[: LONGEST * 20].decode("utf-8", "replace")).strip()
