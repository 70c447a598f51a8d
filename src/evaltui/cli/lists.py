"""The cases that a filter takes, as plain text or JSON."""

import click

from evaltui.cli.options import Command
from evaltui.cli.render import GLYPHS, as_json, out, plain
from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.domain.query import Query, parse
from evaltui.domain.run import Run
from evaltui.domain.text import shown
from evaltui.gate.words import count
from evaltui.loop.browse import CaseLine, browse, lines
from evaltui.store.database import Store

MOST = 30  # lines of a list that is not asked for whole
HELP = "Only the cases that this takes, such as 'broke tag:refund cost>0.01 !critical'."


def filter_option(command: Command) -> Command:
    return click.option("--filter", "filter_", metavar="TEXT", help=HELP)(command)


def query_of(text: str) -> Query:
    """Raises BadInput with the words that are allowed."""
    found = parse(text)
    if isinstance(found, Problem):
        raise BadInput((found,))
    return found


def say_matching(store: Store, run: Run, against: Run | None, text: str, *, json_: bool, whole: bool = False) -> None:
    """The cases of a run, or of two, that a filter takes, worst first."""
    query = query_of(text)
    index = browse(store, run, against, query)
    wanted = index.keys if json_ or whole else index.keys[:MOST]
    found = lines(store, run, against, wanted)
    if json_:
        about = {"run": run.id, "against": against.id if against else None, "filter": text, "counts": index.counts}
        as_json({**about, "cases": [_plain(line) for line in found]})
        return
    out(f"{count(len(index), 'case')} of {index.total:,}: {shown(text, 100)}")
    for line in found:
        _say(line)
    if more := len(index) - len(found):
        out(f"and {more:,} more; {'--all and --json list' if against else '--json lists'} them")
    if not len(index) and query.hint:
        out(query.hint)


def _say(line: CaseLine) -> None:
    marks = "".join((" (critical)" if line.critical else "", f" [{line.finding}]" if line.finding else ""))
    out(f"  {GLYPHS.get(line.kind, line.kind):<13}{line.case_id}{marks}")
    if line.kind not in ("same", "pass") and line.reason:
        out(f"      {shown(line.reason, 100)}")


def _plain(line: CaseLine) -> dict[str, object]:
    """A key says where the case stands among the run's cases, which a reader of JSON has no use for."""
    return {name: value for name, value in plain(line).items() if name != "key"}
