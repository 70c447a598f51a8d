"""`evaltui sandbox`: the local server, in the foreground."""

from pathlib import Path

import click

from evaltui.cli.exits import Exit
from evaltui.cli.render import note, out, table
from evaltui.domain.errors import Refused
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.fault_table import FAULTS, SETTINGS
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.model import Model

FAULTS_HELP = "What goes wrong, such as `commit-then-drop:1,results-truncated:0.5,seed=7`; `--faults help` lists all."


@click.command()
@click.option("--port", default=8765, type=click.IntRange(0, 65535), show_default=True, help="0 takes a free one.")
@click.option(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Answer from a recording; a miss is an errored result.",
)
@click.option("--faults", default="", metavar="SPEC", help=FAULTS_HELP)
@click.option(
    "--batch-seconds", default=1.0, type=click.FloatRange(min=0), show_default=True, help="How long a batch takes."
)
@click.option(
    "--speed",
    default=1.0,
    type=click.FloatRange(min=0.001),
    show_default=True,
    help="Sandbox seconds in a real second.",
)
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep batches here, so that they outlive the server.",
)
def sandbox(port: int, replay: Path | None, faults: str, batch_seconds: float, speed: float, state: Path | None) -> int:
    """Serve Messages + Message Batches on 127.0.0.1 with a small deterministic model: not Claude, and free."""
    from evaltui.sandbox.server import serve

    if faults == "help":
        return _help()
    clock = Clock(batch_seconds=batch_seconds, speed=speed)
    try:
        serve(_model(replay), port=port, clock=clock, faults=_faults(faults), state_dir=state, ready=_ready)
    except OSError as error:
        raise Refused(
            f"port {port} of 127.0.0.1 cannot be served: {error.strerror}; --port 0 takes a free one"
        ) from error
    return Exit.PASS


def _help() -> int:
    out("NAME:N plays a fault N times, NAME:0.2 with that probability, NAME=VALUE sets its value. Faults:")
    out()
    table(("fault", "value", "what happens"), [(name, fault.value or "", fault.says) for name, fault in FAULTS.items()])
    out()
    out("Settings:")
    out()
    table(("setting", "what it sets"), list(SETTINGS.items()))
    return Exit.PASS


def _faults(spec: str) -> Faults:
    try:
        return Faults.parse(spec)
    except ValueError as error:
        raise Refused(str(error)) from error


def _model(replay: Path | None) -> Model:
    if replay is None:
        from evaltui.sandbox.lexical import Lexical

        return Lexical()
    from evaltui.sandbox.replay import Replay

    try:
        return Replay.load(replay)
    except ValueError as error:
        raise Refused(str(error)) from error


def _ready(url: str) -> None:
    note(f"Sandbox (not Claude) at {url}; Ctrl-C stops it. In another terminal:")
    out(f"export ANTHROPIC_BASE_URL={url} ANTHROPIC_API_KEY=sandbox")
