"""A run before it is one: everything read and checked, what it would cost, and the act of starting it.

with propose(wish, database) as proposal:   nothing is kept, nothing paid is sent
    run = proposal.start(store)             what a person saw is what is planned
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from evaltui.batches.engine import Engine, TokenCounter
from evaltui.batches.probe import is_sandbox
from evaltui.domain.errors import Refused
from evaltui.domain.run import Run
from evaltui.evalsets.filters import Among, Filter
from evaltui.loop.durations import predicted
from evaltui.loop.engines import engine_for
from evaltui.loop.estimate import Forecast, Usual
from evaltui.loop.history import usual
from evaltui.loop.load import Loaded, load, selection
from evaltui.loop.priming import pays
from evaltui.loop.session import Pace
from evaltui.loop.settings import settings, use_prices
from evaltui.loop.start import Chosen, Wanted, choose, start
from evaltui.store.database import Store, open_store
from evaltui.store.history import Likeness

NO_CASE = "no case matches --only; nothing to run"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for. `cases` are ids, instead of a filter in `only`; with neither it is every case.

    `limit`: the most US dollars it may cost.
    """

    evalset: Path
    agent: Path | None = None
    only: str = ""
    cases: frozenset[str] | None = None
    trials: int = 1
    live: bool = False
    base_url: str | None = None
    limit: float | None = None

    @property
    def engine(self) -> str:
        """The kind of engine it goes through."""
        return "live" if self.live else "claude"

    def filter(self) -> Filter | Among:
        """Which cases; raises BadInput when `only` cannot be read."""
        return selection(self.only) if self.cases is None else Among(self.cases)


@dataclass(slots=True)
class Proposal:
    """`only` is the filter as a run keeps it, empty for every case; `positions` are those of the chosen cases.

    `time` is how long it usually takes, in words, empty where nobody knows. `primed`: one request goes ahead and fills
    the prompt cache. `engine` is open: close it, or drive the run with it.
    """

    loaded: Loaded
    only: str
    positions: Sequence[int]
    forecast: Forecast
    time: str
    primed: bool
    trials: int
    limit: float | None
    pace: Pace
    engine: Engine

    @property
    def endpoint(self) -> str:
        """Where its requests go."""
        return self.engine.endpoint

    @property
    def free(self) -> bool:
        """Whether our own sandbox answers there, so that nothing is paid."""
        return is_sandbox(self.endpoint)

    def start(self, store: Store) -> Run:
        """Keep the run; whoever calls this has had the estimate accepted. Nothing is sent before it is driven."""
        wanted = Wanted(self.trials, self.only, self.engine.name, self.endpoint, self.primed, self.limit)
        return start(store, self.loaded, self.positions if self.only else None, wanted)

    def close(self) -> None:
        self.engine.close()

    def __enter__(self) -> "Proposal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def propose(wish: Wish, database: Path) -> Proposal:
    """Read and check all that the run needs, and say what it would cost; tokens are counted where somebody can.

    Raises BadInput with every problem of the files, Refused when nothing would be run or there is no key.
    """
    loaded, only = load(wish.evalset, wish.agent), wish.filter()
    cases = choose(loaded, only)
    loaded.refuse_problems()
    chosen = settings(wish.base_url, database)
    use_prices(database)
    engine = engine_for(str(chosen.base_url.value), wish.engine, database)
    try:
        cost = _forecast(cases, wish.trials, engine)
        told = _told(loaded, only.text, cost, engine)
        expected, time = _history(database, told, len(cases.positions) * wish.trials, cost.rounds)
    except BaseException:
        engine.close()
        raise
    primed = _primed(loaded, len(cases.positions) * wish.trials, engine)
    asked = (wish.trials, wish.limit, chosen.pace, engine)
    return Proposal(loaded, only.text, cases.positions, replace(cost, usual=expected), time, primed, *asked)


def _told(loaded: Loaded, only: str, cost: Forecast, engine: Engine) -> Likeness:
    """Which earlier runs tell of this one."""
    name = loaded.agent.name if loaded.agent else ""
    return Likeness(loaded.source.file.name, name, cost.model, engine.name, engine.endpoint, only)


def _forecast(cases: Chosen, trials: int, engine: Engine) -> Forecast:
    if cases.scale is None or not cases.positions:
        raise Refused(NO_CASE)
    ratio = cases.scale.ratio(engine.count_tokens if isinstance(engine, TokenCounter) else None)
    return cases.scale.forecast(trials, ratio, live=engine.name == "live")


def _history(database: Path, like: Likeness, samples: int, rounds: tuple[int, int]) -> tuple[Usual | None, str]:
    """What it costs and how long it takes as earlier runs of this project tell; nothing before the first.

    A live run waits for no batch.
    """
    if not database.exists():
        return None, ""
    with open_store(database) as store:
        told = "" if like.engine == "live" else predicted(store, like.endpoint, like.model, rounds)
        return usual(store, like, samples), told


def _primed(loaded: Loaded, samples: int, engine: Engine) -> bool:
    """Whether one request goes ahead; a live engine sends one after the other anyway."""
    return loaded.agent is not None and engine.name == "claude" and pays(loaded.agent, samples)
