"""Owns stated rules about the choice, evaluated by word match.

Recognised sentences (X is an option of the prompt, in quotes, backticks, bold or plain):

- `If|When|Whenever <condition>, choose|pick|use|answer|route it to|label it|… X`, also with `unless <condition>`
- `Choose|Use|… X if|when|whenever|for <condition>`
- `Messages|Anything|… <condition> are|is|go to|belong to|count as X`
- `If nothing|none|no … fits, choose X` for messages that score below 0.06 everywhere
- `X wins over|beats|outranks|comes before|takes precedence over Y`

A condition is a list of alternatives split at commas and "or". An alternative holds when its content words occur in
the message (all of one or two, 60 % of more; a quoted phrase word by word). "not shipped" only meets "not … shipped".
"even if …", "no matter …" and "whatever …" say what does not count, so they are skipped. The first rule that holds
wins.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from evaltui.sandbox.lexical.words import STOP, has_phrase, stem, table

_VERB = (
    r"(?:choose|pick|use|select|answer(?: with)?|(?:route|send|move|assign)(?: (?:it|this|them|the \w+))?(?: to| as)?"
    r"|(?:label|classify|mark|treat|tag)(?: (?:it|this|them|the \w+))?(?: as)?|(?:it|this|that|the \w+) is|it goes to)"
)
_COPULA = r"(?:is|are|goes? to|belongs? to|belong in|counts? as|becomes?|should be|must be|gets?)"
_FRAME = frozenset(
    stem(word)
    for word in table(
        "message messages customer customers mention mentions mentioned say says write writes ask asks asked "
        "want wants wanted contain contains talk talks describe describes report reports tell tells someone somebody "
        "threaten threatens word words anything everything request requests question questions always route even still"
    )
)
_SKIPPED = re.compile(
    r",? (?:even (?:if|when|though)|no matter|whatever|however|whether or not|regardless)\b[^.;]*", re.IGNORECASE
)
_NEGATORS = table(
    "not no never without nobody none nothing neither nor cannot cant dont doesnt didnt isnt wasnt arent werent hasnt "
    "havent hadnt wont wouldnt couldnt aint nt"
)
_OTHERWISE = re.compile(
    r"^(?:if|when) (?:nothing|none|no \w+|neither|unsure|in doubt|you are (?:unsure|not sure))\b", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[.,;:!?()\n]")


UNSURE = 0.06


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when one alternative does and no exception does; an alternative is a quoted phrase or a bag of stems."""

    phrases: tuple[str, ...]
    bags: tuple[frozenset[str], ...]
    exceptions: tuple[frozenset[str], ...] = ()

    def holds(self, message: str) -> bool:
        given = marked(message)
        met = any(has_phrase(phrase, message) for phrase in self.phrases) or any(_met(bag, given) for bag in self.bags)
        return met and not any(_met(bag, given) for bag in self.exceptions)


@dataclass(frozen=True, slots=True)
class Rule:
    """Choose `target` where the condition holds."""

    target: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Choices:
    """What the prompt states about choosing: rules in order, and pairs (winner, loser)."""

    rules: tuple[Rule, ...]
    wins: tuple[tuple[str, str], ...]
    otherwise: str | None = None

    def stated(self, message: str) -> str | None:
        """The option the first holding rule names."""
        return next((rule.target for rule in self.rules if rule.condition.holds(message)), None)

    def settle(self, scores: dict[str, float]) -> str:
        """The best-scoring option, or the stated winner over it when that scores at least 60 % as much."""
        best = max(scores, key=scores.__getitem__)
        if self.otherwise and scores[best] < UNSURE:
            return self.otherwise
        stronger = [one for one, other in self.wins if other == best and scores[one] >= 0.6 * scores[best] > 0]
        return stronger[0] if stronger else best


def marked(text: str) -> frozenset[str]:
    """Stems of content words; those within four words after a negation are marked `!` and lose their plain form."""
    found: set[str] = set()
    reach = 0
    for token in _TOKEN.findall(text.lower()):
        bare = token.replace("'", "").replace("’", "")
        reach = _reach(bare, reach)
        if bare.isalnum() and bare not in STOP and bare not in _NEGATORS:
            found.add(f"!{stem(bare)}" if reach else stem(bare))
    return frozenset(found)


def _reach(word: str, reach: int) -> int:
    """How many more words a negation governs, this one included; punctuation ends it."""
    if word in _NEGATORS:
        return 5
    return max(reach - 1, 0) if word.isalnum() else 0


def _met(bag: frozenset[str], given: frozenset[str]) -> bool:
    needed = len(bag) if len(bag) <= 2 else ceil(0.6 * len(bag))
    return len(bag & given) >= needed


def condition(text: str) -> Condition:
    """Read a condition; one without any content word never holds."""
    positive, _, negative = re.sub(_SKIPPED, " ", text).partition(" unless ")
    phrases = tuple(re.findall(r"[\"“]([^\"”]+)[\"”]", positive))
    return Condition(phrases, _bags(re.sub(r"[\"“][^\"”]+[\"”]", ",", positive)), _bags(negative))


def _bags(text: str) -> tuple[frozenset[str], ...]:
    parts = re.split(r",|;|/|\(|\)| or |—|–", re.sub(r"[`*]", "", text))
    bags = (frozenset(word for word in marked(part) if word.lstrip("!") not in _FRAME) for part in parts)
    return tuple(bag for bag in bags if bag)


def choices(sentences: Iterable[str], names: tuple[str, ...]) -> Choices:
    """The rules among a prompt's sentences about the options `names`."""
    if not names:
        return Choices((), ())
    said = [one.strip() for one in sentences]
    forms = _forms(names)
    exact = {name.lower(): name for name in names}
    read = [(one, rule) for one in said if (rule := _rule(one, forms))]
    rules = [Rule(exact[target.lower()], when) for one, (target, when) in read if not _OTHERWISE.match(one)]
    last = [exact[target.lower()] for one, (target, _) in read if _OTHERWISE.match(one)]
    pairs = [found for one in said if (found := forms[3].search(_plain(one)))]
    wins = [(exact[found[1].lower()], exact[found[2].lower()]) for found in pairs]
    return Choices(tuple(rules), tuple(wins), last[0] if last else None)


def _forms(names: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    every = sorted(names, key=len, reverse=True)
    name = "(" + "|".join(map(re.escape, every)) + r")(?![\w-])"
    start = r"^(?:[-*] )?(?:and |but |also,? )?"
    return tuple(
        re.compile(form, re.IGNORECASE)
        for form in (
            rf"{start}(?:if|when|whenever|where|once|as soon as) (.+?)(?:,| then| —| –|:)? (?:then |always |please )*"
            rf"{_VERB} (?:the \w+ |always )?{name}(.*)$",
            rf"{start}(?:always |only )?{_VERB} (?:the \w+ )?{name} (?:if|when|whenever|for|where) (.+)$",
            rf"{start}((?:any|every|all|messages?|requests?|customers?|questions?|threats?|reports?|whoever|someone"
            rf"|complaints? about)\b.+?) (?:always |still )?{_COPULA} (?:always |still |a |an |the )*{name}(.*)$",
            rf"{name} (?:always )?(?:wins over|beats|outranks|(?:comes|goes) before"
            rf"|(?:takes precedence|has priority) over) {name}",
        )
    )


def _plain(sentence: str) -> str:
    return re.sub(r"[`*]|[\"“](?=\w[\w -]*[\"”](?:[.,;:]|$))|(?<=\w)[\"”](?=[.,;:]|$)", "", sentence)


def _rule(sentence: str, forms: tuple[re.Pattern[str], ...]) -> tuple[str, Condition] | None:
    plain = re.sub(r"[`*]", "", sentence)
    bare = _SKIPPED.sub("", plain)
    tried = (_read(text, forms) for text in (bare, _plain(bare)))
    return next((found for found in tried if found), None)


def _read(text: str, forms: tuple[re.Pattern[str], ...]) -> tuple[str, Condition] | None:
    if stated := forms[0].match(text) or forms[2].match(text):
        return _made(stated[2], f"{stated[1]} {_exception(stated[3])}")
    turned = forms[1].match(text)
    return _made(turned[1], turned[2]) if turned else None


def _exception(rest: str) -> str:
    found = re.search(r"\bunless\b.*", rest)
    return found[0] if found else ""


def _made(target: str, text: str) -> tuple[str, Condition] | None:
    read = condition(text)
    return (target, read) if read.bags or read.phrases else None
