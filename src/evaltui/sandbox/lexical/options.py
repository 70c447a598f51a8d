"""Owns which answers a prompt allows: the list it defines, each with description, examples and what it is not.

Recognised: list items `**name**: …`, `` `name` — … ``, `name: …`, plain names; `name: …` lines; `<label name="x">…`;
`<category><label>x</label><content>…`; "one of: a, b, c"; quoted examples, "Examples:" sub-lists, `"text" → name`
lines and `<example>` pairs anywhere. A clause such as "not for …" becomes a negative, and when it names the option
to use instead, evidence for that one.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from evaltui.sandbox.lexical.match import Option
from evaltui.sandbox.lexical.outline import Group, Outline
from evaltui.sandbox.lexical.shape import Key
from evaltui.sandbox.lexical.words import table, words

_MARK = r"(?:\*\*|`|\*|\")+"
_STYLED = re.compile(rf"^{_MARK}(?P<name>[^*`\"\n]{{1,60}}?):?{_MARK}\s*(?:[:—–=-]+>?)?\s*(?P<about>.*)$", re.DOTALL)
_BARE = re.compile(r"^(?P<name>\w[\w&/'-]*(?: [\w&/'-]+){0,4})\s*(?::|—|–| -{1,2} )\s*(?P<about>.*)$", re.DOTALL)
_PLAIN = re.compile(r"^(?P<name>\w[\w&/'-]*(?:,? [\w&/'?-]+){0,9})(?P<about>)$", re.DOTALL)
_TAGS = "(?P<tag>label|option|route|category|class|intent)"
_XML = re.compile(rf"<{_TAGS}\s+(?:name|id)=[\"'](?P<name>[^\"']+)[\"']\s*>(?P<about>.*?)</(?P=tag)>", re.DOTALL)
_XML_PAIR = re.compile(
    rf"<{_TAGS}>\s*<(label|name)>(?P<name>.*?)</\2>\s*(?:<(content|description)>(?P<about>.*?)</\4>)?.*?</(?P=tag)>",
    re.DOTALL,
)
_ITEM, _COMMA = r"[`\"*]*\w[\w-]*[`\"*]*", r"(?:, or |, and |, | or | and )"
_ONE_OF = re.compile(
    r"\b(?:one of|either|labels|routes|categories|options)\b[^.\n:]{0,40}?:?\s"
    rf"((?:{_ITEM}{_COMMA}){{2,}}{_ITEM})",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“]([^\"”]{3,}?)[\"”]")
_NOT = re.compile(
    r"(?:^|[.,;:(—–]\s*|\bbut )((?:not|never|except(?: for)?|excluding|unlike)\b[^.;:()]*"
    r"(?:\([^)]*\)|[;:,] (?:that|those|they|these|it|which) [^.;()]*)?)",
    re.IGNORECASE,
)
_EXAMPLES = re.compile(r"^\W*(?:typical |for )?(?:examples?|e\.g\.|such as)\b\W*", re.IGNORECASE)
_ARROW = re.compile(
    r"^[ \t*-]*[\"“](?P<text>[^\"”\n]+)[\"”] *(?:→|->|=>|—|–|:) *[`\"*]*(?P<name>\w[\w -]*?)[`\"*.]*$", re.MULTILINE
)
_EXAMPLE = re.compile(r"<example>(.*?)</example>", re.DOTALL)
_LABEL_WORDS = table(
    "route routes label labels category categories class classes intent intents option options queue queues topic "
    "topics department departments team teams classify choose pick answers"
)
_KEY_WORDS = table("key keys field fields json format output extract return values rules style tone")


def find(
    prompt: str, outline: Outline, keys: tuple[Key, ...], pairs: tuple[tuple[str, str], ...]
) -> tuple[Option, ...]:
    """The options of a prompt in its order, empty when it defines none. `pairs` are few-shot (message, answer)."""
    listed = _xml(prompt) or _listed(outline.groups, frozenset(key.name for key in keys)) or _named_in_prose(outline)
    chosen = _limited(listed, next((key.choices for key in keys if key.choices), ()))
    return _with_examples(_redirected(chosen), [*_shown(prompt), *pairs])


def _xml(prompt: str) -> list[Option]:
    found = [*_XML.finditer(prompt), *_XML_PAIR.finditer(prompt)]
    return [_option(one["name"].strip(), one["about"] or "", ()) for one in found]


def _listed(groups: Iterable[Group], keys: frozenset[str]) -> list[Option]:
    read = [(_claim(group, keys), _options(group)) for group in groups]
    best = max(read, key=lambda pair: pair[0], default=(0.0, []))
    return best[1] if best[0] > 0 else []


def _claim(group: Group, keys: frozenset[str]) -> float:
    """How much a list looks like the list of options; zero or less means it is something else."""
    names = [found["name"] for item in group.items if (found := _named(item.text))]
    if len(names) < 2 or len(names) < 0.8 * len(group.items) or sum(name in keys for name in names) > 1:
        return 0.0
    title = set(words(group.title))
    described = sum(not _PLAIN.match(item.text) for item in group.items) / len(names)
    return 1.0 + 2.0 * bool(title & _LABEL_WORDS) + described + len(names) / 200 - 1.5 * bool(title & _KEY_WORDS)


def _named(text: str) -> re.Match[str] | None:
    return _STYLED.match(text) or _BARE.match(text) or _PLAIN.match(text)


def _options(group: Group) -> list[Option]:
    found = ((_named(item.text), item) for item in group.items)
    return [_option(match["name"].strip(), match["about"], item.children) for match, item in found if match]


def _option(name: str, about: str, children: tuple[str, ...]) -> Option:
    nested = [quote for child in children for quote in _child_examples(child)]
    told = " ".join([about, *(child for child in children if not _child_examples(child))])
    plain = re.sub(r"<[^>]+>|[*`]", " ", _QUOTED.sub(" ", told))
    negatives = tuple(found.strip() for found in _NOT.findall(plain))
    return Option(name, _NOT.sub(" ", plain).strip(), (*_QUOTED.findall(told), *nested), negatives)


def _child_examples(child: str) -> list[str]:
    quoted = _QUOTED.findall(child)
    if quoted or not _EXAMPLES.match(child):
        return quoted
    return [_EXAMPLES.sub("", child)]


def _named_in_prose(outline: Outline) -> list[Option]:
    found = next((match for match in map(_ONE_OF.search, outline.sentences) if match), None)
    return [Option(name) for name in re.findall(r"[\w-]+", re.sub(r"\b(?:or|and)\b", " ", found[1]))] if found else []


def _limited(listed: list[Option], choices: tuple[str, ...]) -> list[Option]:
    """Exactly the values a schema or the shown JSON allows, where it says; described by the list where it can."""
    known = {option.name.lower(): option for option in listed}
    return [replace(known.get(name.lower(), Option(name)), name=name) for name in choices] or listed


def _redirected(options: list[Option]) -> list[Option]:
    """ "not late parcels (use delivery)" also tells something about delivery."""
    told = {option.name: option for option in options}
    for option in options:
        for clause in option.negatives:
            for name in _pointed_at(clause, told.keys() - {option.name}):
                extra = re.sub(rf"\b(?:not|use|choose|see)\b|\b{re.escape(name)}\b", " ", clause)
                told[name] = replace(told[name], description=f"{told[name].description} {extra}".strip())
    return list(told.values())


def _pointed_at(clause: str, names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if re.search(rf"\b(?:use|is|are|to|see|choose|→) {re.escape(name)}\b", clause))


def _shown(prompt: str) -> list[tuple[str, str]]:
    arrows = [(found["text"], found["name"]) for found in _ARROW.finditer(prompt)]
    return arrows + [pair for block in _EXAMPLE.findall(prompt) if (pair := _example_pair(block))]


def _example_pair(block: str) -> tuple[str, str] | None:
    parts = [part.strip() for part in re.split(r"</?[a-z_]+>|\n\s*(?=[A-Z][a-z]+:)", block) if part.strip()]
    return (_unlabelled(parts[0]), _unlabelled(parts[-1])) if len(parts) > 1 else None


def _unlabelled(text: str) -> str:
    return re.sub(r"^[A-Z][a-z]+:\s*", "", text)


def _with_examples(options: list[Option], pairs: list[tuple[str, str]]) -> tuple[Option, ...]:
    shown: dict[str, list[str]] = {}
    for message, answer in pairs:
        if name := answered(answer, [option.name for option in options]):
            shown.setdefault(name, []).append(message)
    return tuple(replace(one, examples=(*one.examples, *shown.get(one.name, ()))) for one in options)


def answered(answer: str, names: Iterable[str]) -> str:
    """Which option an example's answer gives: as a JSON value, or as the only words; empty when none."""
    given = answer.strip().strip('`"*.').lower()
    quoted = {value.lower() for value in re.findall(r':\s*"([^"\n]*)"', answer)}
    return next((name for name in names if name.lower() == given or name.lower() in quoted), "")


def name_of(text: str) -> str:
    """The name a list item starts with, empty when it has none."""
    found = _named(text)
    return found["name"].strip() if found else ""
