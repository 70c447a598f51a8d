"""`evaltui inbox`: what production logs hold that looks like a failure, and saying what is to be done with it."""

from pathlib import Path

import click

from evaltui.cli.exits import Exit
from evaltui.cli.inbox import say_groups, say_inbox_act, say_item, say_items
from evaltui.cli.options import Command, db_option, json_option, opened
from evaltui.cli.render import as_json
from evaltui.domain.errors import BadInput, Refused
from evaltui.domain.inbox import InboxAct
from evaltui.domain.inbox_query import parse_inbox
from evaltui.domain.problem import Problem
from evaltui.logs.redact.redactor import Redactor
from evaltui.loop import inbox as acts
from evaltui.loop.redaction import redactor_for
from evaltui.store.database import Store

LIMIT = 30
FILTER_HELP = "Only the items that this takes, such as 'open reason:tool_error since:2026-11-01'."


@click.group(invoke_without_command=True)
@click.option("--filter", "filter_", metavar="TEXT", default="open failed", show_default=True, help=FILTER_HELP)
@click.option("--groups", is_flag=True, help="Failures that are alike together, the largest group first.")
@click.option("--limit", default=LIMIT, type=click.IntRange(1, 100_000), show_default=True, help="At most so many.")
@db_option
@json_option
@click.pass_context
def inbox(context: click.Context, filter_: str, limit: int, db: str | None, *, groups: bool, json_: bool) -> int | None:
    """The items of production logs, newest first: those that look like a failure and are open, when nothing is asked.

    An ITEM is named by its id, or by the beginning of it.
    """
    if context.invoked_subcommand is not None:
        return None
    query = parse_inbox(filter_)
    if isinstance(query, Problem):
        raise BadInput((query,))
    with opened(db) as store:
        redactor = _redactor(store)
        if groups:
            say_groups(acts.inbox_groups(store, query), limit, redactor, json_=json_)
        else:
            index = acts.browse_inbox(store, query)
            lines = acts.inbox_lines(store, index.keys[:limit])
            say_items(index, lines, query, redactor, json_=json_)
    return Exit.PASS


def _redactor(store: Store) -> Redactor:
    """By the rules of the project that the database is in, else of the one that the person is in."""
    return redactor_for(store.path.parent, Path.cwd())


def _acting(command: Command) -> click.Command:
    return inbox.command()(db_option(json_option(command)))


@_acting
@click.argument("item")
@click.option("--turn", type=click.IntRange(min=1), help="Only this turn of the item, whole.")
@click.option("--raw", is_flag=True, help="With what would be redacted; it is safe for the terminal all the same.")
def show(item: str, turn: int | None, db: str | None, *, raw: bool, json_: bool) -> int:
    """One item, redacted: what was asked, turn by turn what the agent did, and what of it looks like a failure."""
    with opened(db) as store:
        key = acts.find_item(store, item)
        (line,) = acts.inbox_lines(store, [key])
        found = acts.failures(store, key)
        redactor = None if raw else _redactor(store)
        say_item(acts.item(store, key), line, found, redactor, turn, json_=json_)
    return Exit.PASS


@_acting
@click.argument("items", nargs=-1, required=True)
def dismiss(items: tuple[str, ...], db: str | None, *, json_: bool) -> int:
    """Nothing is to be done about ITEMS."""
    with opened(db) as store:
        return _told(acts.dismiss(store, [acts.find_item(store, item) for item in items]), json_=json_)


@_acting
@click.argument("items", nargs=-1, required=True)
def reopen(items: tuple[str, ...], db: str | None, *, json_: bool) -> int:
    """ITEMS are open, whatever was said of them before."""
    with opened(db) as store:
        return _told(acts.reopen(store, [acts.find_item(store, item) for item in items]), json_=json_)


@_acting
@click.argument("items", nargs=-1, required=True)
@click.option("--into", required=True, metavar="ITEM", help="The item that stands for them.")
def merge(items: tuple[str, ...], into: str, db: str | None, *, json_: bool) -> int:
    """ITEMS are the same as another one."""
    with opened(db) as store:
        keys = [acts.find_item(store, item) for item in items]
        return _told(acts.merge(store, keys, acts.find_item(store, into)), json_=json_)


@_acting
@click.argument("item")
@click.argument("text")
def note(item: str, text: str, db: str | None, *, json_: bool) -> int:
    """Keep TEXT with an item; an empty one takes an earlier away."""
    with opened(db) as store:
        return _told(acts.annotate(store, acts.find_item(store, item), text), json_=json_)


@_acting
def undo(db: str | None, *, json_: bool) -> int:
    """Take back the last act on the inbox."""
    with opened(db) as store:
        return _told(acts.undo(store), undone=True, json_=json_)


@_acting
def redo(db: str | None, *, json_: bool) -> int:
    """Do again what was taken back."""
    with opened(db) as store:
        return _told(acts.redo(store), json_=json_)


def _told(act: InboxAct | None, *, undone: bool = False, json_: bool) -> int:
    if act is None:
        raise Refused(f"there is nothing to {'undo' if undone else 'do again'} in the inbox")
    if json_:
        as_json({"act": act, "undone": undone})
    else:
        say_inbox_act(act, undone=undone)
    return Exit.PASS
