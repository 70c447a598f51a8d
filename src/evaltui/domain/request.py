"""One call to the model on behalf of one sample, and what came of it."""

from dataclasses import dataclass
from typing import Literal

from evaltui.domain.trajectory import Usage

Purpose = Literal["answer", "judge"]


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """`digest` is the SHA-256 (64 hex digits) of the request's canonical `params`; `size` its bytes on the wire."""

    custom_id: str
    sample_id: int
    turn: int
    attempt: int
    digest: str
    size: int
    purpose: Purpose = "answer"


@dataclass(frozen=True, slots=True)
class Succeeded:
    """A message came back: `body` is its raw JSON, exactly as received. Refusals and truncations are here too."""

    body: bytes
    stop_reason: str | None
    model: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class Errored:
    """The request failed at the provider; `kind` is its wire error type."""

    kind: str
    message: str
    request_id: str | None = None

    @property
    def retryable(self) -> bool:
        """An invalid request fails again the same way; all else may succeed on a new attempt."""
        return self.kind not in FINAL_ERRORS


@dataclass(frozen=True, slots=True)
class Canceled:
    """The batch was canceled before this request was processed."""


@dataclass(frozen=True, slots=True)
class Expired:
    """The batch expired before this request was processed."""


Outcome = Succeeded | Errored | Canceled | Expired
FINAL_ERRORS = frozenset({"invalid_request_error", "not_found_error", "request_too_large"})
