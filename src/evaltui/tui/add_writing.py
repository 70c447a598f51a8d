"""Owns how a person writes what is in a draft: a field in a line, or the whole case in the editor. Nothing is lost."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from evaltui.domain.errors import BadInput, EvaltuiError
from evaltui.domain.problem import Problem
from evaltui.tui.add_form import VAR, WRITTEN, AddForm
from evaltui.tui.add_words import FAILED
from evaltui.tui.screens.ask import Asking, Prompt
from evaltui.tui.widgets.columns import Cell

if TYPE_CHECKING:
    from evaltui.loop.draft import Draft

Edit = Callable[["Draft"], "Draft"]


@dataclass(slots=True)
class Left:
    """`edits` in their order; `text` is what came from the editor and could not be read."""

    edits: list[Edit] = field(default_factory=list)
    text: str = ""


class AddWriting(Asking):
    """Mixed into the screen, which shows what comes of an edit."""

    left: ClassVar[dict[tuple[Path, int], Left]] = {}
    """What was written for an item that was not added yet, by database and item."""
    form: AddForm

    def kept(self, draft: "Draft") -> Left:
        """What was written for it so far."""
        return self.left.setdefault((self.app.desk.path, draft.key), Left())  # type: ignore[attr-defined]

    def edit_with(self, edit: Edit) -> None:
        """Another draft in place of the one that is looked at; raises what the edit does."""
        draft = self.form.draft
        if draft is not None:
            self.form.put(edit(draft))
            self.kept(draft).edits.append(edit)
            self.edited()

    def edited(self) -> None:
        """The draft is another one."""
        raise NotImplementedError

    def change(self, by: int) -> None:
        """Another value of a field that is chosen."""
        raise NotImplementedError

    def wrong(self, found: tuple[Problem, ...], words: str) -> None:
        """Something cannot be taken as it is."""
        raise NotImplementedError

    def action_write(self) -> None:
        """Write the field; the other ones are chosen."""
        form, draft = self.form, self.form.draft
        if draft is None:
            return
        if form.slot is None and form.at not in WRITTEN and not form.at.startswith(VAR):
            self.change(1)
            return
        label = form.at.removeprefix(":").removeprefix(VAR) or "expected"
        ask = Prompt(label, self._typed(draft), words=self._told(draft), draft=f"add {draft.key} {form.at}")
        self.app.push_screen(ask, partial(self._written, form.at))

    def _typed(self, draft: "Draft") -> str:
        from evaltui.loop.fill import typed

        slot = self.form.slot
        if slot is not None:
            return typed(draft, slot)
        if self.form.at.startswith(VAR):
            return str(draft.case.get("vars", {}).get(self.form.at.removeprefix(VAR), ""))
        held = draft.case.get(self.form.at)
        return " ".join(held) if isinstance(held, list) else str(held or "")

    def _told(self, draft: "Draft") -> list[Cell]:
        slot = self.form.slot
        if self.form.at.startswith(VAR):
            return [(f"what {{{{{self.form.at.removeprefix(VAR)}}}}} in the agent's text stands for", "muted")]
        if slot is None:
            words = {"tags": "words, blanks between them", "rubric": "what a judge should look for", "id": ""}
            return [(words[self.form.at], "muted")]
        by = f" (read by {slot.scorer})" if slot.scorer else ""
        failed = " ".join(draft.failed.split())[:300]
        return [(f"{slot.words}{by}; JSON where it is no text", "text"), (FAILED, (f"  {failed}", "muted"))]

    def _written(self, at: str, text: str | None) -> None:
        from evaltui.loop.draft_edit import with_id, with_rubric, with_tags, with_vars
        from evaltui.loop.fill import fill

        slot = self.form.slot
        if text is None:
            return
        edits: dict[str, Callable[[Draft], Draft]] = {
            "id": lambda one: with_id(one, text),
            "rubric": lambda one: with_rubric(one, text),
            "tags": lambda one: with_tags(one, text.replace(",", " ").split()),
        }
        if at.startswith(VAR):
            edits[at] = lambda one: with_vars(one, {at.removeprefix(VAR): text})
        edit = edits.get(at) or (lambda one: fill(one, slot, text) if slot else one)
        try:
            self.edit_with(edit)
        except EvaltuiError as error:
            Prompt.drafts[f"add {self.form.draft.key if self.form.draft else 0} {at}"] = text
            self.wrong((), str(error))

    # In the editor

    def action_edit(self) -> None:
        """The whole case, as git asks for the words of a commit; what cannot be read is there again."""
        from evaltui.loop.draft_edit import as_yaml

        draft = self.form.draft
        if draft is None:
            return
        with tempfile.TemporaryDirectory(prefix="evaltui-") as name:
            file = Path(name, "case.yaml")
            file.write_text(self.kept(draft).text or as_yaml(draft), "utf-8")
            if self.app.edit(file):  # type: ignore[attr-defined]
                self._take_text(draft, file.read_text("utf-8", errors="replace"))

    def _take_text(self, draft: "Draft", text: str) -> None:
        from evaltui.loop.draft_edit import with_yaml

        left = self.kept(draft)
        try:
            with_yaml(draft, text)
        except BadInput as error:
            left.text = text
            self.wrong(error.problems, "the text cannot be read; e opens it again as you left it")
            return
        left.text, left.edits = "", []
        here = _place(draft)
        self.edit_with(lambda one: with_yaml(one, text) if _place(one) == here else one)


def _place(draft: "Draft") -> tuple[Path, int]:
    """A text that was edited whole belongs to one evalset and one turn."""
    return draft.target.source.folder, draft.turn
