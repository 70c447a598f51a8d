"""Owns what a prompt says about its tools, sentence by sentence.

Recognised (T, U are tools of the request, K is an argument, C is a condition as in `known`):

- any sentence that names T: T is to be called, in the order of the prompt; "T before U", "T, then U", "first T" move it
- `If C, call T`, `call T only if C`, `call T unless C`; `call T with K "value"`; `call T instead of U`
- `Never call T if C`, `never call T before U`
- `If C, stop` (what the same sentence calls is still called)
- `After every call, call T again`, `before you answer, call T again`
- `If T fails, call it again` (once, or twice); without such a sentence nothing is called after an error, except by
  sentences whose condition is about the error
- `If C, say "…"`: the reply; the first that holds wins, `{K}` stands for a known value. `If C, add "…"`: said as well
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import permutations

from evaltui.sandbox.lexical.known import Known, When, when

_VERB = (
    r"(?:please |always |then |also |only |at once |immediately )*"
    r"(?:call|use|run|open|ask|stop|say|tell|answer|reply|add|write|end|do not|don't|never|try|retry|make|send|look)\b"
)
_LEAD = re.compile(
    rf"^(?:if|when|whenever|once|as soon as|for|to|after (?=`)) ?(.+?)(?:, (?:then )?| then )(?={_VERB})", re.IGNORECASE
)
_TAIL = re.compile(r"(?:,? but)?,? (only )?\b(if|when|whenever|once|unless) (.+)$", re.IGNORECASE)
_ASIDE = re.compile(r"\b(?:before|after|instead of|without|until)\b[^,;]*", re.IGNORECASE)
_NEVER = re.compile(r"\b(?:never|do not|don't|must not)\b", re.IGNORECASE)
_BANS = re.compile(r"\b(?:never|do not|don't|must not) (?:ever )?(?:call|use|run)\b", re.IGNORECASE)
_STOP = re.compile(r"\bstop\b|\bcall no (?:other|further|more) tools?\b", re.IGNORECASE)
_INSTEAD = re.compile(r"\binstead of `(\w+)`", re.IGNORECASE)
_NOT_TWICE = re.compile(r"\b(?:again|twice|more than once|second time|before|without)\b", re.IGNORECASE)
_AGAIN = re.compile(
    r"(?P<tools>`\w+`(?:(?:, and |, | and )`\w+`)*)[^`]{0,20}?\b(?:again|once more|a second time)\b", re.IGNORECASE
)
_EACH = re.compile(r"\bafter (?:every|each|any)\b|\bbetween\b", re.IGNORECASE)
_END = re.compile(r"\bbefore (?:you|the|your|writing|giving|any) ?(?:answer|reply|repl|write|final)", re.IGNORECASE)
_RETRY = re.compile(r"\b(?:retry|(?:try|call) (?:it |that tool |the tool )?(?:once )?(?:again|more))\b", re.IGNORECASE)
_TWICE = re.compile(r"\b(?:twice|two (?:more )?times)\b", re.IGNORECASE)
_GIVEN = re.compile(r"`(\w+)` (?:set to |= ?|as )?[\"“`]([\w .-]+)[\"”`]")
_SAY = re.compile(r"\b(say|answer|reply|tell|write|ask|add)\b[^\"“`]*[\"“]([^\"”]+)[\"”]", re.IGNORECASE)
_OPEN = re.compile(r"\b(?:say|answer|reply|tell|write|ask|add)\b[^\"`]*\"[^\"]*$", re.IGNORECASE)
_NUMBERING = re.compile(r"^(?:first|then|next|finally|otherwise|also)\b,? ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a sentence applies: every `when` holds and no `unless` does."""

    when: tuple[When, ...] = ()
    unless: tuple[When, ...] = ()

    def covers(self, known: Known) -> bool:
        """Whether the sentence applies to what is known."""
        return all(one.holds(known) for one in self.when) and not any(one.holds(known) for one in self.unless)

    @property
    def heeds_errors(self) -> bool:
        """Whether the sentence is about something that went wrong."""
        return any(one.heeds_errors for one in self.when)


@dataclass(frozen=True, slots=True)
class Step:
    """Call these tools with what is `given`, in place of others, and perhaps nothing after them."""

    scope: Scope
    tools: tuple[str, ...]
    given: Mapping[str, str] = field(default_factory=dict)
    instead: tuple[str, ...] = ()
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """Call a tool a second time: after `each` other call, else once before the answer."""

    scope: Scope
    tool: str
    each: bool


@dataclass(frozen=True, slots=True)
class Saying:
    """Words of the reply; `more` is added to what is said otherwise."""

    scope: Scope
    text: str
    more: bool


@dataclass(frozen=True, slots=True)
class Procedure:
    """`order` holds the tools to call, first one first; `retries` is how often a failed call is made again."""

    order: tuple[str, ...]
    steps: tuple[Step, ...]
    bans: tuple[tuple[str, Scope], ...]
    again: tuple[Again, ...]
    sayings: tuple[Saying, ...]
    retries: tuple[tuple[Scope, int], ...]
    names_tools: bool


@lru_cache(maxsize=256)
def procedure(sentences: tuple[str, ...], tools: tuple[str, ...]) -> Procedure:
    """What the sentences of a prompt say about these tools."""
    lines = [_ticked(_NUMBERING.sub("", line), tools) for line in _whole(sentences)]
    reader = _Reader(tools)
    for line in lines:
        reader.read(line)
    named = dict.fromkeys(name for step in reader.steps for name in step.tools)
    return Procedure(
        order=tuple(_ordered(list(named), lines)),
        steps=tuple(reader.steps),
        bans=tuple(reader.bans),
        again=tuple(reader.again),
        sayings=tuple(reader.sayings),
        retries=tuple(reader.retries),
        names_tools=any(f"`{name}`" in line for line in lines for name in tools),
    )


def _whole(sentences: tuple[str, ...]) -> Iterator[str]:
    """Sentences with those joined that were split inside the words of a reply."""
    open_line = ""
    for sentence in sentences:
        line = f"{open_line} {sentence}".strip()
        open_line = line if line.count('"') % 2 and _OPEN.search(line) else ""
        if not open_line:
            yield line
    if open_line:
        yield open_line


def _ticked(line: str, tools: tuple[str, ...]) -> str:
    """Every tool name in backticks, emphasis gone."""
    names = "|".join(re.escape(name) for name in sorted(tools, key=len, reverse=True)) or r"(?!)"
    return re.sub(rf"`?(?<!\w)({names})(?!\w)`?", r"`\1`", line.replace("**", ""))


class _Reader:
    """Sorts sentences into rules."""

    def __init__(self, tools: tuple[str, ...]) -> None:
        self._tools = tools
        self.steps: list[Step] = []
        self.bans: list[tuple[str, Scope]] = []
        self.again: list[Again] = []
        self.sayings: list[Saying] = []
        self.retries: list[tuple[Scope, int]] = []

    def read(self, line: str) -> None:
        said = _SAY.search(line)
        scope, rest, only = self._scoped(line[: said.start(2) - 1] if said else line)
        refuses = bool(_NEVER.search(_ASIDE.sub("", rest)))
        if said and not refuses:
            self.sayings.append(Saying(scope, said[2], more=said[1].lower() == "add"))
        if refuses:
            self._ban(rest, scope)
        elif scope.heeds_errors and _RETRY.search(rest):
            self.retries.append((scope, 2 if _TWICE.search(rest) else 1))
        elif found := list(_AGAIN.finditer(rest)):
            self._repeat(rest, found, scope)
        else:
            self._step(rest, scope, only=only)

    def _repeat(self, line: str, found: list[re.Match[str]], scope: Scope) -> None:
        """`After every call, call A again, and before you answer call B again`: each with the mark beside it."""
        ends = [0, *(one.end() for one in found)]
        starts = [*(one.start() for one in found[1:]), len(line)]
        for at, one in enumerate(found):
            beside = (line[ends[at] : one.start()], line[one.end() : starts[at]])
            marked = next((text for text in beside if _EACH.search(text) or _END.search(text)), "")
            self.again += [Again(scope, name, bool(_EACH.search(marked))) for name in self._named(one["tools"])]

    def _scoped(self, line: str) -> tuple[Scope, str, bool]:
        """(where the sentence applies, what is left of it, whether it says "only if")."""
        lead = _LEAD.match(line)
        rest = line[lead.end() :] if lead else line
        tail = _TAIL.search(rest)
        rest = rest[: tail.start()] if tail else rest
        ahead = [when(lead[1], self._tools)] if lead else []
        behind = [when(tail[3].rstrip(". "), self._tools)] if tail else []
        turned = tail is not None and tail[2].lower() == "unless"
        scope = Scope(tuple(ahead if turned else [*ahead, *behind]), tuple(behind if turned else ()))
        return scope, rest, bool(tail and tail[1])

    def _ban(self, rest: str, scope: Scope) -> None:
        if _BANS.search(rest) and not _NOT_TWICE.search(rest):
            self.bans += [(name, scope) for name in self._named(rest)]

    def _step(self, rest: str, scope: Scope, *, only: bool) -> None:
        named = self._named(_ASIDE.sub("", rest))
        instead = tuple(_INSTEAD.findall(rest))
        if only:
            self.bans += [(name, Scope(scope.unless, scope.when)) for name in named]
        if named or _STOP.search(rest):
            self.steps.append(Step(scope, named, dict(_GIVEN.findall(rest)), instead, bool(_STOP.search(rest))))

    def _named(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in re.findall(r"`(\w[\w-]*)`", text) if name in self._tools))


def _ordered(names: list[str], lines: list[str]) -> list[str]:
    """The order of first mention, changed so that "x before y", "x, then y" and "first x" hold."""
    queue = sorted(names, key=lambda name: not _comes_first(name, lines))
    for early, late in permutations(names, 2):
        if queue.index(early) > queue.index(late) and _precedes(early, late, lines):
            queue.remove(early)
            queue.insert(queue.index(late), early)
    return queue


def _comes_first(name: str, lines: list[str]) -> bool:
    form = re.compile(rf"\bfirst\b[^.]*`{re.escape(name)}`|`{re.escape(name)}` first", re.IGNORECASE)
    return any(form.search(line) for line in lines)


def _precedes(early: str, late: str, lines: list[str]) -> bool:
    one, two = f"`{re.escape(early)}`", f"`{re.escape(late)}`"
    stated = re.compile(
        rf"{one}.*\b(?:before|then|followed by)\b.*{two}|\bafter\b.*{one}.*{two}|{two}.*\bafter\b.*{one}", re.IGNORECASE
    )
    turned = re.compile(rf"{two}.*\b(?:before|without|until)\b.*{one}", re.IGNORECASE)
    return any((turned if _NEVER.search(line) else stated).search(line) for line in lines)
