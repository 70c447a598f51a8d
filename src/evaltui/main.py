"""The composition root: picks the front end. A folder, or nothing, opens the app; every other word is a command."""

import sys
from pathlib import Path


def main() -> None:
    """Run what was asked for; its exit code is the process's."""
    words = sys.argv[1:]
    if _opens(words) and _on_terminal():
        sys.exit(open_app(Path(words[0] if words else ".").absolute()))
    if len(words) == 1 and "/" in words[0] and not Path(words[0]).is_dir():
        print(f"Error: there is no folder {words[0]!r}", file=sys.stderr)  # noqa: T201 - before there is a front end
        sys.exit(2)
    from evaltui.cli.app import run

    run(open_app)


def open_app(folder: Path) -> int:
    """The app on a project folder; nothing of it is imported before."""
    from evaltui.domain.errors import EvaltuiError
    from evaltui.tui.start import DEMO
    from evaltui.tui.start import open_app as opened

    try:
        code = opened(folder)
    except EvaltuiError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201 - before there is a front end
        return 2
    return _demo() if code == DEMO else code


def _demo() -> int:
    """The demo instead, as if it had been asked for on the command line."""
    from evaltui.cli.app import run

    sys.argv[1:] = ["demo"]
    run(open_app)
    return 0


def _opens(words: list[str]) -> bool:
    """A command wins over a folder of its name, which `./NAME` still opens."""
    return not words or (len(words) == 1 and Path(words[0]).is_dir() and not _is_command(words[0]))


def _is_command(word: str) -> bool:
    from evaltui.cli.app import COMMANDS

    return word in COMMANDS


def _on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
