"""Owns tools that a Model Context Protocol server offers: which they are called for the model, and their answers."""

import json
import os
import re
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evaltui.agents.tools.content import tool_content
from evaltui.agents.tools.session import Session, SessionError
from evaltui.domain.case import Case
from evaltui.domain.text import did_you_mean, shown
from evaltui.domain.tool import Block, CaseFailed, ToolCall, ToolResult

START_SECONDS = 60.0
MOST = 8 * 1024 * 1024  # bytes of one result
_FOREIGN = re.compile(r"[^a-zA-Z0-9_-]")
_LONGEST = 128  # characters of a tool's name


class Mcp:
    """`command` is started in `folder` by the first question and kept, until a time-out (seconds) or a crash ends it.

    `python` is the interpreter evaltui runs on. The server sees the SDK's short list of harmless variables and `env`,
    where `$NAME` is taken from our environment when the server starts, so that no secret is ever written down.
    """

    effects = True

    def __init__(
        self, folder: Path, *, command: Sequence[str], timeout: float = 20.0, env: Mapping[str, str] | None = None
    ) -> None:
        self._folder, self._command, self._timeout, self._env = folder.absolute(), list(command), timeout, env or {}
        self._session: Session | None = None
        self._listed: dict[str, dict[str, Any]] = {}
        self._failed: CaseFailed | None = None
        self._lock = threading.Lock()

    def answer(self, call: ToolCall, case: Case, earlier: Sequence[ToolCall]) -> ToolResult | CaseFailed:  # noqa: ARG002 - a server sees the arguments only
        """What the server answers; refusals, time-outs and crashes are error results."""
        if not isinstance(call.arguments, dict):
            return ToolResult("the arguments must be an object", is_error=True)
        with self._lock:
            session = self._running()
            return session if isinstance(session, CaseFailed) else self._ask(session, call)

    def tools(self) -> list[Block] | CaseFailed:
        """The definitions of every tool of the server, in its order."""
        with self._lock:
            session = self._running()
            return session if isinstance(session, CaseFailed) else list(map(_definition, self._listed.items()))

    def close(self) -> None:
        """Stop the server."""
        with self._lock:
            self._stop()
            self._failed = None

    def _ask(self, session: Session, call: ToolCall) -> ToolResult:
        if call.name not in self._listed:
            return ToolResult(self._unknown(call.name), is_error=True)
        try:
            result = session.call(self._listed[call.name]["name"], call.arguments, self._timeout)
        except TimeoutError:
            words = f"{call.name} took longer than {self._timeout:g} s and was stopped"
            return ToolResult(words, is_error=True, detail=self._stop())
        except SessionError as error:
            return self._refused(call.name, error)
        return _result(call.name, result)

    def _refused(self, name: str, error: SessionError) -> ToolResult:
        """A refusal concerns one call; a connection that is lost ends the server, and the next call starts another."""
        if error.lost:
            return ToolResult(f"the server of {name} stopped", is_error=True, detail=self._stop() or str(error))
        return ToolResult(f"{name} failed: {error}", is_error=True)

    def _unknown(self, name: str) -> str:
        hint = did_you_mean(name, self._listed)
        return f"there is no tool {shown(name)}; there are: {', '.join(self._listed)}" + (f"; {hint}" if hint else "")

    def _running(self) -> Session | CaseFailed:
        """The server, started if there is none; one that cannot start is not tried again for every case."""
        if self._failed is None and self._session is None:
            self._failed = self._start()
        return self._failed or self._started()

    def _start(self) -> CaseFailed | None:
        absent = [value[1:] for value in self._env.values() if value.startswith("$") and value[1:] not in os.environ]
        if absent:
            return self._unstarted(f"the environment has no {', '.join(absent)}")
        env = {key: os.environ[value[1:]] if value.startswith("$") else value for key, value in self._env.items()}
        try:
            self._session = Session(_command(self._command), env, self._folder, START_SECONDS)
            return self._listen(self._session)
        except (SessionError, TimeoutError) as error:
            said = self._stop()
            return self._unstarted(str(error) or "it lists no tools in time", getattr(error, "detail", "") or said)

    def _listen(self, session: Session) -> CaseFailed | None:
        """Learn the tools; two that would have one name for the model cannot be told apart."""
        tools = session.listing(START_SECONDS)
        self._listed = {_FOREIGN.sub("_", tool["name"])[:_LONGEST]: tool for tool in tools}
        if len(self._listed) == len(tools):
            return None
        self._stop()
        return self._unstarted("two of its tools have names that differ only in characters the API does not take")

    def _unstarted(self, why: str, detail: str = "") -> CaseFailed:
        last = shown(detail.splitlines()[-1], 200) if detail else ""
        words = f"the MCP server `{' '.join(self._command)}` cannot be used: {why}"
        return CaseFailed(f"{words}; it said: {last}" if last else words, detail)

    def _started(self) -> Session:
        assert self._session is not None, "started without a failure"  # noqa: S101 - for the type checker
        return self._session

    def _stop(self) -> str:
        session, self._session = self._session, None
        return session.end() if session else ""


def _command(written: Sequence[str]) -> list[str]:
    return [sys.executable, *written[1:]] if written[0] == "python" else list(written)


def _definition(listed: tuple[str, dict[str, Any]]) -> Block:
    name, tool = listed
    described = {"description": tool["description"]} if tool.get("description") else {}
    return {"name": name, **described, "input_schema": {"type": "object"} | tool["inputSchema"]}


def _result(name: str, result: Mapping[str, Any]) -> ToolResult:
    content = tool_content(result)
    size = len(content if isinstance(content, str) else json.dumps(content))
    if size > MOST:
        return ToolResult(f"{name} returned {size:,} bytes; at most {MOST:,} are allowed", is_error=True)
    return ToolResult(content, bool(result.get("isError")))
