"""Opening the file safely, refusing with words, transactions."""

import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from evaltui.domain.errors import DatabaseRefused
from evaltui.store.database import open_store, synced
from evaltui.store.migrate import VERSION


def insert_migration(store, version):
    store.connection.execute("INSERT INTO migrations VALUES (?, 'a test', 'now')", (version,))


def versions(store):
    return [row[0] for row in store.connection.execute("SELECT version FROM migrations ORDER BY version")]


def test_opening_a_new_path_makes_its_folder_and_file(path):
    with open_store(path) as store:
        assert store.path == path
        pragma = {
            name: store.connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "page_size", "busy_timeout", "synchronous")
        }
    assert pragma == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "page_size": 8192,
        "busy_timeout": 30_000,
        "synchronous": 1,
    }


def test_a_second_opening_finds_what_the_first_kept(path):
    with open_store(path) as store, store.transaction():
        insert_migration(store, 77)
    with open_store(path) as store:
        assert 77 in versions(store)


def test_a_file_of_a_newer_program_is_refused_and_left_alone(path):
    with open_store(path) as store:
        store.connection.execute("PRAGMA user_version = 99")
    with pytest.raises(DatabaseRefused, match=r"newer evaltui \(format 99, .*upgrade"):
        open_store(path)
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (99,)
    raw.close()


def test_a_database_of_another_program_is_refused_and_left_alone(path):
    path.parent.mkdir()
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE recipes (name TEXT)")
    raw.commit()
    raw.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseRefused, match="database of another program; choose another file with --db"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(path):
    path.parent.mkdir()
    path.write_text("id: case-1\n" * 1000)
    with pytest.raises(DatabaseRefused, match="not a database"):
        open_store(path)
    assert path.read_text() == "id: case-1\n" * 1000


def test_a_damaged_file_is_refused_with_what_to_do(path):
    open_store(path).close()
    damaged = bytearray(path.read_bytes())
    damaged[100:8192] = os.urandom(8092)
    path.write_bytes(damaged)
    with pytest.raises(DatabaseRefused, match="damaged: restore a copy"):
        open_store(path)


def test_damage_met_while_reading_is_told_in_the_same_words(path):
    with open_store(path) as store:
        root = store.connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'migrations'").fetchone()[0]
    damaged = bytearray(path.read_bytes())
    damaged[(root - 1) * 8192 : root * 8192] = os.urandom(8192)
    path.write_bytes(damaged)
    with pytest.raises(DatabaseRefused, match="damaged: restore a copy"), open_store(path) as store:
        versions(store)


def test_a_bug_of_ours_is_not_blamed_on_the_file(path):
    with pytest.raises(sqlite3.IntegrityError), open_store(path) as store:
        insert_migration(store, 1)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    with pytest.raises(DatabaseRefused, match="is not a file"):
        open_store(tmp_path)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "state").write_text("")
    with pytest.raises(DatabaseRefused, match="folder cannot be made"):
        open_store(tmp_path / "state" / "evaltui.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_file_is_refused(path):
    open_store(path).close()
    path.chmod(0o444)
    with pytest.raises(DatabaseRefused, match="cannot be written"):
        open_store(path)


def test_a_transaction_is_kept_together_or_not_at_all(store):
    with pytest.raises(ZeroDivisionError), store.transaction():
        insert_migration(store, 50)
        1 / 0  # noqa: B018 - the failure under test
    assert 50 not in versions(store)
    with store.transaction():
        insert_migration(store, 51)
    assert 51 in versions(store)


@pytest.mark.parametrize("inner", ["transaction", "synced"])
def test_a_transaction_inside_a_transaction_is_a_clear_error(store, inner):
    with store.transaction():
        with (
            pytest.raises(RuntimeError, match="do not nest"),
            synced(store) if inner == "synced" else store.transaction(),
        ):
            pass
        insert_migration(store, 52)
    assert 52 in versions(store)


def test_a_synced_transaction_runs_with_full_synchronisation_and_only_it(store):
    def level():
        return store.connection.execute("PRAGMA synchronous").fetchone()[0]

    with synced(store):
        assert level() == 2
    assert level() == 1
    with pytest.raises(ZeroDivisionError), synced(store):
        1 / 0  # noqa: B018 - the failure under test
    assert level() == 1


def test_two_threads_write_one_after_the_other(path):
    open_store(path).close()
    started = threading.Barrier(2)

    def write(first):
        with open_store(path) as store:
            started.wait()
            for version in range(first, first + 20):
                with store.transaction():
                    insert_migration(store, version)

    threads = [threading.Thread(target=write, args=(first,)) for first in (100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_store(path) as store:
        assert versions(store) == [*range(1, VERSION + 1), *range(100, 120), *range(200, 220)]


OPEN_AND_WRITE = """
import sys
from pathlib import Path
from evaltui.store.database import open_store
first = int(sys.argv[2])
with open_store(Path(sys.argv[1])) as store:
    for version in range(first, first + 20):
        with store.transaction():
            store.connection.execute("INSERT INTO migrations VALUES (?, 'a test', 'now')", (version,))
"""


def test_several_processes_may_create_and_write_the_same_file(path):
    path.parent.mkdir()
    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN_AND_WRITE, str(path), str(first)]) for first in (100, 200, 300)
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]
    with open_store(path) as store:
        assert versions(store) == [*range(1, VERSION + 1), *range(100, 120), *range(200, 220), *range(300, 320)]


def test_opening_a_current_file_imports_no_schema_tool(path):
    open_store(path).close()
    script = (
        "import sys; from pathlib import Path; from evaltui.store.database import open_store\n"
        "open_store(Path(sys.argv[1])).close(); print('sqlite_utils' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert shown.stdout == "False\n"


def test_a_path_with_odd_characters_is_an_ordinary_path(tmp_path):
    odd = tmp_path / "100% sure? #1 été" / "evaltui.db"
    with open_store(odd):
        assert odd.is_file()
    assert isinstance(odd, Path)
