"""What an agent did, step by step, read from the messages of a conversation."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the API counts them; those of `cache_creation_1h_input_tokens` are part of all cache creation."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_input_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_creation_1h_input_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One block of one turn: a text, a tool call (`tool`, `arguments`, `call_id`) or a tool's result (`result`)."""

    turn: int
    role: str
    text: str = ""
    tool: str | None = None
    arguments: Any = None
    call_id: str | None = None
    result: Any = None
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Trajectory:
    """`stop_reason` is that of the last reply; `refusal` names its category when there is one."""

    steps: tuple[Step, ...]
    stop_reason: str | None
    usage: Usage = field(default_factory=Usage)
    refusal: str | None = None

    @property
    def answer(self) -> str:
        """The text of the last assistant turn, its text blocks joined."""
        last = max((step.turn for step in self.steps if step.role == "assistant"), default=0)
        return "".join(step.text for step in self.steps if step.role == "assistant" and step.turn == last)

    def calls(self, turn: int | None = None) -> tuple[Step, ...]:
        """The tool calls, of one turn or of all."""
        return tuple(
            step
            for step in self.steps
            if step.tool is not None and step.result is None and turn in (None, step.turn) and step.role == "assistant"
        )


def reply_steps(content: list[dict[str, Any]], turn: int = 1) -> tuple[Step, ...]:
    """The steps of one assistant message; blocks that are neither text nor tool calls carry no step."""
    return tuple(step for block in content if (step := _step(block, turn)) is not None)


def _step(block: dict[str, Any], turn: int) -> Step | None:
    if block.get("type") == "text":
        return Step(turn, "assistant", text=str(block.get("text", "")))
    if block.get("type") == "tool_use":
        return Step(
            turn, "assistant", tool=str(block.get("name", "")), arguments=block.get("input"), call_id=block.get("id")
        )
    return None
