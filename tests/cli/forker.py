"""One process that has loaded the program and forks a fresh one for every call: a second of imports is paid once.

Reads orders as JSON lines, answers with the exit code of each. Started by `tests.cli.program`.
"""

import importlib
import json
import os
import pkgutil
import sys
import traceback
from typing import Any

import evaltui.cli.commands
from evaltui.cli.app import run
from evaltui.main import open_app

LAZY = ("anthropic", "httpx2", "numpy", "scipy.special", "filelock", "sqlite_utils", "regex", "jsonschema")


def main() -> None:
    for module in pkgutil.iter_modules(evaltui.cli.commands.__path__, "evaltui.cli.commands."):
        importlib.import_module(module.name)
    for name in LAZY:
        importlib.import_module(name)
    for line in sys.stdin:
        print(obey(json.loads(line)), flush=True)


def obey(order: dict[str, Any]) -> int:
    child = os.fork()
    if not child:
        become(order)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def become(order: dict[str, Any]) -> None:
    code = 70
    try:
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        for number, name in enumerate(order["files"]):
            os.dup2(os.open(name, os.O_RDWR), number)
        sys.stdin, sys.stdout = open(0), open(1, "w", encoding="utf-8")  # noqa: SIM115 they last as long as the process
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1)  # noqa: SIM115 the same
        sys.argv = ["evaltui", *order["words"]]
        run(open_app)
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    except BaseException:  # noqa: BLE001 whatever it is must be seen, and must not come back to the parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
