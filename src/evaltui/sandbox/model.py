"""What the sandbox server asks of a model: one Messages request in, one answer out."""

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's reply: content blocks as the wire has them, why it stopped, and what it read and wrote in tokens.

    `usage` holds further usage fields (cache reads and writes, thinking tokens) over the server's zeros. `recorded`:
    all of it was once measured, so the server's prompt cache changes nothing.
    """

    content: list[dict[str, Any]]
    stop_reason: str
    input_tokens: int
    output_tokens: int
    usage: dict[str, Any] = field(default_factory=dict)
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The request ends as an error: `kind` is a wire error type such as `invalid_request_error`."""

    kind: str
    message: str


class Model(Protocol):
    """Deterministic: equal `params` always give an equal reply."""

    name: str

    def reply(self, params: dict[str, Any]) -> Answer | Refused:
        """Answer the `params` of one Messages request, already validated by the server."""
        ...
