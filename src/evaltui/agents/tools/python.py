"""Owns tools that are functions of the user's repository, run in a process of their own."""

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaltui.agents.tools.process import Worker
from evaltui.domain.case import Case
from evaltui.domain.text import shown
from evaltui.domain.tool import CaseFailed, ToolCall, ToolResult, content_of

START_SECONDS = 60.0  # for the module and all it imports
MOST = 8 * 1024 * 1024  # bytes of one result
_CRASH_PATIENCE = 2.0  # seconds for a process that closed its pipe to be gone


class Python:
    """`module` is a file relative to `folder`, or a dotted name; its public functions are the tools, called by keyword.

    With `:function` that one function answers every tool, called with the tool's name and its arguments. The process
    is started by the first call and kept, so what a module remembers lasts until a time-out (seconds) or a crash
    ends it. `memory_mb` bounds its address space where the system can.
    """

    effects = True

    def __init__(self, folder: Path, *, module: str, timeout: float = 10.0, memory_mb: int = 512) -> None:
        self._folder, self._module, self._timeout = folder.absolute(), module, timeout
        self._memory = memory_mb * 1024 * 1024
        self._worker: Worker | None = None
        self._failed: CaseFailed | None = None
        self._lock = threading.Lock()

    def answer(self, call: ToolCall, case: Case, earlier: Sequence[ToolCall]) -> ToolResult | CaseFailed:  # noqa: ARG002 - a function sees its arguments only
        """What the function returns; what it raises, and a process that ends, are error results."""
        try:
            request = json.dumps({"name": call.name, "arguments": call.arguments}).encode()
        except RecursionError:
            return ToolResult("the arguments are nested too deep", is_error=True)
        if not isinstance(call.arguments, dict):
            return ToolResult("the arguments must be an object", is_error=True)
        with self._lock:
            worker = self._running()
            return worker if isinstance(worker, CaseFailed) else self._ask(worker, call.name, request)

    def tools(self) -> CaseFailed | None:
        """None: agent.yaml defines them; CaseFailed when the module cannot be loaded."""
        with self._lock:
            worker = self._running()
            return worker if isinstance(worker, CaseFailed) else None

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()
            self._failed = None

    def _ask(self, worker: Worker, name: str, request: bytes) -> ToolResult:
        try:
            return _result(worker.ask(request, self._timeout))
        except TimeoutError:
            _, said = self._stop()
            words = f"{shown(name)} took longer than {self._timeout:g} s and was stopped"
        except EOFError:
            how, said = self._stop(_CRASH_PATIENCE)
            words = f"{shown(name)} ended the process it ran in ({how})"
        return ToolResult(words, is_error=True, detail=said)

    def _running(self) -> Worker | CaseFailed:
        """The process, started if there is none; a module that does not load is not tried again for every case."""
        if self._failed is not None:
            return self._failed
        if self._worker is None or not self._worker.alive:
            self._stop()
            self._failed = self._start()
        return self._failed or self._alive()

    def _start(self) -> CaseFailed | None:
        try:
            self._worker = Worker(self._folder, self._module, self._memory, MOST)
            reply = self._worker.reply(START_SECONDS)
        except TimeoutError:
            return self._unloaded(f"it took longer than {START_SECONDS:g} s", self._stop()[1])
        except EOFError:
            return self._unloaded(*self._stop(_CRASH_PATIENCE))
        except OSError as error:
            return self._unloaded(str(error), "")
        if "failed" not in reply:
            return None
        self._stop()
        return self._unloaded(reply["failed"], reply["detail"])

    def _unloaded(self, why: str, detail: str) -> CaseFailed:
        return CaseFailed(f"the tools in {self._module} cannot be loaded: {why}", detail)

    def _alive(self) -> Worker:
        assert self._worker is not None, "started without a failure"  # noqa: S101 - for the type checker
        return self._worker

    def _stop(self, patience: float = 0.0) -> tuple[str, str]:
        worker, self._worker = self._worker, None
        return worker.end(patience) if worker else ("", "")


def _result(reply: dict[str, Any]) -> ToolResult:
    if "error" in reply:
        return ToolResult(reply["error"], is_error=True, detail=reply["detail"])
    return ToolResult(content_of(reply["value"]))
