"""What an agent did, step by step, read from the messages of a conversation."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the API counts them; those of `cache_creation_1h_input_tokens` are part of all cache creation."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_input_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_creation_1h_input_tokens: int = 0

    @property
    def prompt_tokens(self) -> int:
        """All that was read, from the cache or not."""
        return self.input_tokens + self.cache_creation_input_tokens + self.cache_read_input_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_creation_input_tokens + other.cache_creation_input_tokens,
            self.cache_read_input_tokens + other.cache_read_input_tokens,
            self.cache_creation_1h_input_tokens + other.cache_creation_1h_input_tokens,
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One block of one turn: a text, a tool call (`tool`, `arguments`, `call_id`) or a tool's result.

    A call has the role "assistant". A result has the role "tool", the `tool` and `call_id` of its call, `result` and
    `is_error`. What the user says next has the role "user" and the turn of the reply that it follows.
    """

    turn: int
    role: str
    text: str = ""
    tool: str | None = None
    arguments: Any = None
    call_id: str | None = None
    result: Any = None
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One tool call and its result; None where no result is recorded."""

    call: Step
    result: Step | None = None

    @property
    def failed(self) -> bool:
        """Whether the tool answered with an error."""
        return self.result is not None and self.result.is_error

    @property
    def succeeded(self) -> bool:
        """Whether the tool answered without an error."""
        return self.result is not None and not self.result.is_error


@dataclass(frozen=True)  # without slots: every scorer asks for the answer, which is kept once it was put together
class Trajectory:
    """`stop_reason` is that of the last reply; `refusal` names its category when there is one.

    `usage` is the sum over all turns; `usages`, where known, has that of each assistant turn in their order. `cut` says
    in words why the conversation was ended before the agent ended it: such a one gives no answer. `recorded` are scores
    in [0, 1] that came with a result made elsewhere.
    """

    steps: tuple[Step, ...]
    stop_reason: str | None
    usage: Usage = field(default_factory=Usage)
    refusal: str | None = None
    usages: tuple[Usage, ...] = ()
    cut: str = ""
    recorded: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def turn_numbers(self) -> tuple[int, ...]:
        """The number of each assistant turn, in order; one that said nothing counts where its usage is known."""
        spoken = {step.turn for step in self.steps if step.role == "assistant"}
        return tuple(sorted(spoken.union(range(1, len(self.usages) + 1))))

    @property
    def turns(self) -> int:
        """How many turns the assistant took."""
        return len(self.turn_numbers)

    @cached_property
    def answer(self) -> str:
        """The text of the last assistant turn, its text blocks joined."""
        last = max([len(self.usages), *(step.turn for step in self.steps if step.role == "assistant")])
        return "".join(step.text for step in self.steps if step.role == "assistant" and step.turn == last)

    def calls(self, turn: int | None = None) -> tuple[Step, ...]:
        """The tool calls, of one turn or of all."""
        return tuple(step for step in self.steps if turn in (None, step.turn) and _is_call(step))

    def results(self) -> tuple[Step, ...]:
        """The tools' results."""
        return tuple(step for step in self.steps if step.role == "tool")

    def exchanges(self) -> tuple[Exchange, ...]:
        """Every tool call with its result, in the order of the calls.

        A result answers the oldest call of its id that is still open: recorded conversations reuse ids.
        """
        made: dict[int, Exchange] = {}
        open_calls: dict[str | None, deque[int]] = {}
        for at, step in enumerate(self.steps):
            key = step.call_id or step.tool
            if step.role == "tool" and open_calls.get(key):
                first = open_calls[key].popleft()
                made[first] = Exchange(made[first].call, step)
            elif _is_call(step):
                made[at] = Exchange(step)
                open_calls.setdefault(key, deque()).append(at)
        return tuple(made.values())


def reply_steps(content: list[dict[str, Any]], turn: int = 1) -> tuple[Step, ...]:
    """The steps of one assistant message; blocks that are neither text nor tool calls carry no step."""
    return tuple(step for block in content if (step := _step(block, turn)) is not None)


def _is_call(step: Step) -> bool:
    return step.role == "assistant" and step.tool is not None and step.result is None


def _step(block: dict[str, Any], turn: int) -> Step | None:
    if block.get("type") == "text":
        return Step(turn, "assistant", text=str(block.get("text", "")))
    if block.get("type") == "tool_use":
        return Step(
            turn, "assistant", tool=str(block.get("name", "")), arguments=block.get("input"), call_id=block.get("id")
        )
    return None
