"""Small checkers for JSON shapes that complain in the API's words.

A checker takes a value and where it stands (`messages.0.content`) and yields problems. They are lazy:
only the first problem is ever reported, so a later check may rely on the earlier ones.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Problems = Iterator[str]
Checker = Callable[[Any, str], Problems]


def anything(_value: Any, _where: str) -> Problems:
    return iter(())


def string(value: Any, where: str) -> Problems:
    if not isinstance(value, str):
        yield f"{where}: Input should be a valid string"


def boolean(value: Any, where: str) -> Problems:
    if not isinstance(value, bool):
        yield f"{where}: Input should be a valid boolean"


def mapping(value: Any, where: str) -> Problems:
    if not isinstance(value, dict):
        yield f"{where}: Input should be a valid dictionary"


def integer(least: int | None = None) -> Checker:
    def check(value: Any, where: str) -> Problems:
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"{where}: Input should be a valid integer"
        elif least is not None and value < least:
            yield f"{where}: Input should be greater than or equal to {least}"

    return check


def number(least: float, most: float) -> Checker:
    def check(value: Any, where: str) -> Problems:
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield f"{where}: Input should be a valid number"
        elif not least <= value <= most:
            bound = f"greater than or equal to {least:g}" if value < least else f"less than or equal to {most:g}"
            yield f"{where}: Input should be {bound}"

    return check


def one_of(*allowed: str) -> Checker:
    *most, last = (repr(value) for value in allowed)
    words = f"{', '.join(most)} or {last}" if most else last

    def check(value: Any, where: str) -> Problems:
        if value not in allowed:
            yield f"{where}: Input should be {words}"

    return check


def optional(check: Checker) -> Checker:
    """`null` is fine, too."""
    return lambda value, where: anything(value, where) if value is None else check(value, where)


def each(check: Checker) -> Checker:
    def check_all(value: Any, where: str) -> Problems:
        if not isinstance(value, list):
            yield f"{where}: Input should be a valid list"
            return
        for index, element in enumerate(value):
            yield from check(element, f"{where}.{index}")

    return check_all


def text_or(check: Checker) -> Checker:
    """A plain string, or whatever `check` takes."""
    return lambda value, where: anything(value, where) if isinstance(value, str) else check(value, where)


def record(required: Mapping[str, Checker], others: Mapping[str, Checker] | None = None) -> Checker:
    """An object with all of `required`, any of `others`, and nothing else."""
    known = {**required, **(others or {})}

    def check(value: Any, where: str) -> Problems:
        if not isinstance(value, dict):
            yield f"{where}: Input should be a valid dictionary or object to extract fields from"
            return
        yield from (f"{inside(where, name)}: Field required" for name in required if name not in value)
        yield from (f"{inside(where, name)}: Extra inputs are not permitted" for name in value if name not in known)
        for name, element in value.items():
            yield from known[name](element, inside(where, name))

    return check


def tagged(shapes: Mapping[str, Checker]) -> Checker:
    """An object whose `type` names its shape."""
    tags = ", ".join(f"'{tag}'" for tag in shapes)

    def check(value: Any, where: str) -> Problems:
        yield from mapping(value, where)
        if "type" not in value:
            yield f"{where}: Unable to extract tag using discriminator 'type'"
            return
        if not isinstance(tag := value["type"], str) or tag not in shapes:
            yield f"{where}: Input tag '{tag}' found using 'type' does not match any of the expected tags: {tags}"
            return
        yield from shapes[tag](value, f"{where}.{tag}")

    return check


def inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
