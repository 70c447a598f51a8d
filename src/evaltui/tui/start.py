"""Owns opening the app on a project folder, with the person's settings."""

from pathlib import Path

DEMO = -1
"""What `open_app` returns when the person wants the demo: whoever may start the sandbox opens it."""


def open_app(folder: Path, database: str | None = None, view: str = "") -> int:
    """Run the app until the person leaves it; the exit code, or DEMO."""
    from evaltui.loop.project import database_path, project_folder
    from evaltui.tui.app import EvalApp
    from evaltui.tui.keys import Keys

    path = database_path(folder, database)
    chosen = _settings(path)
    app = EvalApp(path, project_folder(folder) or folder, keys=Keys(chosen[0]), theme=chosen[1], view=view)
    result = app.run()
    return app.return_code or result or 0


def _settings(path: Path) -> tuple[dict[str, str], str]:
    """Keys and theme; reading a settings file costs imports, so only where there is one."""
    from evaltui.loop.project import settings_paths

    if not any(file.is_file() for file in settings_paths(path)):
        return {}, ""
    from evaltui.loop.settings import app_settings

    found = app_settings(path)
    return found.keys, found.theme
