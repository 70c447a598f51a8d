"""Owns what is chosen on the way from items of the inbox to gold cases: case by case, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from evaltui.loop.writing import written
from evaltui.tui.widgets.columns import Cell, Span

if TYPE_CHECKING:
    from evaltui.loop.candidates import Candidate
    from evaltui.loop.draft import Draft
    from evaltui.loop.draft_target import Similar
    from evaltui.loop.expectation import Slot

BEFORE: Final = ("evalset", "turn", "similar", "id", "tags", "critical")
WRITTEN: Final = ("id", "rubric", "tags")
LABEL: Final = 15
VAR: Final = "$"
"""Before the name of a variable of the agent."""


@dataclass(slots=True)
class AddForm:
    """`drafts` are of one evalset; those with a key in `covered` are not added: the named case of the set says it."""

    sets: "list[Candidate]" = field(default_factory=list)
    drafts: "list[Draft]" = field(default_factory=list)
    covered: dict[int, str] = field(default_factory=dict)
    evalset: int = 0
    nth: int = 0
    at: str = ""

    @property
    def draft(self) -> "Draft | None":
        """The one that is looked at."""
        return self.drafts[self.nth] if self.drafts else None

    @property
    def slots(self) -> "tuple[Slot, ...]":
        """The parts of what is expected that the evalset reads."""
        from evaltui.loop.fill import parts

        return parts(self.draft) if self.draft else ()

    @property
    def slot(self) -> "Slot | None":
        """The part under the cursor."""
        return next((slot for slot in self.slots if _name(slot) == self.at), None)

    @property
    def fields(self) -> tuple[str, ...]:
        """Where the cursor can stand; parts of what is expected are known by a colon before their path."""
        if self.draft is None:
            return ("evalset",) if self.sets else ()
        before = [name for name in BEFORE if self.draft.similar or name != "similar"]
        return (*before, *(f"{VAR}{name}" for name in self.variables), *map(_name, self.slots), "rubric")

    @property
    def variables(self) -> tuple[str, ...]:
        """What the agent's own texts leave open beside the input."""
        from evaltui.loop.fill import variables

        return variables(self.draft) if self.draft else ()

    @property
    def adding(self) -> "list[Draft]":
        """Those that are to be written."""
        return [draft for draft in self.drafts if draft.key not in self.covered]

    @property
    def noted(self) -> "list[tuple[Draft, str]]":
        """Those that are not, with the case that covers each."""
        return [(draft, self.covered[draft.key]) for draft in self.drafts if draft.key in self.covered]

    def begin(self) -> None:
        """At what a person must write, or decide first."""
        likely = self.draft is not None and bool(self.draft.similar)
        given = self.draft.case.get("vars", {}) if self.draft else {}
        open_ = (f"{VAR}{name}" for name in self.variables if name not in given)
        first = next(open_, next(map(_name, self.slots), "evalset"))
        self.at = self.at if self.at in self.fields else "similar" if likely else first

    def move(self, by: int) -> None:
        """The cursor to another field."""
        fields = self.fields
        place = fields.index(self.at) if self.at in fields else 0
        self.at = fields[(place + by) % len(fields)]

    def go(self, by: int) -> None:
        """To another of the cases."""
        self.nth = (self.nth + by) % max(1, len(self.drafts))
        self.begin()

    def put(self, draft: "Draft") -> None:
        """The one that is looked at, changed."""
        self.drafts[self.nth] = draft

    def lines(self, room: int) -> Iterator[Cell]:
        """As many fields as there is room for, the cursor's among them."""
        fields = self.fields
        place = fields.index(self.at) if self.at in fields else 0
        first = max(0, min(place - room // 2, len(fields) - room))
        shown = fields[first : first + room]
        for name in shown:
            yield self._line(name)
        if len(shown) < len(fields):
            above, below = first, len(fields) - first - len(shown)
            yield (("  ", ""), (f"… {above} fields above, {below} below", "muted"))

    def _line(self, name: str) -> Cell:
        here = name == self.at
        label = name.removeprefix(":").removeprefix(VAR) or "expected"
        special = {":": self._slot_value, VAR: self._variable}.get(name[:1])
        value = special(name) if special else getattr(self, f"_{name}")()
        return (("› " if here else "  ", "accent"), (f"{label:<{LABEL}} ", "key" if here else "muted"), *value)

    def _evalset(self) -> tuple[Span, ...]:
        one = self.sets[self.evalset]
        count = f"  {self.evalset + 1} of {len(self.sets)}" if len(self.sets) > 1 else ""
        return ((one.name, "strong"), (count, "muted"))

    def _turn(self) -> tuple[Span, ...]:
        draft = self.drafts[self.nth]
        why: Span = (f"  {draft.why}", "text") if draft.failure else ("  nothing looks wrong here", "unsure")
        return ((str(draft.turn), "strong"), why)

    def _id(self) -> tuple[Span, ...]:
        return ((self.drafts[self.nth].id, "text"),)

    def _slot_value(self, name: str) -> tuple[Span, ...]:
        from evaltui.loop.fill import value_of

        slot = next(slot for slot in self.slots if _name(slot) == name)
        value = value_of(self.drafts[self.nth], slot)
        if value is None:
            return (("· ", "muted"), (slot.words, "muted"))
        return (("✓ ", "pass"), (written(value, 10_000), "strong"))

    def _variable(self, name: str) -> tuple[Span, ...]:
        given = self.drafts[self.nth].case.get("vars", {})
        if name.removeprefix(VAR) in given:
            return ((written(given[name.removeprefix(VAR)], 10_000), "strong"),)
        return (("! ", "fail"), (f"the agent's text asks for it: {{{{{name.removeprefix(VAR)}}}}}", "muted"))

    def _rubric(self) -> tuple[Span, ...]:
        text = self.drafts[self.nth].case.get("rubric")
        return (("✓ ", "pass"), (str(text), "strong")) if text else (("· what a judge should look for", "muted"),)

    def _tags(self) -> tuple[Span, ...]:
        return ((" ".join(self.drafts[self.nth].case.get("tags") or ()) or "none", "text"),)

    def _critical(self) -> tuple[Span, ...]:
        if self.drafts[self.nth].case.get("critical"):
            return (("◆ critical", "critical"), ("  when it fails, the gate blocks", "muted"))
        return (("no", "text"), ("  space makes it critical", "muted"))

    def _similar(self) -> tuple[Span, ...]:
        draft = self.drafts[self.nth]
        if draft.key in self.covered:
            return (("= not added: ", "change"), (f"{self.covered[draft.key]} says it already", "text"))
        if draft.anyway:
            return (("+ added all the same  ", "accent"), (_alike(draft.similar[0]), "muted"))
        return (("! decide (h l)  ", "unsure"), (_alike(draft.similar[0]), "text"))


def _name(slot: "Slot") -> str:
    return f":{slot.path}"


def _alike(found: "Similar") -> str:
    """Which case, and how alike it is."""
    if found.same_item:
        return f"{found.case.id} was made of the same item"
    return f"{found.case.id} {'says the same' if found.exact else f'shares {found.share:.0%} of its words'}"
