"""Owns what is said of one run under the list of runs: its stages while it is under way, what came of it after."""

import textwrap
from collections.abc import Iterator
from datetime import datetime

from rich.cells import cell_len

from evaltui.domain.batch import RemoteBatch
from evaltui.loop.estimate import dollars
from evaltui.loop.monitor import Money, Stage, Watched
from evaltui.store.batches import TrackedBatch
from evaltui.tui.driving import Snapshot
from evaltui.tui.foreman import phase_words
from evaltui.tui.look import STATE
from evaltui.tui.when import clock, lasting
from evaltui.tui.widgets.columns import Cell, Span

STAGES = 42
"""Cells of the stages, where the batches stand beside them."""
WIDE = 96
GAP: Span = (" · ", "muted")


def panel(found: Watched, snapshot: Snapshot | None, now: datetime, width: int) -> list[Cell]:
    """The lines of the panel."""
    if found.under_way:
        return [_title(found), (), *_stages(found, now, width), (), *_outlook(found, snapshot, now)]
    return [_title(found), (), *_outcome(found, now, width), *_said(snapshot)]


def _title(found: Watched) -> Cell:
    run = found.run
    how = "live" if run.engine == "live" else "made elsewhere" if run.made_elsewhere else "in batches"
    spans: list[Span] = [(" run ", "muted"), (str(run.id), "strong"), (f"  {run.evalset}", "strong")]
    spans += [(" with ", "muted"), (run.agent, "strong"), GAP, (run.model, "text"), GAP, (how, "muted")]
    if run.trials > 1:
        spans += [GAP, (f"{run.trials} trials", "text")]
    if run.only:
        spans += [GAP, ("only ", "muted"), (run.only, "change")]
    return tuple(spans)


def _stages(found: Watched, now: datetime, width: int) -> Iterator[Cell]:
    """One line a stage; where there is room, the batches beside them."""
    beside = list(_batch_lines(found, now)) if width >= WIDE else []
    first = next((stage for stage in found.stages if not stage.over), None)
    for number, stage in enumerate(found.stages):
        line = _stage(stage, current=stage is first)
        more = beside[number] if number < len(beside) else ()
        used = sum(cell_len(text) for text, _ in line)
        yield (*line, (" " * max(2, STAGES - used), ""), *more) if more else line


def _stage(stage: Stage, *, current: bool) -> tuple[Span, ...]:
    glyph, role = ("✓", "pass") if stage.over else ("▸", "accent") if current else ("·", "muted")
    of = "" if stage.over or not stage.total else f" of {stage.total:,}"
    numbers = f"{stage.done:,}{of} {stage.unit}"
    return (f" {glyph} ", role), (f"{stage.name:<11}", "text"), (numbers, "text" if stage.over or current else "muted")


def _batch_lines(found: Watched, now: datetime) -> Iterator[tuple[Span, ...]]:
    """The newest batches, those under way first."""
    waiting = [batch for batch in found.batches if not batch.collected]
    over = [batch for batch in found.batches if batch.collected]
    shown = [*waiting, *reversed(over)]
    for batch in shown[:4] if len(shown) > 5 else shown:
        yield _batch(batch, now)
    if len(shown) > 5:
        yield ((f"and {len(shown) - 4:,} more batches", "muted"),)


def _batch(tracked: TrackedBatch, now: datetime) -> tuple[Span, ...]:
    remote = tracked.remote
    spans: list[Span] = [(remote.id, "muted"), (f"  {tracked.intent.size:,} requests  ", "text")]
    if tracked.collected:
        return (*spans, ("✓ downloaded", "pass"), *_took(remote))
    began = [(f" since {clock(remote.created_at, now)}", "muted")] if remote.created_at else []
    return (*spans, (f"▸ {remote.status.replace('_', ' ')}", "accent"), *began)


def _took(remote: RemoteBatch) -> list[Span]:
    if remote.created_at is None or remote.ended_at is None:
        return []
    return [(f" after {lasting((remote.ended_at - remote.created_at).total_seconds())}", "muted")]


def _outlook(found: Watched, snapshot: Snapshot | None, now: datetime) -> Iterator[Cell]:
    """Time, money, who drives it, and what a person should read."""
    yield tuple(_times(found, now))
    yield tuple(_money(found.money))
    yield from _said(snapshot)
    yield _driver(found, snapshot)


def _times(found: Watched, now: datetime) -> Iterator[Span]:
    yield from ((" elapsed ", "muted"), (lasting((now - found.run.created_at).total_seconds()), "text"))
    if found.soonest and found.latest and found.latest > now:
        soon = clock(max(found.soonest, now), now)
        yield from (GAP, ("usually back ", "muted"), (f"{soon}–{clock(found.latest, now)}", "text"))
    elif found.latest:
        yield from (GAP, ("usually back before now, still waiting", "unsure"))
    if found.expires:
        yield from (GAP, ("expires ", "muted"), (clock(found.expires, now), "text"))
    if found.judging:
        yield from (GAP, (f"{found.judging:,} judgements awaited", "text"))
    if found.unclear:
        yield from (GAP, (f"{found.unclear:,} requests sent without an answer yet", "unsure"))


def _money(money: Money, *, over: bool = False) -> Iterator[Span]:
    yield from ((" cost ", "muted"), (dollars(money.paid) + ("" if over else " so far"), "text"))
    if not over and money.low is not None and money.high is not None:
        span = dollars(money.low) if money.low == money.high else f"{dollars(money.low)}–{dollars(money.high)}"
        yield from (GAP, (span, "text"), (" in all", "text"), (f", {money.words}" if money.words else "", "muted"))
    if money.limit is not None:
        yield from (GAP, ("limit ", "muted"), (dollars(money.limit), "text"))


def _said(snapshot: Snapshot | None) -> Iterator[Cell]:
    """What went wrong, else the last notices."""
    if snapshot is None:
        return
    if snapshot.at == "stopped":
        yield (" ! ", "fail"), (snapshot.why, "fail")
    for words in snapshot.notices[-2:]:
        yield (" ! ", "unsure"), (words, "unsure")


def _driver(found: Watched, snapshot: Snapshot | None) -> Cell:
    if snapshot is not None and snapshot.active:
        return (" ▸ ", "accent"), (f"driven here: {phase_words(snapshot)}", "accent")
    if found.driver is not None:
        return (" driven elsewhere, by process ", "muted"), (str(found.driver), "text")
    return (" nobody drives it", "unsure"), (": ", "muted"), ("R", "key"), (" takes it up where it stands", "muted")


def _outcome(found: Watched, now: datetime, width: int) -> Iterator[Cell]:
    glyph, word, role = STATE[found.state.kind]
    detail = f" {found.state.detail}" if found.state.detail else ""
    yield (f" {glyph} {word}{detail}", role)
    for line in textwrap.wrap(found.headline, max(20, width - 4)):
        yield (f"   {line}", "text")
    yield ()
    yield tuple(_counts(found))
    yield (*_money(found.money, over=True), *_span(found, now))
    yield tuple(_provenance(found))
    if found.state.kind in ("failed", "canceled"):
        yield ()
        words = f"evaltui retry {found.run.id}"
        yield (
            (" samples without a reply can be asked again: ", "muted"),
            (words, "key"),
            (", at their own cost", "muted"),
        )


def _counts(found: Watched) -> Iterator[Span]:
    row = found.row
    yield from ((" samples ", "muted"), (f"{row.progress.samples:,}", "text"), GAP)
    yield from ((f"{row.passed:,} pass", "pass"), GAP, (f"{row.failed:,} fail", "fail" if row.failed else "muted"))
    if row.unresolved:
        yield from (GAP, (f"{row.unresolved:,} without a score", "unsure"))


def _span(found: Watched, now: datetime) -> Iterator[Span]:
    ends = [batch.remote.ended_at for batch in found.batches if batch.remote.ended_at]
    yield from (GAP, ("started ", "muted"), (clock(found.run.created_at, now), "text"))
    if ends:
        yield from (GAP, ("took ", "muted"), (lasting((max(ends) - found.run.created_at).total_seconds()), "text"))
        count = len(found.batches)
        yield (f" in {count:,} batch{'es' if count != 1 else ''}", "text")


def _provenance(found: Watched) -> Iterator[Span]:
    run = found.run
    yield from ((" agent ", "muted"), (run.agent_digest[:10], "text"), GAP, ("evalset ", "muted"))
    yield from ((run.evalset_digest[:10], "text"), GAP, ("git ", "muted"), ((run.git_revision or "none")[:10], "text"))
    if run.git_dirty:
        yield (" (dirty)", "unsure")
