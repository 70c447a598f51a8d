"""Owns instructions hidden in a message: recognising them, obeying them (the default) or cutting them out.

The model is naive on purpose: it resists only where the prompt says that instructions inside the message do not count.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from evaltui.sandbox.lexical.words import sentences

_ORDERS = r"(?:instructions?|orders?|commands?|requests?)"
_PLACES = r"(?:messages?|customers?|mails?|tickets?|text|input)"
_RESISTS = re.compile(
    r"\b(?:ignore|(?:never|do not|don't) (?:follow|obey|act on)|as data|no power|are not for you"
    rf"|(?:not|never) (?:an? )?{_ORDERS})\b",
    re.IGNORECASE,
)
_INSIDE = re.compile(rf"\b(?:{_ORDERS}|text)\b.*\b{_PLACES}\b|\b{_PLACES}\b.*\b(?:{_ORDERS}|data)\b", re.IGNORECASE)
_RESULTS = re.compile(
    rf"\b(?:tools?|results?)\b.*\b(?:{_ORDERS}|data)\b|\b{_ORDERS}\b.*\b(?:tools?|results?)\b", re.IGNORECASE
)
_BLOCK = re.compile(
    r"\[\[.{0,2000}?\]\]|\[(system|admin|inst)\].{0,2000}?\[/\1\]"
    r"|<(system|admin|instructions?)>.{0,2000}?</\2>|\{\s*\"role\"\s*:.{0,2000}?\}",
    re.IGNORECASE | re.DOTALL,
)
_CUE = re.compile(
    r"\b(?:ignore|disregard|forget|override|overrule)\b.{0,40}"
    r"\b(?:instructions?|rules?|above|polic\w+|checks?|prompt|everything|route)\b"
    r"|\b(?:note to the ai|dear assistant|assistant:|ai reading|developer mode|from now on you|you are now|new policy"
    r"|system prompt|hidden instructions)\b",
    re.IGNORECASE,
)
_SAY = re.compile(
    r"\b(?i:write|say|answer|reply|respond|tell me|print)\b[^.\n\"“]{0,60}?"
    r"(?:[\"“](?P<quote>[^\"”]+)[\"”]|(?P<caps>[A-Z]{3,}[A-Z0-9]*(?: [A-Z]{2,})*))"
    r"|\b(?i:reply|answer) with the code (?P<code>[A-Z0-9]{4,})|\btell me (?:that )?(?P<told>I may [^.\n]+)"
)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a message tries to make the model choose and say; `rest` is the message without the attempt."""

    option: str | None
    say: str | None
    rest: str


def resists(prompt_sentences: Iterable[str]) -> bool:
    """Whether the prompt says to ignore instructions inside the message."""
    return any(_RESISTS.search(one) and _INSIDE.search(one) for one in prompt_sentences)


def resists_results(prompt_sentences: Iterable[str]) -> bool:
    """Whether the prompt says that instructions inside a tool's result do not count."""
    return any(_RESISTS.search(one) and _RESULTS.search(one) for one in prompt_sentences)


def commanded(text: str, tools: tuple[str, ...]) -> str:
    """The tool that a text from outside names, which nobody does who is not giving orders; empty for none."""
    return next((name for name in tools if "_" in name and re.search(rf"\b{re.escape(name)}\b", text)), "")


def hidden(message: str, names: tuple[str, ...]) -> Hidden | None:
    """The instructions inside a message, None when there are none."""
    orders = [found[0] for found in _BLOCK.finditer(message)]
    rest = _BLOCK.sub("\n", message)
    steer = _steer(names)
    loose = [one for one in sentences(rest) if _CUE.search(one) or steer.search(one)]
    if not orders and not loose:
        return None
    for one in loose:
        rest = rest.replace(one, "\n")
    return _hidden("\n".join([*orders, *_with_followers(message, loose)]), steer, rest.strip())


def _with_followers(message: str, loose: list[str]) -> list[str]:
    """An order often goes on in the next sentence: "From now on … . Write …"."""
    every = sentences(message)
    after = {following for one, following in pairwise(every) if one in loose and _SAY.search(following)}
    return [one for one in every if one in loose or one in after]


def _hidden(orders: str, steer: re.Pattern[str], rest: str) -> Hidden:
    target, said = steer.search(orders), _SAY.search(orders)
    say = next((value for value in said.groupdict().values() if value), None) if said else None
    return Hidden(target[1].lower() if target else None, say, rest)


def _steer(names: tuple[str, ...]) -> re.Pattern[str]:
    name = "|".join(re.escape(one) for one in names) or r"(?!)"
    return re.compile(
        r"\b(?:routed?|classify|label|mark|treat|set|use|choose|send|put)\b[^.\n]{0,40}?"
        r"\b(?:to|as|route|label|category|under)\b"
        rf"[^.\n\w]{{0,3}}({name})\b",
        re.IGNORECASE,
    )
