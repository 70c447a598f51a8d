"""A project with a past: the shipped evalsets run through the real loop, released and blocked; a day of production.

`python -m tests.tui.story FOLDER` makes one.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.tui.production import write_log
from tests.workbench import bench, run_evalset

from evaltui.batches.engine import Engine
from evaltui.domain.run import Run
from evaltui.loop.intake import take_in
from evaltui.loop.promote import promote
from evaltui.loop.shipped import apply_fix, copy_shipped, read_story
from evaltui.sandbox.lexical import Lexical
from evaltui.store.database import Store

Act = Callable[[str], Run]


def write_story(folder: Path) -> Path:
    """The project; support-desk was released twice, and both evalsets end with a candidate that the gate blocks."""
    with bench(folder, Lexical()) as (store, engine, _):
        _support_desk(store, _acts(store, engine, copy_shipped(folder, "support-desk")), folder)
        _refund_agent(store, _acts(store, engine, copy_shipped(folder, "refund-agent")))
        take_in(store, [write_log(folder / "logs" / "desk.jsonl")], lambda _: None)
    return folder


def _acts(store: Store, engine: Engine, evalset: Path) -> Act:
    return lambda agent: run_evalset(store, engine, evalset, evalset / agent)


def _support_desk(store: Store, run: Act, folder: Path) -> None:
    """First baseline, a candidate that breaks what matters, its fix released, and the same rule lost again."""
    evalset = folder / "evalsets" / "support-desk"
    prompt = evalset / "prompts" / "system-v2.md"
    promote(store, run("agent.yaml"), note="first baseline")
    run("agent-v2.yaml")
    broken = prompt.read_text("utf-8")
    apply_fix(evalset, read_story(evalset).fix)
    promote(store, run("agent-v2.yaml"), note="tidied up, with the rule on order numbers")
    prompt.write_text(broken, "utf-8")
    run("agent-v2.yaml")


def _refund_agent(store: Store, run: Act) -> None:
    promote(store, run("agent.yaml"), note="first baseline")
    run("agent-v2.yaml")


if __name__ == "__main__":
    write_story(Path(sys.argv[1]))
