"""Owns whether the terminal is still there: of one that hung up Textual reads nothing for ever, on a whole core."""

import select
import sys


def hung_up() -> bool:
    """Whether nobody is at the other end of standard input any more; False where that cannot be told."""
    if not hasattr(select, "poll") or sys.__stdin__ is None:
        return False
    line = select.poll()
    line.register(sys.__stdin__.fileno(), 0)  # a hang-up is told unasked
    return any(state & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, state in line.poll(0))
