"""Owns a prompt fully understood: options, answer shape, value readers and rules, parsed once per distinct prompt."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from evaltui.sandbox.lexical import options as option_list
from evaltui.sandbox.lexical.injection import resists
from evaltui.sandbox.lexical.match import Matcher, Option
from evaltui.sandbox.lexical.outline import Outline, outline
from evaltui.sandbox.lexical.replies import ReplyRules, reply_rules
from evaltui.sandbox.lexical.rules import Choices, choices
from evaltui.sandbox.lexical.shape import Key, Shape, shape
from evaltui.sandbox.lexical.values import Reader, reader
from evaltui.sandbox.lexical.words import sentences, stems, table, words

_ROUTE_KEYS = table("route label category intent class classification topic queue department team type choice")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model takes from the instructions; `route_key` names the key that holds the chosen option."""

    outline: Outline
    shape: Shape
    options: tuple[Option, ...]
    matcher: Matcher
    choices: Choices
    replies: ReplyRules
    route_key: str
    resists: bool
    null: bool
    readers: Mapping[str, Reader] = field(default_factory=dict)
    topics: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the options in the prompt's order."""
        return tuple(option.name for option in self.options)


@lru_cache(maxsize=256)
def understood(text: str, schema: str, pairs: tuple[tuple[str, str], ...]) -> Prompt:
    """Parse instructions, an output schema as JSON text (empty for none) and few-shot pairs."""
    read = outline(text)
    form = shape(text, read, json.loads(schema) if schema else None)
    found = option_list.find(text, read, form.keys, pairs)
    names = tuple(option.name for option in found)
    rules = _apart_from_options(read, names)
    return Prompt(
        outline=read,
        shape=form,
        options=found,
        matcher=Matcher(found),
        choices=choices(rules, names),
        replies=reply_rules(rules, form.keys, names),
        route_key=_route_key(form.keys, names),
        resists=resists(rules),
        null="null" in text or any(key.nullable for key in form.keys),
        readers={key.name: reader(key, read.sentences) for key in form.keys if not key.prose},
        topics={one.name: frozenset(stems(" ".join((one.name, one.description, *one.examples)))) for one in found},
    )


def _apart_from_options(read: Outline, names: tuple[str, ...]) -> tuple[str, ...]:
    """Sentences that are not part of an option's own description: only those can be rules."""
    owned = {
        sentence
        for group in read.groups
        for item in group.items
        if option_list.name_of(item.text) in names
        for text in (item.text, *item.children)
        for sentence in sentences(text)
    }
    return tuple(sentence for sentence in read.sentences if sentence not in owned)


def _route_key(keys: tuple[Key, ...], names: tuple[str, ...]) -> str:
    limited = next((key.name for key in keys if key.choices and set(key.choices) == set(names)), "")
    return limited or next((key.name for key in keys if names and _ROUTE_KEYS & set(words(key.name))), "")
