"""`evaltui doctor`: is everything a run needs in place, and where does each setting come from?"""

import os
import shutil
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from evaltui import __version__
from evaltui.batches.claude import ClaudeEngine
from evaltui.cli.exits import Exit
from evaltui.cli.options import base_url_option, db_option, json_option
from evaltui.cli.render import as_json, out
from evaltui.domain.batch import Fault
from evaltui.domain.errors import EvaltuiError
from evaltui.loop.project import database_path
from evaltui.loop.settings import api_key, settings, use_prices
from evaltui.store.database import open_store

OLD_DAYS = 90


@click.command()
@click.option("--offline", is_flag=True, help="Do not ask the endpoint anything.")
@base_url_option
@db_option
@json_option
def doctor(base_url: str | None, db: str | None, *, offline: bool, json_: bool) -> int:
    """Check the key, the endpoint, the database and the terminal. Sends no paid request; never prints the key."""
    checks = [_program(), _key(), *_database(db), _endpoint(base_url, db, offline=offline), _prices(db), _terminal()]
    if json_:
        as_json({"checks": checks, "ok": all(check["ok"] for check in checks)})
    else:
        for check in checks:
            out(f"{'✓' if check['ok'] else '✗'} {check['name']:<10}{check['words']}")
    return Exit.PASS if all(check["ok"] for check in checks) else Exit.USAGE


def _check(name: str, words: str, *, ok: bool = True) -> dict[str, Any]:
    return {"name": name, "ok": ok, "words": words}


def _program() -> dict[str, Any]:
    version = ".".join(map(str, sys.version_info[:3]))
    return _check("program", f"evaltui {__version__} on Python {version}")


def _key() -> dict[str, Any]:
    if api_key():
        return _check("key", "ANTHROPIC_API_KEY is set (never stored, never printed)")
    return _check(
        "key", "ANTHROPIC_API_KEY is not set; needed to send, not to look. `evaltui sandbox` needs any value", ok=False
    )


def _database(db: str | None) -> list[dict[str, Any]]:
    path = database_path(Path.cwd(), db)
    if not path.exists():
        return [_check("database", f"{path} (will be made by the first run)")]
    try:
        with open_store(path):
            return [_check("database", f"{path}, {path.stat().st_size / 1e6:.1f} MB")]
    except EvaltuiError as error:
        return [_check("database", str(error), ok=False)]


def _endpoint(base_url: str | None, db: str | None, *, offline: bool) -> dict[str, Any]:
    try:
        address = settings(base_url, database_path(Path.cwd(), db)).base_url
    except EvaltuiError as error:
        return _check("endpoint", str(error), ok=False)
    words = f"{ClaudeEngine('', str(address.value)).endpoint} (from {address.origin})"
    key = api_key()
    if offline or key is None:
        return _check("endpoint", words + ", not asked")
    return _asked(words, key, str(address.value))


def _asked(words: str, key: str, url: str) -> dict[str, Any]:
    """Listing batches is free and proves address, key and permission at once."""
    with closing(ClaudeEngine(key, url)) as engine:
        answer = engine.recent(datetime.now(UTC))
    if isinstance(answer, Fault):
        return _check("endpoint", f"{words}: {'; '.join(filter(None, (answer.message, answer.advice)))}", ok=False)
    return _check("endpoint", f"{words} answers and accepts the key")


def _prices(db: str | None) -> dict[str, Any]:
    """A table that is old may be wrong: prices change."""
    try:
        table = use_prices(database_path(Path.cwd(), db))
    except EvaltuiError as error:
        return _check("prices", str(error), ok=False)
    age = (datetime.now(UTC).date() - date.fromisoformat(str(table.value))).days
    old = f", {age} days old: compare it with the provider's" if age > OLD_DAYS else ""
    return _check("prices", f"as of {table.value} ({table.origin}){old}")


def _terminal() -> dict[str, Any]:
    size = shutil.get_terminal_size()
    colour = "no colour (NO_COLOR)" if os.environ.get("NO_COLOR") else os.environ.get("COLORTERM") or "plain colour"
    return _check("terminal", f"{os.environ.get('TERM', 'unknown')}, {size.columns}×{size.lines}, {colour}")
