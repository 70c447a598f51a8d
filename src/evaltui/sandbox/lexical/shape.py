"""Owns what an answer must look like: JSON keys (from a schema or described in the prompt), a tag, or a bare label."""

import json
import re
from dataclasses import dataclass
from typing import Any

from evaltui.sandbox.lexical.outline import Group, Outline

_PAIR = re.compile(r'"([A-Za-z_][\w-]*)"\s*:\s*("(?:[^"\\\n]|\\.)*"(?:\s*\|\s*(?:"[^"\n]*"|null))*|[^,}\n]*)')
_KEYS = re.compile(r"\b(?:keys|fields|properties)\b[^.\n]*?[:,]?\s((?:[`\"*]*[a-z_]+[`\"*]*(?:, and |, | and )?){2,})")
_WRAP = re.compile(r"\b(?:wrap|put|inside|within|in|enclose)\b[^.\n]{0,60}?<([a-z_]+)>(?!.*\bcustomer)", re.IGNORECASE)
_BARE = re.compile(
    r"\b(?:only|just|nothing but|exactly)\b[^.\n]{0,40}\b(?:label|route|category|name|intent|class|word|option)\b"
    r"|\b(?:label|route|category|name|intent|class|option)\b[^.\n]{0,30}\b(?:only|alone|nothing else)\b",
    re.IGNORECASE,
)
_TEXT_KEYS = ("reply", "answer", "message", "response", "text", "body")


@dataclass(frozen=True, slots=True)
class Key:
    """One value the answer must carry. `kind` is a JSON Schema type; `about` is what the prompt says of the key."""

    name: str
    about: str = ""
    kind: str = "string"
    nullable: bool = False
    choices: tuple[str, ...] = ()
    schema: str = ""

    @property
    def prose(self) -> bool:
        """Whether the value is free text written for a reader."""
        return self.kind == "string" and not self.choices and self.name.lower().split("_")[-1] in _TEXT_KEYS


@dataclass(frozen=True, slots=True)
class Shape:
    """`keys` empty means plain text; `tag` wraps the answer; `bare` asks for the label and nothing else."""

    keys: tuple[Key, ...]
    tag: str = ""
    bare: bool = False


def shape(prompt: str, outline: Outline, schema: dict[str, Any] | None) -> Shape:
    """The answer's shape; a schema wins over the prompt's words."""
    tag = next((found[1] for found in map(_WRAP.search, outline.sentences) if found), "")
    bare = any(_BARE.search(sentence) for sentence in outline.sentences)
    keys = schema_keys(schema, outline) if schema else _described_keys(prompt, outline)
    return Shape(keys, tag, bare)


def schema_keys(schema: dict[str, Any], outline: Outline) -> tuple[Key, ...]:
    """The properties of a JSON Schema object as keys; the prompt's words add to each description."""
    defined = schema.get("properties")
    described = _descriptions(outline, tuple(defined or ()))
    parts = [(name, part) for name, part in (defined or {}).items() if isinstance(part, dict)]
    return tuple(schema_key(name, part, described.get(name, "")) for name, part in parts)


def schema_key(name: str, part: dict[str, Any], about: str = "") -> Key:
    """One property of a JSON Schema; `anyOf` with null and a list of types make it nullable."""
    parts = [one for one in part.get("anyOf", []) if isinstance(one, dict)]
    kinds = _types(part) + [kind for one in parts for kind in _types(one)]
    solid = next((one for one in parts if one.get("type") != "null"), part)
    choices = tuple(value for value in solid.get("enum", ()) if isinstance(value, str))
    text = f"{part.get('description', '')} {about}".strip()
    kind = next((kind for kind in kinds if kind != "null"), "string")
    return Key(name, text, kind, "null" in kinds or None in part.get("enum", ()), choices, json.dumps(solid))


def _types(part: dict[str, Any]) -> list[str]:
    kind = part.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


def _described_keys(prompt: str, outline: Outline) -> tuple[Key, ...]:
    pairs = _json_pairs(prompt, outline)
    described = _descriptions(outline, tuple(pairs))
    return tuple(_described_key(name, sample, described.get(name, "")) for name, sample in pairs.items())


def _json_pairs(prompt: str, outline: Outline) -> dict[str, str]:
    """Key → placeholder of the first JSON object the prompt shows, else the keys it lists by name."""
    if "json" not in prompt.lower():
        return {}
    for text in (*outline.code, prompt):
        if "{" in text and (pairs := _PAIR.findall(text[text.index("{") :])):
            return _first_of_each(pairs)
    listed = _KEYS.search(prompt.replace("\n", " "))
    return dict.fromkeys(re.findall(r"[a-z_]{2,}", re.sub(r"\band\b", " ", listed[1])), "") if listed else {}


def _first_of_each(pairs: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, sample in pairs:
        found.setdefault(name, sample)
    return found


def _described_key(name: str, sample: str, about: str) -> Key:
    choices = tuple(one.strip().strip('"') for one in sample.split("|")) if "|" in sample else ()
    bare = sample.strip().strip('"')
    text = f"{about} {'' if choices else bare}".strip()
    solid = tuple(one for one in choices if one != "null" and re.fullmatch(r"[\w-]+", one))
    return Key(name, text, _sample_kind(sample, text), "null" in f"{sample} {about}", solid if len(solid) > 1 else ())


def _sample_kind(sample: str, about: str) -> str:
    bare = sample.strip()
    if bare in {"true", "false", "true|false", "true | false"} or "true or false" in about:
        return "boolean"
    if re.fullmatch(r"-?\d+", bare):
        return "integer"
    return "number" if re.fullmatch(r"-?\d+\.\d+", bare) else "array" if bare.startswith("[") else "string"


def _descriptions(outline: Outline, names: tuple[str, ...]) -> dict[str, str]:
    """What list items and sentences that start with a key's name say about it."""
    found: dict[str, str] = {}
    for text in (item_text for group in outline.groups for item_text in _texts(group)):
        name, about = _headed(text)
        if name in names:
            found[name] = f"{found.get(name, '')} {about}".strip()
    return found


def _texts(group: Group) -> list[str]:
    return [" ".join((item.text, *item.children)) for item in group.items]


def _headed(text: str) -> tuple[str, str]:
    found = re.match(r"[`*\"]*([A-Za-z_][\w-]*)[`*\"]*\s*(?::|—|–|-|\(|is\b|,)\s*[`*\"]*\s*(.*)", text)
    return (found[1], found[2]) if found else ("", "")
