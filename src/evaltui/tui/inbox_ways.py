"""Owns how the keys of the inbox move, look and copy; those that change something are in `inbox_acts`."""

import shlex
from typing import Final

from evaltui.tui.inbox_item import ItemPane
from evaltui.tui.inbox_list import InboxList
from evaltui.tui.widgets.outline import Outline
from evaltui.tui.widgets.rows import RowList

NARROW: Final = 100
"""Cells below which the list stands above the item."""


class InboxWays(InboxList):
    """Mixed into the inbox: keys go to the list, or to the conversation while that is gone into."""

    @property
    def pane(self) -> ItemPane:
        """The item."""
        raise NotImplementedError

    def go_in(self) -> None:
        """Into what is under the cursor: a group's items, an item's conversation."""
        raise NotImplementedError

    @property
    def inside(self) -> bool:
        """Whether the keys move the conversation."""
        return self.focused is self.pane.talk

    def on_resize(self) -> None:
        super().on_resize()
        self.set_class(self.app.size.width < NARROW, "-narrow")

    # Moving

    @property
    def moved(self) -> RowList | Outline:
        return self.pane.talk if self.inside else self.rows

    @property
    def page_share(self) -> float:
        return 0.5 if self.inside else 1

    def action_next_case(self) -> None:
        self.rows.move(1)

    def action_previous_case(self) -> None:
        self.rows.move(-1)

    def action_next_problem(self) -> None:
        self._problem(1)

    def action_previous_problem(self) -> None:
        self._problem(-1)

    def _problem(self, by: int) -> None:
        if not self.inside:
            self.go_open(by)
        elif not self.pane.talk.problem(by):
            self.say("no problem further down" if by > 0 else "no problem further up")

    # Looking

    def action_open(self) -> None:
        if self.inside:
            self.pane.talk.enter()
        else:
            self.go_in()

    def can_trace(self) -> bool | None:
        return True if self.line is not None and not self.inside else None

    def action_trace(self) -> None:
        """The whole conversation, with all the room."""
        self.action_zoom_in()

    def action_zoom_in(self) -> None:
        self.add_class("-zoomed")
        self.pane.talk.focus()

    def action_zoom_out(self) -> None:
        self.remove_class("-zoomed")
        self.rows.focus()

    def can_fold(self) -> bool:
        return self.inside

    can_fold_all = can_fold_in = can_fold_out = can_fold

    def action_fold(self) -> None:
        self.pane.talk.toggle()

    def action_fold_all(self) -> None:
        self.pane.talk.fold_all()

    def action_fold_in(self) -> None:
        self.pane.talk.inward()

    def action_fold_out(self) -> None:
        self.pane.talk.outward()

    # Copying

    def action_copy(self) -> None:
        """What is under the cursor: a text of the conversation as it is shown, or the id of the item."""
        node = self.pane.talk.current if self.inside else None
        if node is not None and node.body is not None:
            self.evaltui.copy(node.body().text, "the redacted text")
        elif self.line is not None:
            self.evaltui.copy(self.line.id, "the id of the item")

    def action_copy_command(self) -> None:
        if self.line is not None:
            self.evaltui.copy(f"evaltui inbox {shlex.quote(self.line.id[:12])}", "the command")
