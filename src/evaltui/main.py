"""The composition root: picks the front end."""


def main() -> None:
    """Run the command line; its exit code is the process's."""
    from evaltui.cli.app import run

    run()
