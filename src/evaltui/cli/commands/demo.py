"""`evaltui demo`: the whole loop on a scratch copy, over real HTTP, with a model that is not Claude."""

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from evaltui.batches.claude import ClaudeEngine
from evaltui.batches.engine import Engine
from evaltui.cli.exits import Exit
from evaltui.cli.progress import Progress
from evaltui.cli.render import note, out, percent
from evaltui.cli.verdicts import say_verdict
from evaltui.domain.errors import Refused
from evaltui.domain.run import Run
from evaltui.domain.verdict import Verdict
from evaltui.gate.words import count
from evaltui.loop.advance import drive
from evaltui.loop.decide import verdict
from evaltui.loop.load import load
from evaltui.loop.open import open_session, scoring_of
from evaltui.loop.project import STATE, shelter
from evaltui.loop.promote import promote
from evaltui.loop.session import Pace
from evaltui.loop.shipped import Fix, apply_fix, copy_shipped, read_story
from evaltui.loop.start import Wanted, start
from evaltui.store.batches import batches
from evaltui.store.database import Store, open_store
from evaltui.store.verdicts import summary

PACE = Pace(poll=0.05, settle=10.0, missing=10.0)
BATCH_SECONDS = 0.05
CHAPTERS = {
    "support-desk": "A prompt that is better on average, and breaks what matters",
    "refund-agent": "An agent with tools that answers better, and loops",
}


KEY = "sandbox"


@click.command()
@click.option(
    "--headless", is_flag=True, help="Tell the story as text; so it is told anyway where there is no terminal."
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    help="Where the scratch copy goes; a temporary folder otherwise.",
)
@click.pass_obj
def demo(open_app: Callable[[Path], int], folder: Path | None, *, headless: bool) -> int:
    """A complete loop, no key, no cost: a baseline, a candidate that the gate blocks, the fix, a gate that passes.

    In a terminal the app opens on the blocked gate, and the sandbox stays up as long as it is open.
    """
    scratch = _scratch(folder)
    interactive = not headless and sys.stdin.isatty() and sys.stdout.isatty()
    if not interactive and not headless:
        note("No terminal here, so the demo is told as text (as with --headless).")
    from evaltui.sandbox.clock import Clock
    from evaltui.sandbox.lexical import Lexical
    from evaltui.sandbox.server import running

    clock = Clock(batch_seconds=BATCH_SECONDS)
    with running(Lexical(), clock=clock) as sandbox:
        with open_store(scratch / STATE) as store, closing(ClaudeEngine(KEY, sandbox.url)) as engine:
            shelter(scratch / STATE)
            _prepare(store, engine, scratch) if interactive else _tell(store, engine, scratch)
        return _look_around(open_app, scratch, sandbox.url) if interactive else Exit.PASS


def _prepare(store: Store, engine: Engine, scratch: Path) -> None:
    """Both stories up to the blocked gate; the last one is what the app opens on."""
    note("evaltui demo: a local sandbox answers, with a small word-matching model. It is not Claude; nothing is paid.")
    for name in reversed(CHAPTERS):
        evalset = copy_shipped(scratch, name)
        promote(store, _run(store, engine, evalset, "agent.yaml"), note="first baseline")
        verdict(store, _run(store, engine, evalset, read_story(evalset).candidate))


def _look_around(open_app: Callable[[Path], int], scratch: Path, url: str) -> int:
    """The app, as if the sandbox were the provider: in this process only, nothing is written down."""
    os.environ |= {"EVALTUI_BASE_URL": url, "ANTHROPIC_API_KEY": KEY, "EVALTUI_DB": str(scratch / STATE)}
    os.chdir(scratch)
    code = open_app(scratch)
    out(f"All of it is in {scratch}. `evaltui demo --headless` tells the story as text.")
    return code


def _scratch(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="evaltui-demo-"))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is not empty; name a new folder for the demo's scratch copy")
    return folder.absolute()


def _tell(store: Store, engine: Engine, scratch: Path) -> None:
    out("evaltui demo: a local sandbox server answers, with a small word-matching model.")
    out("It is not Claude, and nothing is paid.")
    ends = [_chapter(store, engine, copy_shipped(scratch, name), title) for name, title in CHAPTERS.items()]
    _end(ends, scratch)


def _chapter(store: Store, engine: Engine, evalset: Path, title: str) -> tuple[Verdict, Verdict]:
    """One evalset's story; the verdicts on its candidate before and after the fix."""
    story = read_story(evalset)
    out()
    out(f"══ {title} ({evalset.name})")
    out()
    _step(1, "Run the agent as it is, and promote it to baseline")
    baseline = _run(store, engine, evalset, "agent.yaml")
    promote(store, baseline, note="first baseline")
    _say_run(store, baseline)
    _step(2, f"Somebody improved the prompt ({story.candidate}). Run it, and ask the gate")
    blocked = _judged(store, _run(store, engine, evalset, story.candidate))
    _step(3, "The fix")
    _say_fix(story.fix)
    apply_fix(evalset, story.fix)
    _step(4, "Run it again, and ask the gate")
    return blocked, _judged(store, _run(store, engine, evalset, story.candidate))


def _step(number: int, words: str) -> None:
    out(f"── {number}. {words}")


def _run(store: Store, engine: Engine, evalset: Path, agent: str) -> Run:
    loaded = load(evalset, evalset / agent)
    run = start(store, loaded, None, Wanted(1, "", engine.name, engine.endpoint))
    loaded.refuse_problems()
    shown = Progress()
    try:
        drive(open_session(store, run, engine, shown, PACE))
    finally:
        shown.close()
    return run


def _say_run(store: Store, run: Run) -> None:
    counts = summary(store, scoring_of(store, run).id)
    if counts:
        total = counts.passed + counts.failed + counts.unresolved
        sent = count(len(batches(store, run.id)), "batch", "batches")
        out(f"Run {run.id}: {counts.passed} of {total} cases pass ({percent(counts.passed / total)}), in {sent}.")
        out("It is now the baseline.")
        out()


def _judged(store: Store, run: Run) -> Verdict:
    found = verdict(store, run)
    say_verdict(found)
    out()
    return found


def _say_fix(fix: Fix) -> None:
    out(f"{fix.why} In {fix.file}:")
    for line in fix.shown():
        out(f"  {line}")
    out()


def _end(ends: list[tuple[Verdict, Verdict]], scratch: Path) -> None:
    for name, (blocked, fixed) in zip(CHAPTERS, ends, strict=True):
        out(f"{name}: {_short(blocked)}, then with the fix {_short(fixed)}.")
    out()
    out(f"All of it is in {scratch}; look around:")
    program = "evaltui" if shutil.which("evaltui") else str(Path(sys.argv[0]).absolute())
    last = ends[-1][0]
    case = last.broke[0].case_id if last.broke else ""
    out(f"  cd {shlex.quote(str(scratch))} && {program} runs && {program} show {last.run_id} {case}")


def _short(found: Verdict) -> str:
    """The verdict in a few words."""
    rate = f" at {percent(found.estimate.candidate)}" if found.estimate else ""
    return f"{'blocked' if found.status == 'fail' else found.status}{rate}"
