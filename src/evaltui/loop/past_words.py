"""The health of a set in words: what its runs say."""

from collections.abc import Iterator

from evaltui.gate.words import count, percent, points
from evaltui.loop.health_finding import Finding, Places, Row, listed, row
from evaltui.loop.past_health import Move, Past, Stability


def of_runs(past: Past | None, places: Places) -> Iterator[Finding]:
    """Nothing is known before the first run of the whole set."""
    if past is None:
        yield Finding(
            "runs", "note", "never run whole: which cases still tell, and how steady the set is, is not known"
        )
        return
    yield _suspects(past, places)
    yield _always(past, places)
    yield _saturation(past)
    yield _stability(past.stability)


def _suspects(past: Past, places: Places) -> Finding:
    rows = tuple(row(places, each.case, f"{each.case}: {each.message}") for each in past.suspects)
    words = f"{count(len(rows), 'case')} whose gold a person should read again" if rows else "no gold is suspect"
    return Finding("suspect gold", "look" if rows else "fine", words, rows)


def _always(past: Past, places: Places) -> Finding:
    of = f"in the last {count(len(past.runs), 'run')}"
    words = (
        f"{len(past.always_pass):,} always pass, {len(past.always_fail):,} always fail, {past.flips:,} both ways {of}"
    )
    return Finding("outcomes", "note", words, listed(places, past.always_fail, ": always fails"))


def _saturation(past: Past) -> Finding:
    seen = past.saturation
    if seen is None:
        return Finding("saturation", "note", "no result yet")
    words = f"{percent(seen.rate)} pass, {percent(seen.informative)} of the cases ever came out both ways"
    if seen.saturated:
        words += ": a better agent could hardly be told from this one; keep the set, and add harder cases"
    return Finding("saturation", "look" if seen.saturated else "fine", words)


def _stability(seen: Stability) -> Finding:
    """The card: steady when nothing changed, moved when the agent was worse, and how small a drop shows."""
    shows = (
        "known once there are two runs" if seen.drop is None else f"{100 * seen.drop:.1f} points, four times in five"
    )
    rows = (Row(_same(seen)), Row(_control(seen)), Row(f"smallest drop it shows: {shows}"))
    doubtful = seen.steady is False or seen.tells is False
    return Finding("stability", "look" if doubtful else "note", f"smallest drop it shows: {shows}", rows)


def _same(seen: Stability) -> str:
    if seen.same is None:
        return "the same agent twice (A/A): not known; run the baseline again unchanged"
    verdict = "steady" if seen.steady else "NOT steady: more than chance moved it"
    return f"the same agent twice (A/A, runs {seen.same.against} and {seen.same.run}): {_moved(seen.same)}: {verdict}"


def _control(seen: Stability) -> str:
    if seen.control is None:
        return "a known-worse agent: not known; the gate found none worse yet"
    verdict = "the set tells" if seen.tells else "the set hardly tells"
    who = f"run {seen.control.run} against run {seen.control.against}"
    return f"a known-worse agent ({who}): {_moved(seen.control)}: {verdict}"


def _moved(move: Move) -> str:
    flipped = f"{move.flipped:,} of {count(move.cases, 'case')} flipped"
    return f"{flipped}, {points(move.difference)}, {abs(move.errors):.1f} standard errors"
