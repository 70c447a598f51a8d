"""Owns what the keys of the inbox change: each act is on disk before the next key, and undo takes it back."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from evaltui.tui.inbox_list import InboxList

if TYPE_CHECKING:
    from evaltui.domain.inbox import InboxAct, InboxLine
    from evaltui.store.database import Store

SAVING: Final = 0.5
"""Seconds a key waits for the one before it to be kept; a database that is held longer holds up no key."""
Act = Callable[["Store"], "InboxAct"]


class InboxActs(InboxList):
    """Mixed into the inbox, which knows what is looked at and shows what comes of an act."""

    def __init__(self) -> None:
        super().__init__()
        self._saving: asyncio.Future[None] | None = None

    async def chosen(self) -> "Sequence[InboxLine]":
        """What an act is about: the marked items, else the open ones of the group, else the one under the cursor."""
        raise NotImplementedError

    async def acted(self, words: str, *, on: bool) -> None:
        """An act was kept; `on`: go on to the next open item."""
        raise NotImplementedError

    def can_dismiss_item(self) -> bool | None:
        return True if self.line else None

    can_note = can_add_case = can_dismiss_item

    def can_merge(self) -> bool | None:
        return True if self.line and self.marked else None

    async def action_dismiss_item(self) -> None:
        """No case will be made of it; what is dismissed already is opened again."""
        await self._keep(self._dismissed)

    async def action_merge(self) -> None:
        """The marked ones are the same as the one under the cursor."""
        await self._keep(self._merged)

    async def action_undo(self) -> None:
        await self._keep(partial(self._taken_back, again=False))

    async def action_redo(self) -> None:
        await self._keep(partial(self._taken_back, again=True))

    async def _dismissed(self) -> None:
        from evaltui.loop.inbox import dismiss, reopen

        lines = await self.chosen()
        standing = [line.key for line in lines if line.state == "open"]
        keys = standing or [line.key for line in lines if line.state == "dismissed"]
        if not keys:
            self.say("nothing here is open")
            return
        await self._written(lambda store: (dismiss if standing else reopen)(store, keys), on=bool(standing))

    async def _merged(self) -> None:
        from evaltui.loop.inbox import merge

        line = self.line
        keys = [key for key in self.marked if line is not None and key != line.key]
        if line is None or not keys:
            self.say("mark the items that are the same as this one (space), then m merges them into it")
            return
        await self._written(lambda store: merge(store, keys, line.key), on=False)

    async def _taken_back(self, *, again: bool) -> None:
        from evaltui.loop.inbox import redo, undo

        act = await self.desk.write(redo if again else undo)
        if act is None:
            self.say("nothing to do again" if again else "nothing to take back")
        elif again:
            await self.acted(f"done again: {act.words}  ·  u takes it back", on=False)
        else:
            await self.acted(f"taken back: {act.words}  ·  U does it again", on=False)

    def action_note(self) -> None:
        """A line about the item; it stays where it is."""
        from evaltui.tui.screens.ask import Prompt

        line = self.line
        if line is not None:
            prompt = Prompt("Note on this item", line.note, words=line.words, draft=f"inbox note {line.key}")
            self.app.push_screen(prompt, partial(self._noted, line.key))

    def _noted(self, key: int, text: str | None) -> None:
        from evaltui.loop.inbox import annotate

        if text is not None:
            self.later(partial(self._written, lambda store: annotate(store, key, text), on=False))

    async def _written(self, act: Act, *, on: bool) -> None:
        made = await self.desk.write(act)
        await self.acted(f"{made.words}  ·  u takes it back", on=on)

    async def _keep(self, work: Callable[[], "asyncio.Future[None] | object"]) -> None:
        """Waits until the act is on disk, but not for long."""
        if self._saving is not None:
            self.say("the last key is still being saved …")
            return
        self._saving = asyncio.ensure_future(self._careful(work))  # type: ignore[arg-type]
        saving = self._saving
        saving.add_done_callback(lambda _: self._saved())
        await asyncio.wait({saving}, timeout=SAVING)

    def _saved(self) -> None:
        self._saving = None
