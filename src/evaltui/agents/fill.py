"""Owns filling a template from a case: once, so that text from a case is never expanded again."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from evaltui.agents.placeholders import Placeholder, pieces

Values = Mapping[str, Any]
"""What placeholders name: `input` and the variables of a case."""
Fill = Callable[[Values], Any]
_encode = msgspec.json.Encoder(order="deterministic").encode


class AbsentError(LookupError):
    """A placeholder names nothing in the case: `at` is what its first `depth` steps lead to."""

    def __init__(self, placeholder: Placeholder, at: Any, depth: int) -> None:
        super().__init__(str(placeholder))
        self.placeholder, self.at, self.depth = placeholder, at, depth

    def known(self) -> list[str]:
        """The placeholders that would have named something at this depth."""
        prefix = self.placeholder.path[: self.depth]
        names = sorted(self.at) if isinstance(self.at, dict) else []
        return [str(Placeholder((*prefix, name))) for name in names]


def look_up(placeholder: Placeholder, values: Values) -> Any:
    """The value a placeholder names; raises AbsentError."""
    value: Any = values
    for depth, step in enumerate(placeholder.path):
        if not isinstance(value, dict) or step not in value:
            raise AbsentError(placeholder, value, depth)
        value = value[step]
    return value


def text_filler(text: str) -> Fill:
    """Fills a text; values that are not text become JSON with sorted keys and no spaces."""
    parts = [piece if isinstance(piece, str) else _text_of(piece) for piece in pieces(text)]
    if all(isinstance(part, str) for part in parts):
        whole = "".join(part for part in parts if isinstance(part, str))
        return lambda _: whole
    if len(parts) == 1 and callable(parts[0]):
        return parts[0]
    return lambda values: "".join([part if isinstance(part, str) else part(values) for part in parts])


def value_filler(template: Any) -> Fill:
    """Fills the strings anywhere in a JSON value; a string that is one placeholder becomes the value itself."""
    if isinstance(template, str):
        parts = pieces(template)
        single = parts[0] if len(parts) == 1 else None
        return _value_of(single) if isinstance(single, Placeholder) else text_filler(template)
    if isinstance(template, list):
        items = [value_filler(item) for item in template]
        return lambda values: [fill(values) for fill in items]
    if isinstance(template, dict):
        fields = [(key, value_filler(value)) for key, value in template.items()]
        return lambda values: {key: fill(values) for key, fill in fields}
    return lambda _: template


def content_filler(content: Any) -> Fill:
    """Fills the content of a message or a system prompt: text, or blocks whose `text` is text whatever fills it."""
    if isinstance(content, str):
        return text_filler(content)
    blocks = [_block_filler(block) for block in content]
    return lambda values: [fill(values) for fill in blocks]


def _block_filler(block: dict[str, Any]) -> Fill:
    fields = [
        (key, text_filler(value) if key == "text" and isinstance(value, str) else value_filler(value))
        for key, value in block.items()
    ]
    return lambda values: {key: fill(values) for key, fill in fields}


def _value_of(placeholder: Placeholder) -> Fill:
    if len(placeholder.path) > 1:
        return lambda values: look_up(placeholder, values)
    name = placeholder.path[0]

    def fill(values: Values) -> Any:
        return values[name] if name in values else look_up(placeholder, values)

    return fill


def _text_of(placeholder: Placeholder) -> Fill:
    value_of = _value_of(placeholder)

    def fill(values: Values) -> str:
        value = value_of(values)
        return value if isinstance(value, str) else _encode(value).decode()

    return fill
