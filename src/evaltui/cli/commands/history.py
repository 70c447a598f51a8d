"""`evaltui history`: the releases of an evalset, drawn and listed."""

import click

from evaltui.cli.exits import Exit
from evaltui.cli.options import db_option, json_option, opened
from evaltui.cli.render import GLYPHS, as_json, columns, out, percent, table
from evaltui.domain.chart import points_that_fit, text_of, timeline
from evaltui.domain.text import shown
from evaltui.gate.metric import title
from evaltui.gate.words import count
from evaltui.loop.trend import MOST, History, Release, drawn, history_of

ROWS = 12


@click.command()
@click.argument("evalset")
@click.option("--limit", default=20, type=click.IntRange(1, MOST), show_default=True, help="The newest so many runs.")
@db_option
@json_option
def history(evalset: str, limit: int, db: str | None, *, json_: bool) -> int:
    """The score over all runs of EVALSET, with intervals and promotions, and whether it rises, falls or stands."""
    with opened(db) as store:
        found = history_of(store, evalset, limit)
    if json_:
        as_json(found)
    else:
        _say(found)
    return Exit.PASS


def _say(found: History) -> None:
    out(f"{found.evalset}: {title(found.metric)} over {count(len(found.releases), 'run')}")
    if found.trend:
        out(f"  {found.trend.words}")
    out()
    shown_of_them = found.releases[-points_that_fit(columns()) :]
    for line in timeline(*drawn(found, shown_of_them), columns(), ROWS):
        out(text_of(line))
    out()
    table(("run", "score", "95 % interval", "verdict", "when", "agent", "promoted"), map(_cells, found.releases))
    for release in found.releases:
        if release.rescored:
            out(f"  run {release.run.id} was {release.rescored}")
        if release.apart:
            out(f"  run {release.run.id} is not in the trend: {release.apart}")


def _cells(release: Release) -> tuple[object, ...]:
    run = release.run
    interval = "–" if release.low is None or release.high is None else f"{_tenths(release.low)}–{_tenths(release.high)}"
    verdict = "★ promoted" if release.promotions else GLYPHS.get(release.verdict or "", "–")
    when = f"{run.created_at:%Y-%m-%d %H:%M}"
    return run.id, percent(release.score), interval, verdict, when, run.agent, _promoted(release)


def _promoted(release: Release) -> str:
    return "; ".join(
        f"★ {promotion.who}, {promotion.at[:10]}{_why(promotion.note, promotion.forced)}"
        for promotion in reversed(release.promotions)
    )


def _why(note: str, forced: str) -> str:
    said = [shown(note, 100)] if note else []
    said += [f"forced: {shown(forced, 100)}"] if forced else []
    return f": {'; '.join(said)}" if said else ""


def _tenths(share: float) -> str:
    return f"{100 * share:.1f}"
