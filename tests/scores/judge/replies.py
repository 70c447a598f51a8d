"""What tests of the judge share: rubrics, samples, and replies in the shape of the provider."""

import json
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.request import Succeeded
from evaltui.domain.rubric import Rubric
from evaltui.domain.score import Evidence
from evaltui.domain.trajectory import Step, Trajectory, Usage

ASKS = {"name": "asks_order", "question": "Does the reply ask for the order number when the message gives none?"}
CALM = {"name": "calm", "question": "The reply does not blame the customer for the damage."}
STEPS = {
    "name": "steps",
    "question": "How many of the three return steps does the reply name?",
    "anchors": {"0": "none of the steps", "3": "one or two of the steps", "5": "all three steps"},
    "at_least": 3,
}


def rubric(*criteria: dict[str, Any], **fields: Any) -> Rubric:
    return Rubric.model_validate({"model": "claude-sonnet-5-5", "criteria": list(criteria) or [ASKS], **fields})


def sample(text: str = "Which order is it?", *steps: Step, stop: str = "end_turn", **case: Any) -> Evidence:
    """One reply to one case; `steps` go before the reply."""
    given = {"id": "c1", "input": "My lamp broke.", **case}
    turn = max((step.turn for step in steps), default=0) + 1
    return Evidence(Case.model_validate(given), Trajectory((*steps, Step(turn, "assistant", text=text)), stop))


def reply(content: Any, stop: str | None = "end_turn") -> Succeeded:
    """A judge's reply: a value as JSON text, a text as it is, or a list of content blocks."""
    text = content if isinstance(content, str) else json.dumps(content)
    blocks = content if isinstance(content, list) else [{"type": "text", "text": text}]
    body = {"type": "message", "role": "assistant", "content": blocks, "stop_reason": stop}
    return Succeeded(json.dumps(body).encode(), stop, "claude-sonnet-5-5", Usage(10, 5))


def verdict(**scores: Any) -> dict[str, Any]:
    """Scores by criterion, each with a reason."""
    return {name: {"reason": f"because of {name}", "score": score} for name, score in scores.items()}
