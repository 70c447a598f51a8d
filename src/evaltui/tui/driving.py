"""Owns one run being driven in a thread of this process, and what of it a screen may read at any time."""

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from evaltui.domain.errors import Busy, EvaltuiError
from evaltui.domain.run import Run
from evaltui.store.database import Store, open_store

if TYPE_CHECKING:
    from evaltui.loop.session import Notice, Phase

At = Literal["starting", "driving", "elsewhere", "decided", "left", "stopped"]

GRACE = 4.0
"""Seconds that replies of a live run under way have to come when the app is left."""
RETRY = 3.0
"""Seconds after which a run that another process drives is asked for again."""
KEPT = 20
"""Notices that are kept of a run."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`at`: starting, driving; elsewhere: another process drives it; decided; left: stopped as asked; stopped: `why`.

    `fault` is an error of ours.
    """

    run: Run
    at: At = "starting"
    phase: "Phase | None" = None
    notices: tuple[str, ...] = ()
    why: str = ""
    fault: Exception | None = None

    @property
    def active(self) -> bool:
        """Whether this process works on it."""
        return self.at in ("starting", "driving")

    @property
    def over(self) -> bool:
        """Whether nothing more happens to it here."""
        return self.at in ("decided", "left", "stopped")


@dataclass(slots=True)
class Driving:
    """`moved` is called, from the thread, whenever the snapshot changed."""

    path: Path
    run: Run
    moved: Callable[[], None]
    stop: threading.Event = field(default_factory=threading.Event)
    snapshot: Snapshot = field(init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.snapshot = Snapshot(self.run)
        self._thread = threading.Thread(target=self._work, name=f"run-{self.run.id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> bool:
        """Whether it ended in that time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            with open_store(self.path) as store:
                self._until_over(store)
        except EvaltuiError as error:
            self._set(at="stopped", why=str(error))
        except Exception as error:  # noqa: BLE001 - a thread that dies in silence looks as if it still worked
            self._set(at="stopped", why=f"a fault of evaltui itself ({type(error).__name__})", fault=error)

    def _until_over(self, store: Store) -> None:
        """Drive the run, or wait for whoever does; both end when it is decided, or this is stopped."""
        while not self.stop.is_set() and not self._settled_elsewhere(store):
            try:
                return self._drive(store)
            except Busy as busy:
                self._set(at="elsewhere", why=str(busy))
                self.stop.wait(RETRY)
        if not self.snapshot.over:
            self._set(at="left")
        return None

    def _settled_elsewhere(self, store: Store) -> bool:
        """Whether somebody else brought it to its end; one that is complete without a verdict still needs one."""
        from evaltui.store.runs import progress
        from evaltui.store.verdicts import latest_verdict

        over = progress(store, self.run.id).settled and latest_verdict(store, self.run.id) is not None
        if over:
            self._over()
        return over

    def _over(self) -> None:
        from evaltui.store.care import release

        release(self.path, self.run.id)
        self._set(at="decided", why="")

    def _drive(self, store: Store) -> None:
        from evaltui.loop.advance import drive
        from evaltui.loop.engines import engine_of, pace_of
        from evaltui.loop.open import open_session
        from evaltui.loop.settings import settings, use_prices

        use_prices(self.path)
        pace = pace_of(self.run, settings(self.run.endpoint, self.path).pace)
        with closing(engine_of(store, self.run, GRACE)) as engine:
            drive(open_session(store, self.run, engine, self._heard, pace, stop=self.stop))
        if not self._settled_elsewhere(store):
            self._set(at="left")

    def _heard(self, event: "Phase | Notice") -> None:
        """Called often, at a batch's end very often: only the latest counts."""
        words = getattr(event, "words", None)
        if words is None:
            self._set(at="driving", why="", phase=event)
        else:
            self._set(at="driving", why="", notices=(*self.snapshot.notices, words)[-KEPT:])

    def _set(self, **changes: object) -> None:
        self.snapshot = replace(self.snapshot, **changes)  # type: ignore[arg-type]
        self.moved()
