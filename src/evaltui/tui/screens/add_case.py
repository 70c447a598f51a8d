"""The way from items to gold cases: all that will be written is seen, and a person says what is right."""

from collections.abc import Callable, Sequence
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher

from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.tui.add_form import AddForm
from evaltui.tui.add_reading import evalsets, tried, written
from evaltui.tui.add_words import asked, did, glance, heading, lit, near, page, problems
from evaltui.tui.add_writing import AddWriting
from evaltui.tui.safe import safe
from evaltui.tui.widgets.columns import Cell
from evaltui.tui.widgets.lines import Lines
from evaltui.tui.widgets.paper import Paper
from evaltui.tui.widgets.sides import Sides

if TYPE_CHECKING:
    from evaltui.loop.draft import Draft
    from evaltui.tui.app import EvalApp

LOW: Final = 30
"""Lines of the window below which the fields yield to what is written."""
KEYS: Final = (
    ("j k", "field"), ("enter", "write"), ("e", "$EDITOR"), ("ctrl+d", "scroll"), ("y", "add"), ("esc", "leave"),
)  # fmt: skip


class AddBox(Vertical):
    """As large as the window allows."""

    DEFAULT_CSS = """
    AddBox { height: 1fr; margin: 1 2; padding: 0 1; background: $surface; border: round $border;
        border-title-color: $foreground; border-title-style: bold; border-subtitle-color: $foreground 60%; }
    AddBox > .rule { height: 1; margin: 1 0 0 0; }
    AddBox.-low > .rule { margin: 0; }
    AddBox > ContentSwitcher { height: 1fr; }
    """


class AddCase(AddWriting):
    """Dismissed with what was added, or None. `y` writes; enter never does."""

    BINDINGS = [
        ("j,down,tab", "field(1)"), ("k,up,shift+tab", "field(-1)"), ("l,right,space", "change(1)"),
        ("h,left", "change(-1)"), ("enter", "write"), ("e", "edit"), ("right_square_bracket", "case(1)"),
        ("left_square_bracket", "case(-1)"), ("ctrl+d,pagedown", "scroll(1)"), ("ctrl+u,pageup", "scroll(-1)"),
        ("escape,q", "leave"),
    ]  # fmt: skip
    chosen: ClassVar[dict[Path, Path]] = {}
    """The evalset that was chosen last, by project."""

    def __init__(self, keys: Sequence[int], preferred: str = "") -> None:
        super().__init__("Make a gold case" if len(keys) == 1 else f"Make {len(keys)} gold cases")
        self.form = AddForm()
        self._keys, self._preferred = tuple(keys), preferred
        self._pane = "did"
        self._found: tuple[Problem, ...] = ()
        self._words: list[Cell] = [("reading …", "muted")]
        self._seen: list[Draft] = []
        self._writing = False

    @property
    def _app(self) -> "EvalApp":
        return self.app  # type: ignore[return-value]

    def compose(self) -> ComposeResult:
        with AddBox() as box:
            box.border_title = safe(self._title, 100)
            yield Lines(id="fields")
            yield Lines(classes="rule", id="title")
            with ContentSwitcher(initial="page"):
                yield Paper(id="page")
                yield Sides(id="similar")
            yield Lines(id="problems")
            yield Lines([tuple(span for key, words in KEYS for span in ((key, "key"), (f" {words}   ", "muted")))])

    def on_mount(self) -> None:
        self.query_one(Paper).can_focus = False
        self.query_one(Sides).can_focus = False
        self.later(self._begin)
        self._draw()

    def on_resize(self) -> None:
        self.query_one(AddBox).set_class(self._low, "-low")
        self._draw()

    @property
    def _low(self) -> bool:
        return self.app.size.height < LOW

    # What there is to choose from

    async def _begin(self) -> None:
        folder = self._app.desk.folder
        self.form.sets = await self._app.desk.read(evalsets, folder)
        if not self.form.sets:
            self._say([("There is no evalset here yet: evaltui init makes one to start from.", "unsure")])
            return
        last = self.chosen.get(folder)
        wanted = [
            at
            for at, one in enumerate(self.form.sets)
            if one.folder == last or (not last and one.name == self._preferred)
        ]
        self.form.evalset = wanted[0] if wanted else 0
        await self._drafted()

    async def _drafted(self, turn: int | None = None) -> None:
        """Drafts for the evalset of now, with what a person wrote already."""
        from evaltui.loop.draft import drafts

        folder = self.form.sets[self.form.evalset].folder
        self._say([("reading …", "muted")])
        if turn is None:
            self.form.drafts = []
            made = await self._app.desk.read(drafts, self._keys, folder)
            self.form.drafts = [reduce(_edited, self.kept(draft).edits, draft) for draft in made]
        elif self.form.draft is not None:
            made = await self._app.desk.read(drafts, [self.form.draft.key], folder, turn=turn)
            self.form.put(reduce(_edited, self.kept(made[0]).edits, made[0]))
        self.form.begin()
        self._show_pane()
        await self._checked()

    # What is written

    async def _checked(self) -> None:
        """What keeps it from being written, and the block that will be."""
        form, adding = self.form, self.form.adding
        found, lines = await self._app.desk.work(partial(tried, adding, form.draft))
        self._found, self._block, self._seen = found, near(lines, self._app.desk.folder), adding
        self._say([])

    def edited(self) -> None:
        self._pane = "block"
        self.later(self._checked)

    def action_field(self, by: int) -> None:
        if self.form.draft is not None:
            self.form.move(by)
            self._show_pane()
            self._draw()

    def _show_pane(self) -> None:
        """What helps with the field: what the agent did, what is like it, or the block."""
        at = self.form.at
        self._pane = "similar" if at == "similar" else "did" if at.startswith(":") or at == "turn" else "block"

    def action_case(self, by: int) -> None:
        self.form.go(by)
        self._show_pane()
        self.later(self._checked)

    def action_change(self, by: int) -> None:
        self.change(by)

    def change(self, by: int) -> None:
        from evaltui.loop.draft_edit import with_critical

        draft, at = self.form.draft, self.form.at
        if at == "evalset" and len(self.form.sets) > 1:
            self.form.evalset = (self.form.evalset + by) % len(self.form.sets)
            self.form.covered.clear()
            self.later(self._drafted)
        elif draft is None:
            return
        elif at == "turn":
            self.later(partial(self._drafted, draft.turn + by))
        elif at == "critical":
            self.edit_with(lambda one: with_critical(one, critical=not draft.case.get("critical")))
        elif at == "similar":
            self._decide(draft)

    def _decide(self, draft: "Draft") -> None:
        """Not decided, not added because the set says it, added all the same."""
        from evaltui.loop.draft_edit import with_anyway

        if draft.key in self.form.covered:
            del self.form.covered[draft.key]
            self.edit_with(with_anyway)
        elif draft.anyway:
            self.edit_with(lambda one: with_anyway(one, anyway=False))
        else:
            self.form.covered[draft.key] = draft.similar[0].case.id
            self.later(self._checked)
        self._pane = "similar"

    # Writing it

    def on_key(self, event: events.Key) -> None:
        if event.key == "y":
            event.stop()
            self._add()

    def _add(self) -> None:
        """Nothing is written that was not seen."""
        errors = [problem for problem in self._found if problem.severity == "error"]
        if self._writing or not self.form.drafts:
            return
        if not _same(self._seen, self.form.adding):
            self._say([("one moment: it is being checked", "muted")])
            return
        if errors:
            self._say([(("! ", "fail"), ("not yet: see what is missing", "text"))])
        elif self._pane != "block" and self.form.adding:
            self._pane = "block"
            self._say([(("this is written; ", "text"), ("y", "key"), (" once more adds it", "text"))])
        else:
            self._writing = True
            self.later(self._added)

    async def _added(self) -> None:
        form = self.form
        try:
            made = await self._app.desk.write(written, form.adding, form.noted)
        finally:
            self._writing = False
        self.chosen[self._app.desk.folder] = form.sets[form.evalset].folder
        for key in self._keys:
            self.left.pop((self._app.desk.path, key), None)
        self.answer((made, form.sets[form.evalset].folder))

    def action_leave(self) -> None:
        """Nothing is written."""
        if not self._writing:
            self.answer(None)

    def action_scroll(self, by: int) -> None:
        (self.query_one(Sides) if self._pane == "similar" else self.query_one(Paper)).page(by)

    # How it looks

    _block: Sequence[tuple[str, str]] = ()

    def _say(self, lines: list[Cell]) -> None:
        self._words = lines
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        draft, low = self.form.draft, self._low
        width = max(20, self.query_one(AddBox).size.width - 4)
        fields = list(self.form.lines(7 if low else 15))
        many = f"case {self.form.nth + 1} of {len(self.form.drafts)}" if len(self.form.drafts) > 1 else ""
        head: list[Cell] = [(("[ ] ", "key"), (many, "strong"))] if many else []
        did_it = [glance(draft, width)] if draft and self._pane != "did" else []
        self.query_one("#fields", Lines).show([*head, *fields, *did_it])
        self.query_one("#title", Lines).show([heading(self._pane, draft)])
        found = problems(self._found, 2 if low else 4)
        self.query_one("#problems", Lines).show([*self._words, *found])
        self._draw_pane()

    def _draw_pane(self) -> None:
        draft = self.form.draft
        if draft is None:
            return
        similar = self._pane == "similar" and bool(draft.similar)
        self.query_one(ContentSwitcher).current = "similar" if similar else "page"
        if similar:
            theirs = draft.similar[0].case
            self.query_one(Sides).compare(theirs.text, asked(draft), theirs.id, "the new case")
        else:
            lines = did(draft) if self._pane == "did" else self._block
            self.query_one(Paper).show(page(lines, lit(self.form.drafts)), top=True)

    def failed(self, error: Exception) -> None:
        """What goes wrong stands where the problems do."""
        self.wrong(*((error.problems, "") if isinstance(error, BadInput) else ((), str(error))))

    def wrong(self, found: tuple[Problem, ...], words: str) -> None:
        self.form.begin()
        self._found, self._seen = found, []
        self._say([(("! ", "fail"), (words, "text"))] if words else [])


def _same(some: "Sequence[Draft]", others: "Sequence[Draft]") -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))


def _edited(draft: "Draft", edit: "Callable[[Draft], Draft]") -> "Draft":
    return edit(draft)
