"""Owns the process that runs the user's tools: one JSON line in, one JSON line out. It imports nothing of evaltui.

Started as a script with the folder, the module, the memory bound and the most a reply may hold (both in bytes). The
first line out is `{}` or `{"failed", "detail"}`; each line in is `{"name", "arguments"}` and gets `{"value"}` or
`{"error", "detail"}`. Whatever the user's code prints goes to standard error; it never sees the pipes of this talk.
"""

import asyncio
import importlib
import importlib.util
import inspect
import io
import json
import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

Tool = Callable[..., Any]
Find = Callable[[str], Tool | None]
_MOST_WORDS = 4_000  # characters of an exception's message


def main(folder: str, target: str, memory: str, most: str) -> None:
    """Answer until standard input ends."""
    requests, say = _claim_pipes()
    _bound_memory(int(memory))
    try:
        find = _load(Path(folder), target)
    except BaseException as error:  # noqa: BLE001 - whatever a module does on import, the other side is told
        say(_encoded({"failed": _message(error), "detail": traceback.format_exc()}))
        return
    say(b"{}")
    with asyncio.Runner() as runner:
        while True:
            say(_reply(find, requests.get(), runner, int(most)))


def _claim_pipes() -> tuple["queue.Queue[Any]", Callable[[bytes], None]]:
    """The requests, and how to reply; from then on the user's code reads nothing and prints to standard error."""
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    requests: queue.Queue[Any] = queue.Queue()
    threading.Thread(target=_listen, args=(reader, requests), daemon=True).start()

    def say(reply: bytes) -> None:
        writer.write(reply + b"\n")
        writer.flush()

    return requests, say


def _listen(reader: io.BufferedReader, requests: "queue.Queue[Any]") -> None:
    """Reads beside the user's code, so that a call that never ends does not outlive the program that made it."""
    for line in reader:
        requests.put(json.loads(line))
    os._exit(0)


def _bound_memory(limit: int) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ImportError, ValueError, OSError):
        return  # a system without this bound


def _load(folder: Path, target: str) -> Find:
    """How to find the function behind a tool's name: one that answers all, or the module's own functions."""
    name, _, function = target.partition(":")
    sys.path.insert(0, str(folder))
    module = _from_file(folder, name) if name.endswith(".py") else importlib.import_module(name)
    if not function:
        return _tools(module).get
    dispatch = getattr(module, function, None)
    if not callable(dispatch):
        raise LookupError(f"{name} has no function {function}")
    return lambda tool: lambda **arguments: dispatch(tool, arguments)


def _from_file(folder: Path, name: str) -> ModuleType:
    """The module in a file, under its dotted name so that relative imports work; modules beside it are found too."""
    path = Path(os.path.normpath(folder / name))
    sys.path.append(str(path.parent))
    dotted = _dotted(name, path)
    spec = importlib.util.spec_from_file_location(dotted, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{name} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[dotted] = module
    spec.loader.exec_module(module)
    return module


def _dotted(name: str, path: Path) -> str:
    """`shop/tools.py` → `shop.tools`; never a name that the standard library has."""
    parts = Path(name).with_suffix("").parts
    if all(part.isidentifier() for part in parts) and parts[0] not in sys.stdlib_module_names:
        return ".".join(parts)
    return f"tools_of_{path.stem}"


def _tools(module: ModuleType) -> dict[str, Tool]:
    """Its public functions: those of `__all__`, else those defined in it; what it imports is no tool."""
    named = getattr(module, "__all__", None)
    names = [name for name in vars(module) if not name.startswith("_")] if named is None else named
    found = {name: getattr(module, name) for name in names}
    return {
        name: value
        for name, value in found.items()
        if inspect.isroutine(value) and (named is not None or value.__module__ == module.__name__)
    }


def _reply(find: Find, request: Any, runner: asyncio.Runner, most: int) -> bytes:
    name = request["name"]
    tool = find(name)
    if tool is None:
        return _encoded({"error": f"there is no tool {name!r}", "detail": ""})
    try:
        value = tool(**request["arguments"])
        value = runner.run(_awaited(value)) if inspect.isawaitable(value) else value
        reply = _written(name, value)
    except BaseException as error:  # noqa: BLE001 - whatever a tool raises is its answer
        return _encoded({"error": _message(error), "detail": traceback.format_exc()})
    if len(reply) <= most:
        return reply
    return _encoded({"error": f"{name} returned {len(reply):,} bytes; at most {most:,} are allowed", "detail": ""})


async def _awaited(value: Any) -> Any:
    return await value


def _written(name: str, value: Any) -> bytes:
    try:
        return _encoded({"value": value}, errors="strict")
    except (TypeError, ValueError, RecursionError) as error:
        kind = type(value).__name__
        return _encoded({"error": f"{name} returned a {kind} that is not JSON: {error}", "detail": ""})


def _encoded(reply: dict[str, Any], errors: str = "replace") -> bytes:
    return json.dumps(reply, allow_nan=False, ensure_ascii=False).encode(errors=errors)


def _message(error: BaseException) -> str:
    try:
        words = str(error)
    except Exception:  # noqa: BLE001 - an exception may fail at describing itself
        words = ""
    kind = type(error).__name__
    return f"{kind}: {words[:_MOST_WORDS]}" if words else kind


if __name__ == "__main__":
    main(*sys.argv[1:])
