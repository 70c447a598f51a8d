"""Every fault the sandbox can play, with one sentence each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """`value` is what `name=value` sets, with its default; `choices` limits it; None: the fault takes no value."""

    says: str
    value: str | None = None
    choices: tuple[str, ...] = ()


OPERATIONS = ("any", "create", "poll", "list", "results", "cancel", "delete", "messages", "models")
FRAMINGS = ("content-length", "chunked", "close")
SECONDS, RATE, WINDOWS = "30", "1024", "0-30"

FAULTS: dict[str, Fault] = {
    # creating
    "commit-then-drop": Fault("accepts the batch, then closes the connection without a reply"),
    "commit-then-500": Fault("accepts the batch, then answers 500 api_error"),
    "drop-before-commit": Fault("closes the connection after reading the body; nothing was accepted"),
    "slow-commit": Fault("accepts the batch, then waits this many real seconds before it replies", "5"),
    "create-404-window": Fault("a new batch is 404 for this many sandbox seconds after its creation", SECONDS),
    "create-list-window": Fault("a new batch is missing from the listing for this many sandbox seconds", SECONDS),
    # a single message
    "message-then-drop": Fault("processes the message, then closes the connection without a reply"),
    "slow-message": Fault("processes the message, then waits this many real seconds before it replies", "5"),
    # any operation
    "rate-limit": Fault(
        "answers 429 rate_limit_error; with a retry-after header if `retry-after` is set", "any", OPERATIONS
    ),
    "spend-limit": Fault("answers 429 with enforced_spend_limit_reached and no retry-after", "create", OPERATIONS),
    "overloaded": Fault("answers 529 overloaded_error", "any", OPERATIONS),
    "server-error": Fault("answers 500 api_error", "poll", OPERATIONS),
    "bad-gateway": Fault("answers 502 with an HTML page, as a proxy would", "any", OPERATIONS),
    "hang": Fault("accepts the request and never answers", "any", OPERATIONS),
    "offline": Fault(
        "drops every connection in these windows of sandbox seconds since the start: `10-20+40-50`", WINDOWS
    ),
    # the life of a batch
    "cancel-race": Fault("the cancellation is accepted, yet every request has already been processed"),
    "partial-expiry": Fault("the request expires"),
    "errored": Fault("the request ends errored with this error type", "api_error", ("api_error", "overloaded_error")),
    # replies
    "refusal": Fault("the model refuses: stop_reason refusal, with stop_details"),
    "max-tokens": Fault("the reply is cut short: stop_reason max_tokens"),
    "context-exceeded": Fault("the reply is cut short: stop_reason model_context_window_exceeded"),
    "pause-turn": Fault("the reply stops with pause_turn"),
    "malformed-json": Fault("the reply's text loses its second half although it ends with end_turn"),
    # results
    "results-404-window": Fault("results are 404 for this many sandbox seconds after the end", SECONDS),
    "results-truncated": Fault(
        "the download breaks off; the value says how its length was announced", FRAMINGS[0], FRAMINGS
    ),
    "slow-reads": Fault("results trickle at this many bytes per real second", RATE),
    "duplicate-ids": Fault("the first result line comes twice"),
    "missing-ids": Fault("the last result line is missing"),
    "unknown-ids": Fault("one more result line carries a custom_id that was never sent"),
    "malformed-line": Fault("the first result line is cut in half"),
    "crlf": Fault("result lines end with CRLF"),
    "foreign-results-url": Fault("results_url names this other address", "http://results.invalid/steal"),
}

SETTINGS: dict[str, str] = {
    "seed": "number that fixes every random choice (default 0)",
    "retry-after": "seconds in the retry-after header of rate-limit and overloaded (default: no header)",
    "cancel-ended": "1: cancelling an ended batch answers 200 with the batch; 0 (default): 400",
}
