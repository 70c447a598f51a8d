"""Asks tool backends as the loop does, and closes them all at the end."""

import os
import select
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.tool import CaseFailed, ToolBackend, ToolCall, ToolResult

CASE = Case(id="c", input="x")


class Asking:
    def __init__(self) -> None:
        self._all: list[ToolBackend] = []

    def __call__(self, backend: ToolBackend, name: str, **arguments: Any) -> ToolResult:
        """The result of a call."""
        self._all.append(backend)
        found = backend.answer(ToolCall("toolu_1", name, arguments), CASE, ())
        assert isinstance(found, ToolResult), found
        return found

    def error(self, backend: ToolBackend, name: str, **arguments: Any) -> str:
        """The words of a result that is an error."""
        found = self(backend, name, **arguments)
        assert found.is_error and isinstance(found.content, str), found
        return found.content

    def failure(self, backend: ToolBackend) -> CaseFailed:
        """Why a backend cannot start: said before anything is sent and, all the same, to every case."""
        self._all.append(backend)
        found = backend.tools()
        assert isinstance(found, CaseFailed), found
        assert backend.answer(ToolCall("toolu_1", "add", {}), CASE, ()) == found
        return found

    def close(self) -> None:
        for backend in self._all:
            backend.close()


def ends(process: int, seconds: float = 30.0) -> bool:
    """Whether a process ends within the time; waits on the process itself."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)
