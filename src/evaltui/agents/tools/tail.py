"""Owns the last words of a process we started: its standard error, drained so that it never blocks nor is shown."""

import os
import threading

_MOST = 8_192  # bytes kept
_PATIENCE = 1.0  # seconds; a grandchild may hold the pipe open for ever


class Tail:
    """A pipe to hand to one process as its standard error: `writer` until it has started, then `started()`."""

    def __init__(self) -> None:
        reader, writer = os.pipe()
        self.writer = os.fdopen(writer, "w", encoding="utf-8")
        self._kept = b""
        self._thread = threading.Thread(target=self._drain, args=(reader,), daemon=True)
        self._thread.start()

    def started(self) -> None:
        """The process has the pipe; our end is closed so that the pipe ends with it."""
        self.writer.close()

    def said(self) -> str:
        """The end of what an ended process said."""
        self.started()
        self._thread.join(_PATIENCE)
        return self._kept.decode("utf-8", "replace").strip()

    def _drain(self, reader: int) -> None:
        while chunk := os.read(reader, _MOST):
            self._kept = (self._kept + chunk)[-_MOST:]
        os.close(reader)
