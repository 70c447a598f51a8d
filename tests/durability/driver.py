"""Processes that die on order: one process imports everything, and forks a fresh one for each order it reads.

An order is a line of JSON. `drive` names a scene (`url`, `key`, `chunk`, `evalset`, `database`, `run`) to drive to its
end, and `die` the number of the effect at which the process kills itself (0: never), whether `before` or `after` it,
and whether only `tools` count as effects or `all`.
`argv` is the command line of an `evaltui` process, `out` the file that gets what it says. Both answer with the id of
the new process; `wait` answers with the exit code of such a process, negative for the signal that ended it. `warm`
drives a scene in the forking process itself: what is imported on the way need not be imported again.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.durability.scene import session_on, started

from evaltui.batches.claude import ClaudeEngine
from evaltui.domain.tool import ToolBackend
from evaltui.loop.advance import drive
from evaltui.main import main
from evaltui.store.database import Store, open_store
from evaltui.store.runs import latest_run
from evaltui.store.runs import run as run_by_id
from evaltui.store.scores import current_scoring


class Bomb:
    """Counts effects, and ends the process at one of them as `kill -9` would."""

    def __init__(self, number: int, when: str) -> None:
        self._number, self._when, self._count = number, when, 0

    def before(self) -> None:
        self._count += 1
        self._maybe("before")

    def after(self) -> None:
        self._maybe("after")

    def _maybe(self, when: str) -> None:
        if (self._count, when) == (self._number, self._when):
            os.kill(os.getpid(), signal.SIGKILL)


class Mined:
    """An engine whose every call is an effect."""

    def __init__(self, engine: ClaudeEngine, bomb: Bomb) -> None:
        self._engine, self._bomb = engine, bomb
        self.name, self.endpoint, self.sender, self.close = engine.name, engine.endpoint, engine.sender, engine.close

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._engine, name)

        def mined(*args: Any) -> Any:
            self._bomb.before()
            answer = call(*args)
            self._bomb.after()
            return answer

        return mined


class MinedTools:
    """Tools whose every call is an effect."""

    def __init__(self, tools: ToolBackend, bomb: Bomb) -> None:
        self._tools, self._bomb = tools, bomb
        self.effects, self.tools, self.close = tools.effects, tools.tools, tools.close

    def answer(self, *asked: Any) -> Any:
        self._bomb.before()
        answer = self._tools.answer(*asked)
        self._bomb.after()
        return answer


def mine_commits(bomb: Bomb) -> None:
    """Make every commit of this process an effect."""
    plain = Store.transaction

    @contextmanager
    def transaction(self: Store) -> Iterator[None]:
        with plain(self):
            yield
            bomb.before()
        bomb.after()

    Store.transaction = transaction  # type: ignore[method-assign]


def drive_scene(about: dict[str, Any], number: int, when: str, mines: str) -> None:
    """Start a run, or go on with the one there is, and drive it to its end."""
    bomb, dud = Bomb(number, when), Bomb(0, "")
    elsewhere = bomb if mines == "all" else dud
    mine_commits(elsewhere)
    engine = Mined(ClaudeEngine(about["key"], about["url"], timeout=10), elsewhere)
    with open_store(Path(about["database"])) as store, closing(engine):
        run = run_by_id(store, about["run"]) if about["run"] else latest_run(store)
        if run is None or current_scoring(store, run.id) is None:
            run = started(store, engine, Path(about["evalset"]))
        session = session_on(store, run, engine, lambda _: None, chunk=about["chunk"])
        session.tools = session.tools and MinedTools(session.tools, bomb)
        drive(session)


def command(order: dict[str, Any]) -> None:
    """Be an `evaltui` process; what it says goes to a file, as under a shell's redirection."""
    said = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    sys.argv = ["evaltui", *order["argv"]]
    os.environ.update(order["env"])
    main()


def forked(act: Callable[[], None]) -> int:
    """The id of a fresh process that acts and ends."""
    child = os.fork()
    if child:
        return child
    code = 0
    try:
        act()
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    except BaseException:  # noqa: BLE001 - whatever it was, the fork must not go on as the driver
        traceback.print_exc()
        code = 99
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def answer(order: dict[str, Any]) -> int:
    if "wait" in order:
        return os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
    if "argv" in order:
        return forked(lambda: command(order))
    if "warm" in order:
        drive_scene(order["warm"], 0, "", "all")
        return 0
    return forked(lambda: drive_scene(order["drive"], *order["die"]))


if __name__ == "__main__":
    for line in sys.stdin:
        print(answer(json.loads(line)), flush=True)
