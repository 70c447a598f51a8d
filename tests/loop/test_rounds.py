"""Conversations in rounds, over the wire: every unfinished one's next request goes into the next batch."""

import json
from pathlib import Path
from typing import Any

from tests.workbench import bench, run_evalset, write_evalset

from evaltui.loop.evidence import so_far
from evaltui.sandbox.model import Answer
from evaltui.sandbox.scripted import Scripted, text_answer, tool_answer
from evaltui.store.batches import batches
from evaltui.store.cases import sample
from evaltui.store.runs import grade_counts, progress

TOOL = "{name: count, description: counts, input_schema: {type: object, properties: {n: {type: integer}}}}"
AGENT = f"""
model: claude-haiku-5-5
max_tokens: 200
tools: [{TOOL}]
answers: {{replay: {{}}}}
max_turns: 10
"""
SCORERS = "  - exact: {take: text}\n  - call_budget: {limit: 9}"


def counting(params: dict[str, Any]) -> Answer:
    """Calls `count` once for each of the numbers up to the one asked for, then says how far it came."""
    messages = params["messages"]
    asked = int(messages[0]["content"])
    done = sum(message["role"] == "assistant" for message in messages)
    if done < asked:
        return tool_answer(params, "count", {"n": done + 1}, f"toolu_{done + 1}")
    return text_answer(params, f"counted to {asked}")


def cases(*lengths: int) -> list[dict[str, Any]]:
    """One case for each number of calls, with what the tool answers to each of them."""
    return [
        {
            "id": f"count-{at}",
            "input": str(length),
            "expected": f"counted to {length}",
            "tools": [{"name": "count", "arguments": {"n": n}, "result": {"so far": n}} for n in range(1, length + 1)],
        }
        for at, length in enumerate(lengths)
    ]


def test_a_run_needs_the_batches_that_its_longest_conversation_needs(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "counting", cases(*(n % 10 for n in range(40))), SCORERS, AGENT)
    with bench(tmp_path, Scripted(counting)) as (store, engine, _):
        run = run_evalset(store, engine, evalset)
        assert grade_counts(store, run.id) == (40, 0, 0)
        assert progress(store, run.id).settled
        assert [batch.intent.size for batch in batches(store, run.id)] == [40 - 4 * n for n in range(10)]
        detail = sample(store, run.id, "count-9")
        assert detail is not None
        seen = so_far(detail.held)
        assert [step.result for step in seen.results()] == [json.dumps({"so far": n}) for n in range(1, 10)]
        assert seen.turns == 10
