"""Owns what the keys of triage do: each act is on disk before the next key is looked at, and undo takes it back."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evaltui.domain.finding import Act, Found, Label
from evaltui.tui.view import View

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.loop.gold_output import Offer
    from evaltui.loop.triage import Item
    from evaltui.store.database import Store

SAVING: Final = 0.5
"""Seconds a key waits for the one before it to be kept; a database that is held longer holds up no key."""


class TriageActs(View):
    """Mixed into the triage view, which knows what is looked at and shows what comes of an act."""

    def __init__(self) -> None:
        super().__init__()
        self._saving: asyncio.Future[None] | None = None

    @property
    def run(self) -> "Run | None":
        """The run that is judged."""
        raise NotImplementedError

    @property
    def item(self) -> "Item | None":
        """The case under the cursor."""
        raise NotImplementedError

    def alike(self) -> "Sequence[Item]":
        """The case under the cursor and those that fail like it."""
        raise NotImplementedError

    def known(self, item: "Item") -> Found | None:
        """What stands of a case."""
        raise NotImplementedError

    def judged(self, found: dict[int, Found], act: Act, *, on: bool, words: str) -> None:
        """An act was kept; `on`: go on to the next open case, else to the case of the act."""
        raise NotImplementedError

    # A key, a verdict, the next case

    async def action_accept(self) -> None:
        await self._judge("accept")

    async def action_real(self) -> None:
        await self._judge("real")

    async def action_flaky(self) -> None:
        await self._judge("flaky")

    async def action_dispute(self) -> None:
        await self._judge("dispute")

    async def action_later(self) -> None:
        await self._judge("later")

    async def action_bad(self) -> None:
        """The gold is to be mended: open it where it is written."""
        item = self.item
        if item is not None and await self._judge("bad"):
            self.later(partial(self._open_gold, item))

    async def action_accept_group(self) -> None:
        await self._judge("accept", self.alike())

    async def action_real_group(self) -> None:
        await self._judge("real", self.alike())

    async def action_undo(self) -> None:
        """The newest act of this run, whenever and by whomever."""
        await self._take_back(again=False)

    async def action_redo(self) -> None:
        await self._take_back(again=True)

    # With words

    def action_note(self) -> None:
        """A line about the case; it stays where it is."""
        from evaltui.tui.screens.ask import Prompt

        item, run = self.item, self.run
        if item is None or run is None:
            return
        known = self.known(item)
        prompt = Prompt(
            f"Note on {item.case_id}", (known.note if known else "") or "", draft=f"note {run.id} {item.position}"
        )
        self.app.push_screen(prompt, lambda text: self._noted(item, text))

    def _noted(self, item: "Item", text: str | None) -> None:
        if text is not None:
            self.later(partial(self._note, item, text))

    async def _note(self, item: "Item", text: str) -> None:
        from evaltui.loop.triage import write_note

        await self._keep(lambda store, run: write_note(store, run, item, text), on=False)

    # Files

    def action_promote_output(self) -> None:
        """Show what would change in the case's file."""
        if self.item is not None and self.run is not None:
            self.later(partial(self._offer, self.run, self.item))

    async def _offer(self, run: "Run", item: "Item") -> None:
        from evaltui.loop.gold_output import offer
        from evaltui.tui.screens.ask import Confirm

        found = await self.desk.read(offer, run, item)
        name = f"{_near(found.place.file, self.desk.folder)}:{found.rewrite.line}"
        roles = {"-": "removed", "+": "added"}
        lines = [(f"{sign} {line}", roles.get(sign, "muted")) for sign, line in found.rewrite.diff]
        left = [("", ""), (f"{', '.join(found.left)} fails it all the same", "unsure")] if found.left else []
        ask = Confirm(f"Expected answer of {item.case_id}", [(name, "strong"), ("", ""), *lines, *left],
                      yes=("P", "write it; u takes it back"))  # fmt: skip
        self.app.push_screen(ask, lambda yes: self.later(partial(self._promote, found)) if yes else None)

    async def _promote(self, found: "Offer") -> None:
        from evaltui.loop.triage import new_gold

        await self._keep(lambda store, run: new_gold(store, run, found.item, found.rewrite.edit), on=True)

    def action_edit(self) -> None:
        """The case where it is written."""
        if self.item is not None:
            self.later(partial(self._open_gold, self.item))

    async def _open_gold(self, item: "Item") -> None:
        from evaltui.loop.gold_output import place_in

        run = self.run
        if run is not None:
            place = await self.desk.work(lambda: place_in(run, item.case_id))
            self.evaltui.edit(place.file, place.gold_line)

    # How an act is kept

    async def _judge(self, label: Label, items: "Sequence[Item]" = ()) -> bool:
        from evaltui.loop.triage import judge

        asked = items or ([self.item] if self.item is not None else [])
        if not asked:
            return False
        return await self._keep(lambda store, run: judge(store, run, asked, label), on=True)

    async def _take_back(self, *, again: bool) -> None:
        from evaltui.loop.triage import redo, undo

        act = redo if again else undo
        nothing = "nothing to do again" if again else "nothing to take back"
        after = "done again: {}  ·  u takes it back" if again else "taken back: {}  ·  U does it again"
        await self._keep(act, on=again, words=after, nothing=nothing)

    async def _keep(
        self, act: "Callable[[Store, Run], Act | None]", *, on: bool, words: str = "", nothing: str = ""
    ) -> bool:
        """Waits until the act is on disk, but not for long; whether it is."""
        if self._saving is not None:
            self.say("the last key is still being saved …")
            return False
        self._saving = asyncio.ensure_future(self._careful(partial(self._kept, act, on, words, nothing)))
        saving = self._saving
        saving.add_done_callback(lambda _: self._saved())
        done, _ = await asyncio.wait({saving}, timeout=SAVING)
        return bool(done) and self._worked

    def _saved(self) -> None:
        self._saving = None

    async def _kept(self, act: "Callable[[Store, Run], Act | None]", on: bool, words: str, nothing: str) -> None:
        from evaltui.store.findings import findings

        self._worked, run = False, self.run
        if run is None:
            return

        def work(store: "Store") -> tuple[Act | None, dict[int, Found]]:
            return act(store, run), findings(store, run.id)

        made, found = await self.desk.write(work)
        if made is None:
            self.say(nothing)
        else:
            self._worked = True
            self.judged(found, made, on=on, words=words or "{}  ·  u takes it back")

    _worked = False


def _near(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
