"""`evaltui add`: items of the inbox become gold cases, redacted, with what a person says is right, and a proof."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from evaltui.cli.accept import accept
from evaltui.cli.drafts import as_plain, say_append, say_draft, say_proof
from evaltui.cli.driving import working
from evaltui.cli.exits import Exit
from evaltui.cli.options import base_url_option, db_option, json_option, max_cost_option, opened
from evaltui.cli.render import as_json, note, out
from evaltui.domain.errors import BadInput, EvaltuiError, Refused
from evaltui.domain.problem import Problem
from evaltui.evalsets.append import PROMOTED
from evaltui.files.raw import read_text
from evaltui.loop.add import Added, Append, cover, preview
from evaltui.loop.add import add as add_cases
from evaltui.loop.advance import drive
from evaltui.loop.draft import Draft, drafts
from evaltui.loop.draft_edit import (
    as_yaml,
    expect,
    with_anyway,
    with_critical,
    with_id,
    with_rubric,
    with_tags,
    with_vars,
    with_yaml,
)
from evaltui.loop.engines import pace_of
from evaltui.loop.expectation import forbid, must_not, shaped
from evaltui.loop.inbox import find_item
from evaltui.loop.open import open_session
from evaltui.loop.project import database_path, evalset_path
from evaltui.loop.proof import Proof, proof_of, proof_wish
from evaltui.loop.propose import propose
from evaltui.store.database import Store

_EXPECTED = "What is right: JSON, or a text for the part that takes one."


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of every draft on the command line."""

    expected: str | None
    rubric: str | None
    case_id: str | None
    tags: tuple[str, ...]
    phrases: tuple[str, ...]
    tools: tuple[str, ...]
    variables: tuple[str, ...]
    critical: bool
    anyway: bool

    def of(self, draft: Draft) -> Draft:
        """The draft with all of it."""
        made = with_anyway(draft, anyway=self.anyway)
        made = made if self.expected is None else expect(made, shaped(self.expected, made.target.scorers))
        made = made if self.rubric is None else with_rubric(made, self.rubric)
        made = must_not(made, self.phrases) if self.phrases else made
        made = forbid(made, self.tools) if self.tools else made
        made = with_vars(made, dict(map(_variable, self.variables))) if self.variables else made
        made = with_id(made, self.case_id) if self.case_id else made
        made = with_tags(made, [*made.case.get("tags", ()), *self.tags]) if self.tags else made
        return with_critical(made) if self.critical else made


@dataclass(frozen=True, slots=True)
class Proving:
    """How the proof is asked for, if it is."""

    wanted: bool
    live: bool | None
    base_url: str | None
    max_cost: float | None
    db: str | None


@click.command()
@click.argument("items", nargs=-1, required=True, metavar="ITEM...")
@click.option("--evalset", required=True, metavar="EVALSET", help="The evalset that gets the cases.")
@click.option("--expected", metavar="JSON|TEXT", help=_EXPECTED)
@click.option(
    "--expected-file", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="The same, in a file."
)
@click.option("--must-not", multiple=True, metavar="TEXT", help="A phrase that the reply must not hold.")
@click.option("--forbid", multiple=True, metavar="TOOL", help="A tool that must not be called.")
@click.option("--rubric", metavar="TEXT", help="What a judge should look for.")
@click.option("--var", multiple=True, metavar="NAME=VALUE", help="What a placeholder of the agent stands for.")
@click.option("--id", "case_id", metavar="ID", help="What the case is called; else words and letters of its digest.")
@click.option("--turn", type=click.IntRange(1), metavar="N", help="The turn that went wrong; else the first failure's.")
@click.option("--tag", multiple=True, metavar="TAG", help="A tag beside the reason.")
@click.option("--critical", is_flag=True, help="The gate never lets this case fail.")
@click.option("--file", default=PROMOTED, metavar="NAME", help="The file of cases to add to; made when it is absent.")
@click.option("--edit", is_flag=True, help="Open each case in $EDITOR first; you have the last word.")
@click.option("--covered-by", metavar="CASE", help="Add nothing: note on the item that this case covers it.")
@click.option("--anyway", is_flag=True, help="Add it although the set holds a case like it.")
@click.option("--dry-run", is_flag=True, help="Show all of it, and write nothing.")
@click.option("--yes", is_flag=True, help="Write without being asked, and accept what the proof costs.")
@click.option("--prove/--no-prove", default=True, help="Ask the agent the new cases: they are expected to fail.")
@click.option("--live/--batch", default=None, help="How to prove; else live for one case and a batch for several.")
@max_cost_option
@base_url_option
@db_option
@json_option
def add(
    items: tuple[str, ...],
    evalset: str,
    expected: str | None,
    expected_file: str | None,
    must_not: tuple[str, ...],
    forbid: tuple[str, ...],
    rubric: str | None,
    var: tuple[str, ...],
    case_id: str | None,
    turn: int | None,
    tag: tuple[str, ...],
    file: str,
    covered_by: str | None,
    max_cost: float | None,
    base_url: str | None,
    db: str | None,
    *,
    critical: bool,
    edit: bool,
    anyway: bool,
    dry_run: bool,
    yes: bool,
    prove: bool,
    live: bool | None,
    json_: bool,
) -> int:
    """Make gold cases of ITEMs of the inbox: redacted, with what you say is right, and proven to bite."""
    if case_id and len(items) > 1:
        raise click.UsageError("--id names one case; leave it out for several items")
    said = Said(_gold(expected, expected_file), rubric, case_id, tag, must_not, forbid, var, critical, anyway)
    folder = evalset_path(evalset, Path.cwd())
    with opened(db) as store:
        keys = [find_item(store, name) for name in items]
        made = drafts(store, keys, folder, turn=turn)
        if covered_by:
            return _covered(store, made, covered_by)
        ready = [_edited(said.of(draft)) if edit else said.of(draft) for draft in made]
        found = _shown(ready, file, json_=json_)
        if dry_run:
            return _end(ready, found, json_=json_)
        _confirm(found, yes=yes)
        added = add_cases(store, ready, file)
        note(f"{', '.join(added.case_ids)} added to {added.file}; `git diff` shows it, `git revert` undoes its commit")
        proving = Proving(prove, live, base_url, max_cost, db)
        return _proven(store, folder, added, proving, _json_of(ready, found) if json_ else None, yes=yes)


def _gold(expected: str | None, file: str | None) -> str | None:
    if expected is not None and file is not None:
        raise click.UsageError("--expected and --expected-file are two ways to say it; give one")
    text = expected if file is None else read_text(Path(file))
    if isinstance(text, Problem):
        raise BadInput((text,))
    return text if file is None or text is None else text.strip()


def _variable(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise click.UsageError("write --var NAME=VALUE")
    return name, value


def _covered(store: Store, made: Sequence[Draft], case_id: str) -> int:
    for draft in made:
        out(f"{draft.item.id[:12]} is covered by {cover(store, draft, case_id)}; nothing was written")
    return Exit.PASS


def _edited(draft: Draft) -> Draft:
    """As often as it takes: a text that cannot be read is shown again, with why."""
    text = as_yaml(draft)
    while True:
        changed = click.edit(text, extension=".yaml")
        if changed is None:
            return draft
        try:
            return with_yaml(draft, changed)
        except BadInput as error:
            note(str(error))
            if not (sys.stdin.isatty() and click.confirm("Edit it again?", default=True, err=True)):
                raise
            text = changed


def _shown(ready: Sequence[Draft], file: str, *, json_: bool) -> Append:
    """Every draft is shown before what keeps it from being added is said."""
    for draft in () if json_ else ready:
        say_draft(draft)
    found = preview(ready, file)
    if not json_:
        say_append(found, found.warnings)
    return found


def _end(ready: Sequence[Draft], found: Append, *, json_: bool) -> int:
    if json_:
        as_json(_json_of(ready, found))
    else:
        note("Nothing was written.")
    return Exit.PASS


def _json_of(ready: Sequence[Draft], found: Append) -> dict[str, Any]:
    warnings = [str(problem) for problem in found.warnings]
    return {"drafts": list(map(as_plain, ready)), "file": found.file, "diff": found.diff, "warnings": warnings}


def _confirm(found: Append, *, yes: bool) -> None:
    words = f"Write {'it' if len(found.case_ids) == 1 else 'them'} to {found.file}?"
    if not yes and not (sys.stdin.isatty() and click.confirm(words, err=True)):
        raise Refused("not accepted; nothing was written. `--yes` accepts it")


def _proven(
    store: Store, folder: Path, added: Added, proving: Proving, told: dict[str, Any] | None, *, yes: bool
) -> int:
    """The cases are written, whatever comes of the proof."""
    proofs: tuple[Proof, ...] = ()
    if proving.wanted:
        try:
            proofs = _prove(store, folder, added, proving, yes=yes, say=told is None)
        except EvaltuiError as error:
            note(str(error))
            cases = ",".join(added.case_ids)
            note(f"Added, and not proven yet: evaltui run {folder} --live --only cases:{cases}")
    if told is not None:
        as_json({**told, "added": added.case_ids, "proof": proofs})
    if not proving.wanted:
        return Exit.PASS
    verdicts = {proof.verdict for proof in proofs} or {"unresolved"}
    return Exit.INCOMPLETE if "unresolved" in verdicts else Exit.FAIL if "passes" in verdicts else Exit.PASS


def _prove(store: Store, folder: Path, added: Added, proving: Proving, *, yes: bool, say: bool) -> tuple[Proof, ...]:
    wish = proof_wish(folder, added.case_ids, live=proving.live, base_url=proving.base_url, limit=proving.max_cost)
    proposal = propose(wish, database_path(Path.cwd(), proving.db))
    try:
        accept(proposal.forecast, proposal.endpoint, proving.max_cost, yes=yes)
        run = proposal.start(store)
    except BaseException:
        proposal.close()
        raise
    note(f"Run {run.id} asks {run.agent} ({run.model}) at {run.endpoint}; the new cases are expected to fail")
    with working(proposal.engine) as (shown, stop):
        drive(open_session(store, run, proposal.engine, shown, pace_of(run, proposal.pace), stop=stop))
    proofs = proof_of(store, run, added.case_ids)
    if say:
        say_proof(proofs, run.id)
    return proofs
