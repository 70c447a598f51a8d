"""Owns the file: opening it safely or refusing with words, and transactions on it.

A Store belongs to the thread that opened it and is meant to be short-lived:

    with open_store(path) as store, store.transaction():
        ...
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from evaltui.domain.errors import Busy, DatabaseRefused, EvaltuiError
from evaltui.store.migrate import APPLICATION_ID, VERSION, migrate

BUSY_SECONDS = 30
PAGE_BYTES = 8192
CACHE_KIBIBYTES = 16_384
"""Enough for the indexes of 100,000 requests: results come in any order and would write each page many times."""
LOOKING_KIBIBYTES = 2_048
"""Enough for who only looks, several at once: the pages are in the machine's own cache as well."""
LOG_BYTES = 32_000_000
"""What the write-ahead log is cut back to after a large transaction."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open database; `connection` is for the modules of this package only."""

    path: Path
    connection: sqlite3.Connection

    def close(self) -> None:
        """Release the file; closing twice is harmless."""
        self.connection.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, _BUGS):
            raise _in_words(self.path, error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is kept together or not at all; it cannot be opened inside itself."""
        self.require_idle()
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            _roll_back(self.connection)
            raise

    def require_idle(self) -> None:
        """Raises RuntimeError inside a transaction: what follows must be kept on its own."""
        if self.connection.in_transaction:
            raise RuntimeError("this store is in a transaction already: transactions do not nest")


_BUGS = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.NotSupportedError)


def data_version(store: Store) -> int:
    """A number that changes whenever another connection, of this process or any, has committed something."""
    return int(store.connection.execute("PRAGMA data_version").fetchone()[0])


@contextmanager
def synced(store: Store) -> Iterator[None]:
    """A transaction that has reached the disk, with all that was committed before it, when it returns."""
    store.require_idle()
    store.connection.execute("PRAGMA synchronous = FULL")
    try:
        with store.transaction():
            yield
    finally:
        store.connection.execute("PRAGMA synchronous = NORMAL")


def open_store(path: Path, cache: int = CACHE_KIBIBYTES) -> Store:
    """Open `path`, creating folder and file when absent and bringing an older file up to date.

    `cache`: the most KiB of pages that are held.

    Raises DatabaseRefused when the file cannot be used safely, Busy when another process holds it too long.
    """
    _prepare(path)
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    except sqlite3.Error as error:
        raise _in_words(path, error) from error
    try:
        _examine(path, connection, cache)
    except sqlite3.Error as error:
        connection.close()
        raise _in_words(path, error) from error
    except BaseException:
        connection.close()
        raise
    return Store(path, connection)


def _roll_back(connection: sqlite3.Connection) -> None:
    # SQLite rolls back by itself on some errors (a full disk); a second ROLLBACK would hide the first error.
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _prepare(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror
        raise DatabaseRefused(f"{path}: its folder cannot be made: {why}; choose another with --db") from error
    if path.exists() and not path.is_file():
        raise DatabaseRefused(f"{path}: is not a file; choose another with --db")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise DatabaseRefused(f"{path}: cannot be written; give yourself write permission or choose another with --db")


def _examine(path: Path, connection: sqlite3.Connection, cache: int) -> None:
    found = _version(path, connection)
    if found < VERSION:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
        migrate(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{cache}")
    connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")


def _version(path: Path, connection: sqlite3.Connection) -> int:
    """The version of the file's schema, 0 for a new file; raises DatabaseRefused for a file that is not ours."""
    owner, version, tables = connection.execute(_IDENTITY).fetchone()
    if owner == APPLICATION_ID and version > VERSION:
        formats = f"format {version}, this program reads up to {VERSION}"
        raise DatabaseRefused(f"{path}: written by a newer evaltui ({formats}); upgrade evaltui")
    if owner != APPLICATION_ID and (owner or version or tables):
        raise DatabaseRefused(f"{path}: is a database of another program; choose another file with --db")
    return int(version)


# One statement, so that another process that migrates meanwhile is seen before or after, never half-way.
_IDENTITY = """
    SELECT owner.application_id, format.user_version, (SELECT count(*) FROM sqlite_master)
    FROM pragma_application_id AS owner, pragma_user_version AS format
"""


def _in_words(path: Path, error: sqlite3.Error) -> EvaltuiError:
    said = str(error)
    if "locked" in said or "busy" in said:
        return Busy(f"{path}: another process has been writing for over {BUSY_SECONDS} s; try again when it is done")
    advice = next((advice for sign, advice in _ADVICE.items() if sign in said), "check the disk and its permissions")
    return DatabaseRefused(f"{path}: {said}; {advice}")


_ADVICE = {
    "not a database": "choose another file with --db",
    "malformed": "the file is damaged: restore a copy, or recover what is left with the `.recover` command of sqlite3",
    "readonly": "give yourself write permission to the file and its folder, or choose another with --db",
    "unable to open": "give yourself write permission to the file and its folder, or choose another with --db",
    "full": "free some space; nothing of the last step was kept",
}
