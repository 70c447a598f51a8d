"""Owns how text becomes comparable terms: words, stems, character n-grams and sentences.

English only. The stemmer strips common endings so that "refunded", "refunds" and "refund" meet; it knows the
irregular verbs of everyday letters and nothing about any particular evalset.
"""

import re
from functools import lru_cache
from itertools import pairwise


def table(text: str) -> frozenset[str]:
    """The words of a table, as a set."""
    return frozenset(text.split())


STOP = table(
    """a about above after again all also am an and any are as at be because been before being below between both but
    by can could did do does doing down during each few for from further had has have having he her here hers hi him
    his how i if im in into is it its itself ive just me more most my myself no nor now of off on once only or other
    our ours out over own please same she should so some such than thank thanks that the their theirs them then there
    these they this those through to too under until up us very was we were what when where which while who whom why
    will with would you your yours hello dear dont get got like want need wants needs one customer message someone
    something anything everything yet already"""
)
_IRREGULAR = {
    "paid": "pay", "sent": "send", "broke": "break", "broken": "break", "bought": "buy", "lost": "lose",
    "came": "come", "said": "say", "told": "tell", "gave": "give", "given": "give", "took": "take", "taken": "take",
    "chose": "choose", "left": "leave", "went": "go", "gone": "go", "made": "make", "kept": "keep", "stole": "steal",
    "stolen": "steal", "torn": "tear", "bent": "bend", "worn": "wear", "forgot": "forget", "forgotten": "forget",
    "complaint": "complain", "arrival": "arriv", "delivery": "deliver", "deliveries": "deliver",
}  # fmt: skip
_ENDINGS = tuple("ations ation ments ment ings ing ies ied ers ed er es ly s e y".split())  # noqa: SIM905  # a table
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“(*`A-Z0-9<\[#–—-])|\n+")


def words(text: str) -> list[str]:
    """Lower-case words in order; an apostrophe inside a word disappears (`don't` → `dont`)."""
    return [found.replace("'", "").replace("’", "") for found in _WORD.findall(text.lower().replace("_", " "))]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The word without its inflection; at least three characters stay."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _undouble(word[: -len(ending)])
    return word


def _undouble(root: str) -> str:
    return root[:-1] if len(root) > 3 and root[-1] == root[-2] else root


def stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order."""
    return [stem(word) for word in words(text) if word not in STOP]


@lru_cache(maxsize=65536)
def _grams(word: str) -> tuple[str, ...]:
    padded = f"<{word}>"
    return tuple(f"#{padded[at : at + 4]}" for at in range(len(padded) - 3)) if len(word) > 3 else ()


def terms(text: str) -> dict[str, float]:
    """Weighted terms of a text: stems 1 (function words 0.25), neighbouring stems 0.4, character 4-grams 0.1."""
    chain = [(stem(word), 0.25 if word in STOP else 1.0) for word in words(text)]
    found: dict[str, float] = {}
    for word, weight in chain:
        found[word] = found.get(word, 0.0) + weight
    return _with_shapes(_with_pairs(found, chain), [word for word, weight in chain if weight == 1.0])


def _with_pairs(found: dict[str, float], chain: list[tuple[str, float]]) -> dict[str, float]:
    for (first, one), (second, two) in pairwise(chain):
        pair = f"{first} {second}"
        found[pair] = found.get(pair, 0.0) + 0.2 * (one + two)
    return found


def _with_shapes(found: dict[str, float], chain: list[str]) -> dict[str, float]:
    for gram in (gram for word in chain for gram in _grams(word)):
        found[gram] = found.get(gram, 0.0) + 0.1
    return found


def sentences(text: str) -> list[str]:
    """Sentences and lines of a text, trimmed, without empties."""
    return [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]


def unwrapped(text: str) -> str:
    """Lines broken at a column joined again: a line of 60 characters or more goes on in the next one."""
    return re.sub(r"(?m)^(.{60,})\n(?=\S)", r"\1 ", text)


def has_phrase(phrase: str, text: str) -> bool:
    """Whether the words of `phrase` occur in `text` next to each other and in order, ignoring case and punctuation."""
    wanted, given = " ".join(words(phrase)), " ".join(words(text))
    return bool(wanted) and f" {wanted} " in f" {given} "
