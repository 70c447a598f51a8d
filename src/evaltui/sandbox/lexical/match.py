"""Owns the comparison of a message with the options of a prompt: TF-IDF over an inverted index.

Every option is one *profile* (name, description) and any number of *examples*. An option's score is the cosine of the
message with its profile, plus the cosines of its two nearest examples; phrases an option says it is *not* subtract.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log, sqrt

from evaltui.sandbox.lexical.words import terms

PROFILE, CENTRE, NEAREST, SECOND, NEGATIVE = 1.0, 0.6, 0.3, 0.1, -0.4


@dataclass(frozen=True, slots=True)
class Option:
    """One answer the prompt allows: its name and what the prompt says of it."""

    name: str
    description: str = ""
    examples: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()


@dataclass(slots=True)
class _Document:
    option: int
    kind: str
    weights: dict[str, float] = field(default_factory=dict)


class Matcher:
    """Scores messages against fixed options. Read-only after construction, so threads may share it."""

    def __init__(self, options: tuple[Option, ...]) -> None:
        self.options = options
        self._documents = [document for at, option in enumerate(options) for document in _documents(at, option)]
        self._idf = _rarity(self._documents, len(options))
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for number, document in enumerate(self._documents):
            self._post(number, _unit(document.weights, self._idf))

    def _post(self, number: int, weights: dict[str, float]) -> None:
        for term, weight in weights.items():
            self._postings.setdefault(term, []).append((number, weight))

    def scores(self, message: str) -> dict[str, float]:
        """Score of every option by name, in the prompt's order; 0.0 where nothing matches."""
        cosines = [0.0] * len(self._documents)
        for term, weight in _unit(terms(message), self._idf).items():
            for number, against in self._postings[term]:
                cosines[number] += weight * against
        return self._by_option(cosines)

    def _by_option(self, cosines: list[float]) -> dict[str, float]:
        gathered: list[dict[str, list[float]]] = [{} for _ in self.options]
        for document, cosine in zip(self._documents, cosines, strict=True):
            gathered[document.option].setdefault(document.kind, []).append(cosine)
        return {option.name: _score(kinds) for option, kinds in zip(self.options, gathered, strict=True)}

    def best(self, message: str) -> str:
        """The option with the highest score; the prompt's order breaks ties. Needs at least one option."""
        return top(self.scores(message))


def top(scores: dict[str, float]) -> str:
    """The best-scoring name, first one on ties."""
    return max(scores, key=scores.__getitem__)


def _score(kinds: dict[str, list[float]]) -> float:
    near = [*sorted(kinds.get("example", []), reverse=True)[:2], 0.0, 0.0]
    whole = PROFILE * sum(kinds.get("profile", [])) + CENTRE * sum(kinds.get("centre", []))
    return whole + NEAREST * near[0] + SECOND * near[1] + NEGATIVE * sum(kinds.get("negative", []))


def _documents(at: int, option: Option) -> list[_Document]:
    profile = _added(terms(f"{option.name} {option.name}"), terms(option.description))
    examples = [_Document(at, "example", terms(text)) for text in option.examples]
    negatives = [_Document(at, "negative", terms(text)) for text in option.negatives]
    return [_Document(at, "profile", profile), *_centre(at, examples), *examples, *negatives]


def _centre(at: int, examples: list[_Document]) -> list[_Document]:
    """All examples together as one document: what they share counts more than what one of them says."""
    return [_Document(at, "centre", _added(*(one.weights for one in examples)))] if len(examples) > 1 else []


def _added(*parts: dict[str, float]) -> dict[str, float]:
    total: dict[str, float] = {}
    for term, weight in (pair for part in parts for pair in part.items()):
        total[term] = total.get(term, 0.0) + weight
    return total


def _rarity(documents: Iterable[_Document], options: int) -> dict[str, float]:
    """Inverse frequency over *options*, so a term repeated in one option's examples stays telling."""
    holders: dict[str, set[int]] = {}
    for document in documents:
        for term in document.weights:
            holders.setdefault(term, set()).add(document.option)
    return {term: log(1.0 + options / len(held)) for term, held in holders.items()}


def _unit(weights: dict[str, float], idf: dict[str, float]) -> dict[str, float]:
    """Dampened, idf-weighted and scaled to length 1; terms no option knows are dropped."""
    scaled = {term: sqrt(weight) * idf[term] for term, weight in weights.items() if term in idf}
    length = sqrt(sum(value * value for value in scaled.values())) or 1.0
    return {term: value / length for term, value in scaled.items()}
