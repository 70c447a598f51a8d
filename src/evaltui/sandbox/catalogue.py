"""The models the sandbox pretends to offer, and what each refuses."""

from dataclasses import dataclass
from typing import Any

ALL_THINKING = frozenset({"adaptive", "enabled", "disabled", "between_tools"})
ALWAYS_THINKING = frozenset({"adaptive"})
SONNET_5_5_THINKING = frozenset({"adaptive", "between_tools"})
OLD_THINKING = frozenset({"enabled", "disabled"})
MIXED_THINKING = frozenset({"adaptive", "enabled", "disabled"})
ALL_EFFORTS = ("high", "low", "max", "medium", "xhigh")
_OFFERED = ("batch", "image_input", "pdf_input", "citations", "structured_outputs")
EXTENDED_OUTPUT_BETA = "output-300k-2026-03-24"
EXTENDED_OUTPUT_TOKENS = 300_000


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What one model accepts; `max_tokens`, `context` and `cached_from`, the shortest cached prefix, are in tokens."""

    id: str
    released: str
    max_tokens: int = 128_000
    context: int = 1_000_000
    thinking: frozenset[str] = MIXED_THINKING
    efforts: tuple[str, ...] = ALL_EFFORTS
    forced_tools: bool = True
    sampling: bool = False
    prefill: bool = False
    extended_output: bool = False
    retires: str | None = None

    @property
    def cached_from(self) -> int:
        return 512 if self.id.endswith("-5-5") else 1024

    @property
    def line(self) -> str:
        return self.id.split("-")[1]

    @property
    def display_name(self) -> str:
        name, line, *version = self.id.split("-")
        return f"{name} {line} {'.'.join(version[:2])}".title()


def _older(name: str, released: str, **facts: Any) -> ModelFacts:
    """A model of the 4.5 and 4.6 generations, which still take sampling parameters."""
    return ModelFacts(name, released, **{"max_tokens": 64_000, "context": 200_000, "sampling": True, **facts})


def _always_thinking(name: str, released: str, **facts: Any) -> ModelFacts:
    """Thinking cannot be turned off, hence no tool can be forced."""
    return ModelFacts(name, released, thinking=ALWAYS_THINKING, forced_tools=False, **facts)


_OLD_4_5 = {"thinking": OLD_THINKING, "prefill": True, "efforts": ()}
_OPUS_4_5 = _OLD_4_5 | {"efforts": ("high", "low", "medium")}
_SONNET_4_5 = _OLD_4_5 | {"retires": "2026-11-30T00:00:00Z"}
_4_6 = {"max_tokens": 128_000, "efforts": ("high", "low", "max", "medium"), "extended_output": True}

MODELS = {
    facts.id: facts
    for facts in (
        _always_thinking("claude-fable-5-2", "2026-11-10"),
        _always_thinking("claude-mythos-5-2", "2026-11-10"),
        ModelFacts("claude-haiku-5-5", "2026-10-06", context=400_000, thinking=ALL_THINKING, extended_output=True),
        ModelFacts(
            "claude-sonnet-5-5",
            "2026-09-29",
            thinking=SONNET_5_5_THINKING,
            forced_tools=False,
            extended_output=True,
        ),
        _always_thinking("claude-opus-5-5", "2026-09-22", extended_output=True),
        _always_thinking("claude-fable-5-1", "2026-09-15"),
        _always_thinking("claude-mythos-5-1", "2026-09-15"),
        ModelFacts("claude-sonnet-5", "2026-07-01", extended_output=True),
        ModelFacts("claude-fable-5", "2026-06-15"),
        ModelFacts("claude-mythos-5", "2026-06-15"),
        ModelFacts("claude-opus-5", "2026-06-01", extended_output=True),
        ModelFacts("claude-opus-4-8", "2026-05-01", extended_output=True),
        ModelFacts("claude-opus-4-7", "2026-04-16", extended_output=True),
        _older("claude-opus-4-6", "2026-02-05", **_4_6),
        _older("claude-sonnet-4-6", "2026-02-17", **_4_6),
        _older("claude-opus-4-5", "2025-11-24", **_OPUS_4_5),
        _older("claude-opus-4-5-20251101", "2025-11-24", **_OPUS_4_5),
        _older("claude-haiku-4-5", "2025-10-15", **_OLD_4_5),
        _older("claude-haiku-4-5-20251001", "2025-10-15", **_OLD_4_5),
        _older("claude-sonnet-4-5", "2025-09-29", **_SONNET_4_5),
        _older("claude-sonnet-4-5-20250929", "2025-09-29", **_SONNET_4_5),
    )
}


def describe(facts: ModelFacts) -> dict[str, Any]:
    """The model object of `GET /v1/models`."""
    return {
        "type": "model",
        "id": facts.id,
        "display_name": facts.display_name,
        "created_at": f"{facts.released}T00:00:00Z",
        "line": facts.line,
        "lifecycle": "deprecated" if facts.retires else "active",
        "deprecated_at": "2026-09-29T00:00:00Z" if facts.retires else None,
        "retires_at": facts.retires,
        "max_input_tokens": facts.context,
        "max_tokens": facts.max_tokens,
        "capabilities": _capabilities(facts),
    }


def _capabilities(facts: ModelFacts) -> dict[str, Any]:
    return {
        **_flags(dict.fromkeys(_OFFERED, True)),
        **_flags({"code_execution": False, "context_management": False}),
        "server_tools": _flags({"supported": False, "web_search": False, "code_execution": False}),
        "effort": _flags({"supported": bool(facts.efforts), **{name: name in facts.efforts for name in ALL_EFFORTS}}),
        "thinking": {
            "supported": True,
            "types": _flags({name: name in facts.thinking for name in sorted(ALL_THINKING)}),
        },
    }


def _flags(values: dict[str, bool]) -> dict[str, Any]:
    """Every flag becomes an object, except the group's own `supported`."""
    return {name: value if name == "supported" else {"supported": value} for name, value in values.items()}
