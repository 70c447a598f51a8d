"""The health of a set in words: what its files say. For the command line and the Datasets view alike."""

from collections.abc import Iterator
from pathlib import Path

from evaltui.domain.leak import Leak
from evaltui.domain.text import found, shown
from evaltui.evalsets.health.conflicts import Conflict
from evaltui.evalsets.health.coverage import TagCoverage
from evaltui.evalsets.health.duplicates import Cluster
from evaltui.evalsets.health.templates import Template
from evaltui.gate.words import count, percent
from evaltui.loop.health_finding import Finding, Row, at, near, row
from evaltui.loop.past_words import of_runs
from evaltui.loop.set_health import SetHealth

_PASSAGE, _NAMED = 100, 3


def findings(seen: SetHealth) -> tuple[Finding, ...]:
    """In the order of how much they matter."""
    of_files = (_leaks, _conflicts, _duplicates, _templates)
    last = (_size, _coverage, _next)
    return (*(each(seen) for each in of_files), *of_runs(seen.past, seen.places), *(each(seen) for each in last))


def _leaks(seen: SetHealth) -> Finding:
    waived = [leak for leak in seen.leaks if leak.severity == "leak" and leak.case in seen.waived_leaks]
    rows = [_leak(seen, leak, "") for leak in seen.leaking]
    rows += [_leak(seen, leak, f"waived ({shown(seen.waived_leaks[leak.case])}): ") for leak in waived]
    rows += [_leak(seen, leak, "near, which does not block: ") for leak in seen.near]
    rows += [Row(f"gate.waived_leaks names {case}, of which nothing leaks") for case in seen.unused_waivers]
    blocks = count(len({leak.case for leak in seen.leaking}), "case stands", "cases stand")
    parts = [f"{blocks} in what the agent is told: the gate will block"] if seen.leaking else []
    parts += [f"{len(waived):,} waived"] if waived else []
    parts += [f"{len(seen.near):,} near"] if seen.near else []
    words = "; ".join(parts) or "no case stands in what the agent is told"
    return Finding("leakage", "bad" if seen.leaking else "look" if rows else "fine", words, tuple(rows))


def _leak(seen: SetHealth, leak: Leak, mark: str) -> Row:
    file, told = (str(Path(seen.folder, name)) for name in (leak.file, leak.place.file))
    place = f"{near(told)}:{leak.place.line}({leak.place.start},{leak.place.end})"
    passage = shown(" ".join(leak.place.text.split()), _PASSAGE)
    words = f"{mark}{leak.case}: {near(file)}:{leak.line} {leak.field} stands in {place}: “{passage}”"
    return Row(words, leak.case, told, leak.place.line)


def _conflicts(seen: SetHealth) -> Finding:
    rows = tuple(row(seen.places, each.cases[0], _conflict(seen, each)) for each in seen.conflicts)
    words = f"{count(len(rows), 'text')} with different answers" if rows else "no two cases contradict each other"
    return Finding("conflicts", "bad" if rows else "fine", words, rows)


def _conflict(seen: SetHealth, each: Conflict) -> str:
    sides = ((", ".join(at(seen.places, case) for case in cases), found(gold)) for gold, cases in each.answers)
    return "; ".join(f"{cases}: {gold}" for cases, gold in sides)


def _duplicates(seen: SetHealth) -> Finding:
    same = seen.duplicates
    rows = tuple(row(seen.places, cluster.cases[0], _cluster(seen, cluster)) for cluster in same.clusters)
    pairs = sum(len(cluster.pairs) for cluster in same.clusters)
    parts = [f"{count(same.spare, 'case says', 'cases say')} exactly what another says"] if same.spare else []
    parts += [f"{count(pairs, 'pair')} nearly the same"] if pairs else []
    parts += [f"{count(same.crowded, 'case')} with more near copies than are listed"] if same.crowded else []
    words = "; ".join([*parts, f"{count(len(rows), 'cluster')}"]) if rows else "no two cases say the same"
    return Finding("duplicates", "look" if rows else "fine", words, rows)


def _cluster(seen: SetHealth, cluster: Cluster) -> str:
    same = [" = ".join(at(seen.places, case) for case in group) for group in cluster.same]
    alike = [
        f"{at(seen.places, pair.first)} ≈ {at(seen.places, pair.second)} ({100 * pair.likeness:.0f} %)"
        for pair in cluster.pairs[:_NAMED]
    ]
    more = len(cluster.pairs) - _NAMED
    return "; ".join([*same, *alike, *([f"and {more:,} more pairs"] if more > 0 else [])])


def _templates(seen: SetHealth) -> Finding:
    rows = tuple(row(seen.places, each.cases[0], _template(seen, each)) for each in seen.templates)
    many = f"{count(len(rows), 'template')}: cases that pass and fail together; give each one `group:`"
    return Finding("templates", "look" if rows else "fine", many if rows else "no template without its `group:`", rows)


def _template(seen: SetHealth, each: Template) -> str:
    some = f", of which some have {', '.join(each.groups)}" if each.groups else ""
    named = ", ".join(at(seen.places, case) for case in each.cases[:_NAMED])
    return f"{count(len(each.cases), 'case')}{some}: “{shown(each.pattern, _PASSAGE)}”: {named}{_more(each)}"


def _more(each: Template) -> str:
    return f" and {len(each.cases) - _NAMED:,} more" if len(each.cases) > _NAMED else ""


def _size(seen: SetHealth) -> Finding:
    return Finding("size", "note" if seen.size.wants == "nothing" else "look", seen.size.advice)


def _coverage(seen: SetHealth) -> Finding:
    thin = sum(each.thin for each in seen.coverage)
    words = count(len(seen.coverage), "tag")
    words += f", {thin:,} of them with fewer than 30 cases: counts, not rates" if thin else ""
    if not seen.coverage:
        words = "no case has a tag, so no part of the set can be told from another"
    return Finding("coverage", "look" if thin or not seen.coverage else "fine", words, tuple(map(_tag, seen.coverage)))


def _tag(each: TagCoverage) -> Row:
    thin = "  thin" if each.thin else ""
    return Row(f"{each.tag}: {count(each.cases, 'case')}{_judged(each)}, ±{100 * each.half_width:.1f} points{thin}")


def _judged(each: TagCoverage) -> str:
    if each.failures is None:
        return ""
    return f", {each.failures:,} of {each.judged:,} fail ({percent(each.failures / each.judged)})"


def _next(seen: SetHealth) -> Finding:
    rows = tuple(Row(each) for each in _advised(seen))
    return Finding("next cases", "note", seen.next_cases[0] if rows else "no tag lacks cases", rows)


def _advised(seen: SetHealth) -> Iterator[str]:
    yield from seen.next_cases
