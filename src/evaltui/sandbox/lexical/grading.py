"""Owns the judge: filling a verdict's schema from lexical evidence about a reply.

A request is a grading task when its instructions speak of judging *and* of criteria, and an output shape is given. The
material (question, reply, reference) is taken from tags, fences or headings of the user turn and is only ever compared,
never obeyed. A criterion's score in [0, 1] is the share of its quoted phrases, or of its content words, found in the
reply (and, where it speaks of the reference or correctness, the overlap of reply and reference); "does not …", "never
…" and "avoids …" turn it round. Reasons state the evidence.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from evaltui.sandbox.lexical.outline import Outline
from evaltui.sandbox.lexical.shape import Key, schema_key
from evaltui.sandbox.lexical.words import has_phrase, sentences, stem, stems, table, words

_JUDGES = re.compile(
    r"\b(?:grad(?:e|es|er|ing)|judg(?:e|es|ing)|evaluat(?:e|or|ing)|assess(?:es|ing)?|scor(?:e|es|ing))\b",
    re.IGNORECASE,
)
_CRITERIA = re.compile(r"\b(?:criteri(?:on|a)|rubrics?)\b", re.IGNORECASE)
_TAGGED = re.compile(r"<([a-zA-Z][\w-]*)>(.*?)</\1>", re.DOTALL)
_HEADED = re.compile(
    r"^(?:#+\s*|\*\*)?([A-Z][\w' ]{2,30})(?:\*\*)?:?[ \t]*\n+"
    r"(?:(`{3,})\w*\n(.*?)\n\2|(.+?)(?=\n\n(?:#|\*\*|[A-Z][\w ]+:)|\Z))",
    re.DOTALL | re.MULTILINE,
)
_ROLES = {
    "reply": ("reply", "answer", "response", "output", "candidate", "completion"),
    "reference": ("reference", "expected", "gold", "ideal", "target"),
    "question": ("question", "input", "message", "customer", "case", "task", "ticket"),
}
_FRAME = frozenset(
    stem(word)
    for word in table(
        "reply replies answer answers response agent assistant customer must should contain contains include includes "
        "mention mentions state states uses text whether true false given"
    )
)
_NEGATIVE = re.compile(r"\b(?:not|never|no|avoids?|without|free of|nothing)\b", re.IGNORECASE)
_FAITHFUL = re.compile(
    r"\b(?:reference|expected|gold|correct|accurate|same|facts?|agrees?|match(?:es)?|faithful)\b", re.IGNORECASE
)
_KIND = frozenset(map(stem, table("please thank thanks sorry kindly glad happy could apologise welcome help")))
_MANNERS = re.compile(r"\b(?:polite|friendly|courteous|kind|tone|respectful|empath\w+|professional)\b", re.IGNORECASE)
_ASKS = re.compile(r"^\W*(?:the \w+ )?asks?\b", re.IGNORECASE)
_LIMIT = re.compile(
    r"\b(?:at most|no more than|under|within|in|maximum) (\d+|one|two|three) (sentence|word)s?", re.IGNORECASE
)
_RANGE = re.compile(r"\b(\d+)\s*(?:-|–|to)\s*(\d+)\b")


@dataclass(frozen=True, slots=True)
class Material:
    """What is graded, with the tags and fences around it removed."""

    question: str
    reply: str
    reference: str


@dataclass(frozen=True, slots=True)
class Finding:
    """How far one criterion is met, in [0, 1], and the evidence in words."""

    score: float
    reason: str


def is_grading(instructions: str, keys: tuple[Key, ...]) -> bool:
    """Whether the instructions ask to judge something by criteria in a given shape."""
    return bool(keys) and bool(_JUDGES.search(instructions)) and bool(_CRITERIA.search(instructions))


def material(user_turn: str) -> Material:
    """Find question, reply and reference in a user turn; without any mark the whole turn is the reply."""
    parts = _tagged(user_turn)
    parts = parts or {found[1].lower(): (found[3] or found[4] or "").strip() for found in _HEADED.finditer(user_turn)}
    reference = _part(parts, "reference")
    rest = {label: text for label, text in parts.items() if text != reference}
    return Material(_part(rest, "question"), _part(rest, "reply") or ("" if parts else user_turn), reference)


def _tagged(text: str) -> dict[str, str]:
    """Tag → text; tags of unknown role are opened, those of a known role are not: their inside is material."""
    parts: dict[str, str] = {}
    for found in _TAGGED.finditer(text):
        name = found[1].lower()
        known = any(one in name for names in _ROLES.values() for one in names)
        inner = {} if known else _tagged(found[2])
        parts = (inner or {name: found[2].strip()}) | parts
    return parts


def _part(parts: dict[str, str], role: str) -> str:
    return next((text for name in _ROLES[role] for label, text in parts.items() if name in label), "")


def finding(criterion: str, given: Material) -> Finding:
    """Hold one criterion against the reply."""
    if limit := _LIMIT.search(criterion):
        return _within(limit, given.reply)
    if _MANNERS.search(criterion):
        return _manners(given.reply)
    if _ASKS.match(criterion) and "?" not in given.reply:
        return Finding(0.0, "The reply asks nothing.")
    found = _overlap(criterion, given)
    return Finding(1.0 - found.score, found.reason) if _NEGATIVE.search(criterion) else found


def _within(limit: re.Match[str], reply: str) -> Finding:
    most = {"one": 1, "two": 2, "three": 3}.get(limit[1].lower()) or int(limit[1])
    count = len(sentences(reply)) if limit[2].lower() == "sentence" else len(words(reply))
    return Finding(float(count <= most), f"The reply has {count} {limit[2].lower()}(s), the limit is {most}.")


def _manners(reply: str) -> Finding:
    shown = [word for word in dict.fromkeys(words(reply)) if stem(word) in _KIND]
    return Finding(min(1.0, 0.6 * len(shown)), f"Courteous words found: {', '.join(shown) or 'none'}.")


def _overlap(criterion: str, given: Material) -> Finding:
    if given.reference and _FAITHFUL.search(criterion):
        return _shared(stems(given.reference), given.reply, "the reference")
    if quotes := re.findall(r"[\"“]([^\"”]+)[\"”]", criterion):
        met = [quote for quote in quotes if has_phrase(quote, given.reply)]
        return Finding(len(met) / len(quotes), f"The reply holds {len(met)} of {len(quotes)} quoted phrases.")
    wanted = [word for word in stems(_NEGATIVE.sub(" ", criterion)) if word not in _FRAME]
    return _shared(wanted, given.reply, "the criterion")


def _shared(wanted: list[str], reply: str, source: str) -> Finding:
    asked, given = dict.fromkeys(wanted), set(stems(reply))
    met = [word for word in asked if word in given]
    share = len(met) / len(asked) if asked else 1.0
    return Finding(min(1.0, 1.6 * share), f"The reply shares {len(met)} of {len(asked)} content words with {source}.")


def graded(keys: tuple[Key, ...], read: Outline, given: Material) -> dict[str, Any]:
    """The verdict: one value per key, in the keys' order."""
    listed = _criteria(read)
    all_found = {name: finding(text, given) for name, text in listed.items()}
    own = {key.name: _about(key, listed) for key in keys if _judged(key)}
    all_found |= {name: finding(text, given) for name, text in own.items() if text}
    return {key.name: _fill(key, all_found, listed, given) for key in keys}


def _criteria(read: Outline) -> dict[str, str]:
    """Name → text of the criteria listed in the instructions."""
    items = [item.text for group in read.groups if _CRITERIA.search(group.title) for item in group.items]
    pairs = [re.match(r"[`*\"]*([\w -]{2,40}?)[`*\"]*\s*(?::|—|–)\s*(.+)", text, re.S) for text in items]
    return dict((pair[1].strip(), pair[2]) if pair else (text, text) for pair, text in zip(pairs, items, strict=True))


def _judged(key: Key) -> bool:
    return key.kind in {"boolean", "integer", "number", "object"} or bool(key.choices)


def _about(key: Key, listed: dict[str, str]) -> str:
    """The criterion a key stands for, empty when its description only names a scale."""
    told = [word for word in stems(key.about) if word.isalpha()]
    return listed.get(key.name) or (key.about if len(told) > 2 else "")


def _fill(key: Key, found: dict[str, Finding], listed: dict[str, str], given: Material) -> Any:
    own = _own(key.name, found)
    if key.kind == "object":
        return _fill_object(key, own, listed, given)
    if key.kind == "array":
        return _fill_array(key, found, listed)
    return _verdict(key, own)


def _own(name: str, found: dict[str, Finding]) -> Finding:
    """The finding a key is about: its own criterion, one its name starts with, else the mean of all."""
    named = [one for label, one in found.items() if set(words(label)) <= set(words(name))]
    if named:
        return named[-1]
    score = sum(one.score for one in found.values()) / len(found) if found else 0.0
    return Finding(score, " ".join(one.reason for one in found.values())[:240] or "No criterion was given.")


def _fill_object(key: Key, own: Finding, listed: dict[str, str], given: Material) -> Any:
    inner = _inner(key.schema)
    nested = {one.name: finding(one.about, given) for one in inner if _judged(one) and len(stems(one.about)) > 3}
    return {one.name: _fill(one, nested or {key.name: own}, listed, given) for one in inner}


def _fill_array(key: Key, found: dict[str, Finding], listed: dict[str, str]) -> list[Any]:
    inner = _inner(json.dumps(json.loads(key.schema or "{}").get("items", {})))
    return [
        {one.name: label if _labels(one) else _verdict(one, found[label]) for one in inner} for label in listed if inner
    ]


def _labels(key: Key) -> bool:
    return key.kind == "string" and bool({"criterion", "name", "id", "key", "criteria"} & set(words(key.name)))


def _inner(schema: str) -> tuple[Key, ...]:
    defined = json.loads(schema or "{}").get("properties", {})
    return tuple(schema_key(name, part) for name, part in defined.items() if isinstance(part, dict))


def _verdict(key: Key, own: Finding) -> Any:
    if key.kind == "boolean":
        return own.score >= 0.5
    if key.choices:
        return _choice(key.choices, own.score)
    return _scaled(key, own.score) if key.kind in {"integer", "number"} else own.reason


def _choice(choices: tuple[str, ...], score: float) -> str:
    """Choices in ascending order when they start with a bad word, descending otherwise."""
    rising = bool(re.match(r"(?i)fail|no|bad|poor|incorrect|wrong|false|not|low|1|0|none", choices[0]))
    at = min(len(choices) - 1, int(score * len(choices)))
    return choices[at] if rising else choices[len(choices) - 1 - at]


def _scaled(key: Key, score: float) -> float:
    schema = json.loads(key.schema or "{}")
    named = _RANGE.search(key.about)
    low = schema.get("minimum", int(named[1]) if named else (1 if key.kind == "integer" else 0))
    high = schema.get("maximum", int(named[2]) if named else (5 if key.kind == "integer" else 1))
    value = low + (high - low) * score
    return round(value) if key.kind == "integer" else round(float(value), 2)
