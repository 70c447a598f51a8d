"""Owns how a reader of foreign records tells what it could not take as it stood: where, what, what is allowed."""

from collections.abc import Callable
from dataclasses import replace

from evaltui.domain.problem import Problem
from evaltui.domain.text import found

Report = Callable[[Problem], None]


def error(field: str, message: str, value: object = None, allowed: str = "", hint: str = "") -> Problem:
    """What makes a record unusable; the file and the line are added by who knows them."""
    return Problem("", 0, field, message, "" if value is None else found(value), allowed, hint)


def warning(field: str, message: str, value: object = None, hint: str = "") -> Problem:
    """What was taken in a way that a person should know of."""
    return replace(error(field, message, value, hint=hint), severity="warning")
