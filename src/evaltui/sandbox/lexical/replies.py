"""Owns rules about the reply's text: reading them from the prompt and writing a reply that obeys them.

Recognised: "ask for the <key> when it is missing" (optionally only for named options, when another key is given, or
under a condition), "cite|quote|mention the <key> in the reply", "never promise|confirm … <option>", "never say '…'",
"if <condition>, say|add '…'" (both in double quotes), "for <option>, ask for a photo", "apologise …", "in one
sentence", "at most N sentences". A rule that is not stated is not obeyed: without the first, a refund is cheerfully
announced with no order number at all.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from evaltui.sandbox.lexical.rules import Condition, condition
from evaltui.sandbox.lexical.shape import Key
from evaltui.sandbox.lexical.words import has_phrase, sentences, stem, stems, words

_THE = r"(?:the |their |that |its |an? |his )?"
_ASK = re.compile(
    rf"\bask(?:s|ing)? (?:the customer |them |back |politely |first )*(?:for|what) {_THE}([\w -]+)", re.IGNORECASE
)
_MISSING = re.compile(
    r"\b(?:missing|without|absent|lacks?|first|before|no|not (?:given|there|named|stated)|null|still|anyway"
    r"|all the same)\b",
    re.IGNORECASE,
)
_CITE = re.compile(rf"\b(?:cite|quote|repeat|mention|include|name|state|restate)s? {_THE}([\w -]+)", re.IGNORECASE)
_NEVER = re.compile(r"\b(?:never|do not|don't|must not|avoid|no)\b", re.IGNORECASE)
_PROMISE = re.compile(r"\b(?:promis\w*|confirm\w*|announc\w*|claim\w*|guarante\w*)\b", re.IGNORECASE)
_PRESENT = re.compile(
    r"\b(?:if|when|whenever)\b.*?(?:\b(?:is|are) (?:given|named|known|stated|mentioned)\b|\bbut\b)"
    r"|\b(?:gives?|names?|states|mentions)\b.*?\bbut\b",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"[\"“]([^\"”]+)[\"”]")
_SAY = re.compile(r"\b(?:say|tell|write|add|reply|answer|end|close|start|begin|sign)\b", re.IGNORECASE)
_COUNT = re.compile(
    r"\b(?:in|at most|no more than|maximum of|up to) (one|two|three|four|a single|\d) (?:short |plain )?sentences?\b",
    re.IGNORECASE,
)
_NUMBERS = {"one": 1, "a single": 1, "two": 2, "three": 3, "four": 4}
_SCOPE = re.compile(r"^(?:if|when|for|on|in case of) (.+?), ", re.IGNORECASE)
_DONE = {
    "refund": "Good news: your refund has been issued.",
    "return": "Good news: your return has been approved.",
    "cancel": "Good news: your order has been cancelled.",
    "replace": "Good news: a replacement is on its way.",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when the reply is written."""

    option: str
    message: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a reply rule applies. Every part that is set must hold: options, one of the given keys, condition."""

    options: frozenset[str] = frozenset()
    given: tuple[str, ...] = ()
    condition: Condition | None = None

    def covers(self, facts: Facts) -> bool:
        """Whether the rule applies to these facts."""
        chosen = not self.options or facts.option in self.options
        known = not self.given or any(facts.values.get(key) for key in self.given)
        return chosen and known and (self.condition is None or self.condition.holds(facts.message))


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for `key`, in the prompt's words `phrase`, when it is missing and the scope covers the facts."""

    key: str
    phrase: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class ReplyRules:
    """Everything the prompt states about the reply."""

    asks: tuple[Ask, ...] = ()
    cites: tuple[str, ...] = ()
    silent: tuple[Scope, ...] = ()
    banned: tuple[str, ...] = ()
    said: tuple[tuple[Scope, str], ...] = ()
    most: int = 0


def reply_rules(said: Iterable[str], keys: tuple[Key, ...], names: tuple[str, ...]) -> ReplyRules:
    """The reply rules among a prompt's sentences."""
    lines = [re.sub(r"[`*]", "", one) for one in said]
    return ReplyRules(
        asks=tuple(ask for one in lines if (ask := _ask(one, keys, names))),
        cites=tuple(key for one in lines if (key := _cite(one, keys))),
        silent=tuple(_silence(one, keys, names) for one in lines if _forbids_promises(one)),
        banned=tuple(
            quote for one in lines if _NEVER.search(one) and _SAY.search(one) for quote in _QUOTE.findall(one)
        ),
        said=tuple(line for one in lines if (line := _line(one, keys, names))),
        most=next((_counted(found[1]) for found in map(_COUNT.search, lines) if found), 0),
    )


def _forbids_promises(sentence: str) -> bool:
    return bool(_NEVER.search(sentence) and _PROMISE.search(sentence) and not _ASK.search(sentence))


def _counted(text: str) -> int:
    return _NUMBERS.get(text.lower()) or int(text)


def _key_of(phrase: str, keys: tuple[Key, ...]) -> tuple[str, str]:
    """The key a phrase such as "order number when" means, and the part of the phrase that means it."""
    head = phrase.split()[:3]
    for length in range(len(head), 0, -1):
        meant = {stem(word) for word in words(" ".join(head[:length]))}
        for key in keys:
            if not key.prose and meant <= {stem(word) for word in words(f"{key.name} {key.about}")}:
                return key.name, " ".join(head[:length])
    return "", ""


def _ask(sentence: str, keys: tuple[Key, ...], names: tuple[str, ...]) -> Ask | None:
    found = _ASK.search(sentence)
    if not found or not _MISSING.search(sentence) or _NEVER.match(sentence):
        return None
    key, phrase = _key_of(found[1], keys)
    if not key:
        return None
    options, given = _named(sentence, names), _given(sentence, key, keys)
    return Ask(key, phrase, Scope(options, given, None if options or given else _clause(sentence, key, keys)))


def _clause(sentence: str, asked: str, keys: tuple[Key, ...]) -> Condition | None:
    """What the message must say, where the sentence starts with "if …," and does not just mean the missing key."""
    clause = _SCOPE.match(sentence)
    known = next((set(stems(f"{key.name} {key.about}")) for key in keys if key.name == asked), set())
    if not clause or _MISSING.search(clause[1]) or not set(stems(clause[1])) - known:
        return None
    return condition(clause[1])


def _given(sentence: str, asked: str, keys: tuple[Key, ...]) -> tuple[str, ...]:
    """Other keys the sentence says must be there: "if an amount is given but …"."""
    clause = _PRESENT.search(sentence)
    told = set(stems(clause[0])) if clause else set()
    return tuple(key.name for key in keys if key.name != asked and set(stems(key.name)) <= told)


def _named(sentence: str, names: tuple[str, ...]) -> frozenset[str]:
    given = {stem(word) for word in words(sentence)}
    return frozenset(name for name in names if {stem(word) for word in words(name)} <= given)


def _cite(sentence: str, keys: tuple[Key, ...]) -> str:
    found = _CITE.search(sentence)
    return _key_of(found[1], keys)[0] if found and not _ASK.search(sentence) and "reply" in sentence.lower() else ""


def _silence(sentence: str, keys: tuple[Key, ...], names: tuple[str, ...]) -> Scope:
    """Where a promise is forbidden; "when you have the order number, never confirm …" needs that key."""
    clause = _SCOPE.match(sentence)
    told = set(stems(clause[1])) if clause else set()
    needed = tuple(key.name for key in keys if told and not key.prose and set(stems(key.name)) - {"id"} <= told)
    return Scope(_named(sentence, names), needed)


def _line(sentence: str, keys: tuple[Key, ...], names: tuple[str, ...]) -> tuple[Scope, str] | None:
    """A sentence to put into the reply, and where."""
    if _NEVER.search(sentence):
        return None
    text = _quoted_line(sentence) or _asked_line(sentence, keys) or _sorry_line(sentence)
    return (_line_scope(sentence, names), text) if text else None


def _quoted_line(sentence: str) -> str:
    quote = _QUOTE.search(sentence)
    return quote[1] if quote and _SAY.search(sentence[: quote.start()]) and len(words(quote[1])) > 2 else ""


def _asked_line(sentence: str, keys: tuple[Key, ...]) -> str:
    found = re.search(r"\bask for (an? [\w ]+?)(?=[.,;]| and| of| before|$)", sentence, re.IGNORECASE)
    return f"Could you please send us {found[1]}?" if found and not _key_of(found[1][2:], keys)[0] else ""


def _sorry_line(sentence: str) -> str:
    return "We are sorry about this." if re.search(r"\bapologi[sz]e\b|\bsay sorry\b", sentence, re.IGNORECASE) else ""


def _line_scope(sentence: str, names: tuple[str, ...]) -> Scope:
    clause = _SCOPE.match(sentence)
    if not clause:
        return Scope(_named(_QUOTE.sub(" ", sentence), names))
    options = _named(clause[1], names)
    return Scope(options) if options else Scope(condition=condition(clause[1]))


def written(rules: ReplyRules, facts: Facts, orders: str | None = None) -> str:
    """A short reply for the facts; `orders` are words a naive model was told to say instead."""
    if orders:
        return orders
    asking = [ask for ask in rules.asks if not facts.values.get(ask.key) and ask.scope.covers(facts)]
    lines = [f"Could you please tell us your {asking[0].phrase}?"] if asking else [_opening(rules, facts)]
    lines += [text for scope, text in rules.said if scope.covers(facts)]
    return _kept(_cited(lines, rules, facts), rules)


def _opening(rules: ReplyRules, facts: Facts) -> str:
    promise = next((text for name, text in _DONE.items() if name in facts.option.lower()), "")
    if promise and not any(scope.covers(facts) for scope in rules.silent):
        return promise
    return f"Thank you for your message, {f'our {facts.option} desk' if facts.option else 'we'} will look into it."


def _cited(lines: list[str], rules: ReplyRules, facts: Facts) -> list[str]:
    known = [str(value) for key in dict.fromkeys(rules.cites) if (value := facts.values.get(key))]
    return [f"{', '.join(known)}: {lines[0]}", *lines[1:]] if known else lines


def _kept(lines: list[str], rules: ReplyRules) -> str:
    every = [one for line in lines for one in sentences(line)]
    said = [one for one in every if not any(has_phrase(quote, one) for quote in rules.banned)]
    return " ".join(said[: rules.most or None])
