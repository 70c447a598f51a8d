"""What lists show of the inbox: items of production logs, the failures seen in them, and what people did with them."""

from dataclasses import dataclass
from typing import Literal

InboxState = Literal["open", "dismissed", "merged", "promoted"]


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One item as a row. `key` is its number in the store, `id` the digest that its importer gave it.

    `reason`, `turn` (from 1), `words` and `signature` are those of its first failure; `reason` and `signature` are ""
    and `turn` is 0 where nothing looks like one. `failures` counts all of them. `at` is ISO 8601 in UTC or "".
    `case` is `EVALSET/ID` of the case that was made of it, `into` the key of the item it was merged into.
    """

    key: int
    id: str
    kind: str
    source: str
    part: str
    at: str
    model: str
    turns: int
    reason: str
    turn: int
    words: str
    signature: str
    failures: int
    state: InboxState = "open"
    note: str = ""
    case: str = ""
    into: int | None = None


@dataclass(frozen=True, slots=True)
class InboxGroup:
    """Items whose first failures are alike: how many, how many of them open, and the newest one's time and words.

    `title` is the signature as it may be shown, "" where nobody redacted it.
    """

    signature: str
    reason: str
    words: str
    items: int
    open: int
    newest: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class InboxFinding:
    """One item in an act: a state, a note, or both; an empty note takes an earlier one away.

    `into` is the key of the item it is merged into; `case` and `digest` are those of the case that was made of it.
    """

    key: int
    state: InboxState | None = None
    note: str | None = None
    into: int | None = None
    case: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class InboxAct:
    """What one key or one command did; `keys` are those of its items, and `words` say it in the past."""

    id: int
    words: str
    who: str
    at: str
    keys: tuple[int, ...]
