"""Owns the runs that this process drives, one thread each: started, followed, taken up again, left in order."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar, cast

from evaltui.domain.run import Run
from evaltui.store.database import Store, open_store
from evaltui.tui.driving import Driving, Snapshot

if TYPE_CHECKING:
    from evaltui.tui.app import EvalApp

T = TypeVar("T")
BEAT = 0.1
"""Seconds between two words to the screens, however much happens."""
LEAVING = 5.0
"""Seconds that leaving may take in all."""


class Foreman:
    """`listen` is called in the app's own thread after something moved, at most ten times a second."""

    def __init__(self, app: "EvalApp") -> None:
        self._app = app
        self._path: Path = app.desk.path
        self._driven: dict[int, Driving] = {}
        self._told: dict[int, Snapshot] = {}
        self._listeners: list[Callable[[Snapshot], None]] = []
        self._moved = threading.Event()
        self._herald: threading.Thread | None = None
        self._over = False

    # What screens read

    @property
    def busy(self) -> bool:
        """Whether a run is driven here now."""
        return any(snapshot.active for snapshot in self.snapshots)

    @property
    def snapshots(self) -> list[Snapshot]:
        """Of every run that was taken up here, oldest first."""
        return [self._driven[run_id].snapshot for run_id in sorted(self._driven)]

    def snapshot(self, run_id: int) -> Snapshot | None:
        """What is known of a run here; None where this process has nothing to do with it."""
        driven = self._driven.get(run_id)
        return driven.snapshot if driven else None

    def listen(self, listener: Callable[[Snapshot], None]) -> None:
        """Tell it of every snapshot that changed."""
        self._listeners.append(listener)

    def words(self) -> str:
        """What is going on, for the status line."""
        active = [snapshot for snapshot in self.snapshots if snapshot.active]
        if not active:
            return ""
        more = f" · {len(active) - 1} more" if len(active) > 1 else ""
        return f"▸ run {active[-1].run.id}: {phase_words(active[-1])}{more}"

    # What is done with runs

    def take(self, run: Run) -> None:
        """Drive this run from now on; it goes on with the next app if this one is closed before it is over."""
        from evaltui.store.care import take_care

        held = self._driven.get(run.id)
        if held is not None and not held.snapshot.over:
            return
        take_care(self._path, run.id)
        self._driven[run.id] = Driving(self._path, run, self._moved.set)
        self._told.pop(run.id, None)
        if self._herald is None:
            self._herald = threading.Thread(target=self._tell, name="herald", daemon=True)
            self._herald.start()
        self._driven[run.id].start()
        self._moved.set()

    async def take_up(self) -> list[Run]:
        """Go on with what was started from an app before and is not over: nothing is sent that was not accepted."""
        found = await self._app.desk.read(_left_behind) if self._app.desk.exists else []
        for run in found:
            self.take(run)
        return found

    async def cancel(self, run: Run) -> list[str]:
        """Cancel its batches; what became of each, in words. What succeeded before is kept and scored."""
        return await in_thread(lambda: _cancel(self._path, run))

    def ask_to_leave(self) -> None:
        """Ask the person whether to leave while runs are driven."""
        from evaltui.tui.screens.ask import Confirm

        active = [snapshot.run for snapshot in self.snapshots if snapshot.active]
        live = any(run.engine == "live" for run in active)
        self._app.push_screen(Confirm("Leave", list(leaving(active)), yes=("y", _yes(live)), no="stay"), self._answered)

    def _answered(self, yes: bool | None) -> None:
        if yes:
            self._app.run_worker(self._app.leave(), exit_on_error=False)

    async def stop(self) -> None:
        """Stop driving. What was sent goes on at the provider, and the database keeps all that came."""
        self._over = True
        self._moved.set()
        for driven in self._driven.values():
            driven.stop.set()
        until = monotonic() + LEAVING
        await in_thread(lambda: _join(list(self._driven.values()), until))

    # How the screens hear of it

    def _tell(self) -> None:
        while not self._over:
            self._moved.wait()
            self._moved.clear()
            if not self._over:
                self._app.call_later(self._say)
                threading.Event().wait(BEAT)

    def _say(self) -> None:
        for snapshot in self.snapshots:
            if self._told.get(snapshot.run.id) is not snapshot:
                self._told[snapshot.run.id] = snapshot
                for listener in self._listeners:
                    listener(snapshot)


async def in_thread(act: Callable[[], T]) -> T:
    """What `act` returns, from a thread that nobody waits for when the program ends."""
    loop = asyncio.get_running_loop()
    came: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if not came.done():
            came.set_exception(error) if error else came.set_result(cast("T", result))

    def work() -> None:
        result, error = None, None
        try:
            result = act()
        except Exception as caught:  # noqa: BLE001 - it is raised where it is awaited
            error = caught
        with contextlib.suppress(RuntimeError):  # the program has ended
            loop.call_soon_threadsafe(tell, result, error)

    threading.Thread(target=work, daemon=True).start()
    return await came


def phase_words(snapshot: Snapshot) -> str:
    """Where a run stands, as far as its thread has told."""
    phase = snapshot.phase
    if snapshot.at == "elsewhere":
        return "driven elsewhere"
    if phase is None:
        return snapshot.at
    of = f" of {phase.total:,}" if phase.total and phase.total != phase.done else ""
    size = f"{phase.done:,}{of}" if phase.done else f"{phase.total:,}"
    return f"{phase.name} {size} {phase.unit.removesuffix('s') if size == '1' else phase.unit}"


def leaving(active: Iterable[Run]) -> Iterable[tuple[str, str]]:
    """What leaving means for the runs that are driven now."""
    for run in active:
        yield f"Run {run.id} of {run.evalset} is under way{' live' if run.engine == 'live' else ''}.", "text"
        if run.engine == "live":
            yield (
                "Nothing more is sent; replies under way have a moment to come. One that comes later may have",
                "muted",
            )
            yield "been paid for, and only `evaltui retry` asks for it again.", "muted"
        else:
            yield "What was sent goes on at the provider; the app takes it up when it is opened again.", "muted"


def _yes(live: bool) -> str:
    return "stop and leave" if live else "leave, it goes on"


def _left_behind(store: Store) -> list[Run]:
    from evaltui.store.care import cared_for, release
    from evaltui.store.runs import progress, run

    found = [run(store, run_id) for run_id in cared_for(store.path)]
    left = [one for one in found if one and not progress(store, one.id).settled]
    for run_id in set(cared_for(store.path)) - {one.id for one in left}:
        release(store.path, run_id)
    return left


def _cancel(path: Path, run: Run) -> list[str]:
    from evaltui.loop.again import cancel
    from evaltui.loop.engines import engine_of

    with open_store(path) as store, closing(engine_of(store, run)) as engine:
        return cancel(store, run, engine)


def _join(driven: list[Driving], until: float) -> None:
    for one in driven:
        one.join(max(0.0, until - monotonic()))
