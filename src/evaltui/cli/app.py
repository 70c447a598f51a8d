"""The `evaltui` command: which commands there are, where each one lives, and how errors leave the program."""

import io
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click

from evaltui import __version__
from evaltui.cli.exits import Exit, of_error, words
from evaltui.cli.render import note
from evaltui.domain.errors import EvaltuiError

COMMANDS = {
    "demo": ("demo", "A complete loop without a key: a gate that blocks, and why"),
    "init": ("init", "An evalset, an agent, a CI step and a git hook to start from"),
    "check": ("check", "Validate evalsets and say what a run would cost"),
    "run": ("run", "Send an evalset as batches, score the replies, decide"),
    "resume": ("resume", "Take up a run that was detached or interrupted"),
    "cancel": ("resume", "Cancel a run's batches; what succeeded is kept"),
    "retry": ("resume", "Send only what failed again, at the turn that failed"),
    "score": ("score", "Score the stored replies again; asks judges only what is new"),
    "import-run": ("import_run", "Results made elsewhere become a run"),
    "import": ("import_logs", "Production logs come into the inbox"),
    "inbox": ("inbox", "What production logs hold that looks like a failure"),
    "runs": ("look", "List the runs"),
    "show": ("look", "One run, or one case of it"),
    "compare": ("look", "Two runs: what was fixed, what broke"),
    "history": ("history", "The score over all runs: does it rise, fall or stand?"),
    "prefer": ("prefer", "A judge: which of two runs answers better"),
    "gate": ("gate", "May this run ship? The verdict, with its reasons"),
    "promote": ("gate", "Make a passing run the baseline"),
    "triage": ("triage", "The failing cases of a run, grouped; what was found of them"),
    "finding": ("triage", "Say of a case: accepted, real, flaky, ... Or undo it"),
    "add": ("add", "Gold cases of what failed in production, redacted"),
    "export": ("export", "A run as jsonl, or as a recording for the sandbox"),
    "sandbox": ("sandbox", "A local Messages + Message Batches server; not Claude"),
    "schema": ("schema", "The JSON Schema of a file you write"),
    "doctor": ("doctor", "Key, endpoint, database, terminal: is all as it should be?"),
}
NAMES = {"import": "import_logs"}  # what Python keeps for itself


class Lazy(click.Group):
    """A group whose commands are imported when they are used, and listed without being imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"evaltui.cli.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, NAMES.get(cmd_name, cmd_name.replace("-", "_")))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(f"{error.message} Commands: {', '.join(COMMANDS)}.", ctx) from error


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="evaltui")
@click.pass_context
def evaltui(context: click.Context) -> None:
    """Turn "I changed the prompt" into a verdict you can defend.

    A fixed set of cases, one batch job, scores, and a gate against the promoted baseline.
    Without a command, or with a folder, the app opens. Start with: evaltui demo

    Exit codes: 0 pass, 1 the gate failed, 2 usage or bad input, 3 incomplete.
    """
    if context.invoked_subcommand is None:
        raise click.UsageError("The app needs a terminal, and this is none. Every action has a command too.", context)


def run(open_app: Callable[[Path], int]) -> None:
    """Run the command named in `sys.argv` and leave with its exit code; `open_app` opens the app on a folder."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without ✓ is no reason to fail
    sys.exit(_code(open_app))


def _code(open_app: Callable[[Path], int]) -> int:
    try:
        return int(evaltui.main(standalone_mode=False, obj=open_app) or 0)
    except EvaltuiError as error:
        for line in words(error):
            note(line)
        return of_error(error)
    except click.ClickException as error:
        _say_usage(error)
        return Exit.USAGE
    except OSError as error:
        note(f"Error: {error}")
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        note("Stopped. Batches that were sent go on: `evaltui resume` takes them up, `evaltui cancel` ends them.")
        return Exit.INCOMPLETE
    except Exception:  # noqa: BLE001 else a crash would leave with 1, which says that the gate failed
        _say_fault()
        return Exit.INCOMPLETE


def _say_fault() -> None:
    for line in traceback.format_exc().splitlines():
        note(line)
    note("Error: this is a fault of evaltui itself. Nothing was decided; what was stored stays.")


def _say_usage(error: click.ClickException) -> None:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        for line in error.format_message().splitlines():
            note(line)
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        note(context.get_usage())
        note(f"`{context.command_path} --help` says more.")
    note(f"Error: {' '.join(error.format_message().split())}")
