"""`evaltui triage` and `finding`: what fails, what people found of it, and saying so."""

import click

from evaltui.cli.exits import Exit
from evaltui.cli.options import db_option, json_option, opened, run_named
from evaltui.cli.render import as_json, note, out, page
from evaltui.cli.triage import say_act, say_diff, say_triage
from evaltui.domain.errors import Refused
from evaltui.domain.finding import LABELS, Act, Label
from evaltui.domain.run import Run
from evaltui.loop.baselines import promoted_run
from evaltui.loop.gold_output import offer
from evaltui.loop.triage import Item, Queue, alike, item_of, judge, new_gold, queue, redo, undo, write_note
from evaltui.loop.triage_report import markdown, report
from evaltui.store.database import Store
from evaltui.store.findings import findings


@click.command()
@click.argument("run", required=False)
@click.option("--baseline", metavar="RUN", help="Hold it against this run instead of the promoted baseline.")
@click.option("--markdown", "markdown_", is_flag=True, help="What was found, for a pull request.")
@db_option
@json_option
def triage(run: str | None, baseline: str | None, db: str | None, *, markdown_: bool, json_: bool) -> int:
    """The failing cases of RUN (the latest when not named) by the reason they fail for, and what was found of them."""
    if markdown_ and json_:
        raise click.UsageError("--markdown and --json are two ways to say it; give one")
    with opened(db) as store:
        found = run_named(store, run)
        told = report(store, found, _against(store, found, baseline))
    if json_:
        as_json(told)
    elif markdown_:
        page(markdown(told))
    else:
        say_triage(told)
    return Exit.PASS


def _against(store: Store, run: Run, named: str | None) -> Run | None:
    return run_named(store, named) if named else promoted_run(store, run)


@click.command()
@click.argument("run")
@click.argument("case", required=False)
@click.argument("label", required=False, type=click.Choice(list(LABELS)))
@click.option("--note", "note_", metavar="TEXT", help="Kept with the finding; an empty one takes an earlier away.")
@click.option("--group", is_flag=True, help="Say it also of every case that fails like CASE and is not judged.")
@click.option("--output-is-gold", is_flag=True, help="Write the output into the case's file as `expected`; accepts it.")
@click.option("--undo", "undo_", is_flag=True, help="Take back the last act of the run.")
@click.option("--redo", "redo_", is_flag=True, help="Do again what was taken back.")
@db_option
@json_option
def finding(
    run: str,
    case: str | None,
    label: Label | None,
    note_: str | None,
    db: str | None,
    *,
    group: bool,
    output_is_gold: bool,
    undo_: bool,
    redo_: bool,
    json_: bool,
) -> int:
    """Say of a case of RUN what it is: a real regression, accepted, flaky, the grade wrong, the case bad, or later."""
    _one_thing(case, label, note_, group=group, gold=output_is_gold, back=undo_, again=redo_)
    with opened(db) as store:
        found = run_named(store, run)
        if undo_ or redo_:
            act = _taken_back(store, found, again=redo_)
        else:
            waiting = queue(store, found, promoted_run(store, found))
            item = item_of(store, waiting, str(case))
            act = (
                _gold(store, found, item) if output_is_gold else _said(store, waiting, item, label, note_, group=group)
            )
    if json_:
        as_json({"act": {"id": act.id, "run_id": act.run_id, "words": act.words, "who": act.who, "at": act.at}})
    else:
        say_act(act, undone=undo_)
    return Exit.PASS


def _one_thing(
    case: str | None, label: str | None, note_: str | None, *, group: bool, gold: bool, back: bool, again: bool
) -> None:
    if back or again:
        if case or note_ is not None or gold or group or (back and again):
            raise click.UsageError("--undo and --redo stand alone: evaltui finding RUN --undo")
    elif case is None or (label is None and note_ is None and not gold):
        raise click.UsageError(f"say of a case what it is: evaltui finding RUN CASE {'|'.join(LABELS)}")
    elif gold and (group or label is not None or note_ is not None):
        raise click.UsageError("--output-is-gold accepts one case and takes no label, note or group")
    elif group and label is None:
        raise click.UsageError("--group says a label of several cases; name one")


def _said(store: Store, waiting: Queue, item: Item, label: Label | None, note_: str | None, *, group: bool) -> Act:
    if label is None:
        return write_note(store, waiting.run, item, note_ or "")
    if group and item.kind == "other":
        raise Refused(f"{item.case_id} fails for no reason that others share; leave out --group")
    items = alike(waiting, item, findings(store, waiting.run.id)) if group else (item,)
    return judge(store, waiting.run, items, label, note_)


def _gold(store: Store, run: Run, item: Item) -> Act:
    found = offer(store, run, item)
    act = new_gold(store, run, item, found.rewrite.edit)
    out(f"{found.place.file}:{found.rewrite.line}")
    say_diff(found.rewrite.diff)
    if found.left:
        note(f"Whatever is expected, {', '.join(found.left)} fails this output.")
    return act


def _taken_back(store: Store, run: Run, *, again: bool) -> Act:
    act = redo(store, run) if again else undo(store, run)
    if act is None:
        raise Refused(f"there is nothing to {'do again' if again else 'undo'} in the triage of run {run.id}")
    return act
