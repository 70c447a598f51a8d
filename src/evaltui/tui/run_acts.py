"""Owns what a person does to a run from a view: pin it, go on with it, cancel it, promote it."""

from functools import partial
from typing import TYPE_CHECKING

from evaltui.domain.errors import Refused
from evaltui.tui.view import View

if TYPE_CHECKING:
    from evaltui.domain.run import Run
    from evaltui.loop.monitor import Watched

SENDS_NOTHING = "Nothing is sent that was not accepted before."


class RunActs(View):
    """Mixed into views that do things to their `focused_run`."""

    def action_pin(self) -> None:
        """Hold what is looked at against this run; the pinned one again: against the baseline."""
        run, subject = self.focused_run, self.subject
        if run is None:
            return
        if subject is not None and subject.pinned and subject.against is not None and subject.against.id == run.id:
            self.evaltui.pin(None)
            self.say("Comparisons are against the baseline again.")
        else:
            self.evaltui.pin(run)
            self.say(f"Comparisons are against run {run.id}; p on it again: against the baseline.")

    # Going on with it

    def action_resume(self) -> None:
        """Drive it on from where it stands; one that ended with gaps can be asked again."""
        if (run := self.focused_run) is not None:
            self.later(partial(self._resume, run))

    async def _resume(self, run: "Run") -> None:
        from evaltui.loop.monitor import monitor

        found, snapshot = await self.desk.read(monitor, run), self.evaltui.foreman.snapshot(run.id)
        if snapshot is not None and snapshot.active:
            self.say(f"Run {run.id} is driven here already.")
        elif found.under_way:
            self.evaltui.foreman.take(run)
            self.say(f"Run {run.id} goes on where it stands. {SENDS_NOTHING}")
        else:
            await self._ask_again(found)

    async def _ask_again(self, found: "Watched") -> None:
        from evaltui.loop.retrying import proposed
        from evaltui.tui.screens.ask import Confirm

        run = found.run
        again = await self.desk.read(proposed, run)
        if not again.requests or run.made_elsewhere:
            self.say(f"Run {run.id} is complete: there is nothing to go on with.")
            return
        cost = again.forecast.words() if again.forecast else "what this costs cannot be estimated"
        lines = [
            (f"{found.progress.failed:,} samples of run {run.id} have no reply.", "text"),
            (cost, "strong"),
            (f"to {run.endpoint}", "muted"),
        ]
        if await self._asked(Confirm("Ask again", lines, yes=("y", f"send {again.requests:,} requests"))):
            await self._retry(run)

    async def _retry(self, run: "Run") -> None:
        from evaltui.loop.retrying import retry

        await self.desk.write(retry, run)
        self.evaltui.foreman.take(run)
        self.evaltui.views_stale()

    def action_cancel(self) -> None:
        """End its batches; what succeeded is kept."""
        if (run := self.focused_run) is not None:
            self.later(partial(self._cancel, run))

    async def _cancel(self, run: "Run") -> None:
        from evaltui.loop.monitor import monitor
        from evaltui.tui.screens.ask import Confirm

        found = await self.desk.read(monitor, run)
        if not found.under_way:
            self.say(f"Run {run.id} has nothing under way that could be canceled.")
            return
        waiting = sum(batch.intent.size for batch in found.batches if not batch.collected)
        lines = [
            (f"Run {run.id} has {waiting:,} requests at the provider.", "text"),
            ("What succeeded by now is kept, scored and paid; the rest is not asked and not paid.", "muted"),
        ]
        if await self._asked(Confirm("Cancel", lines, yes=("y", f"cancel run {run.id}"))):
            said = await self.evaltui.foreman.cancel(run)
            self.evaltui.foreman.take(run)  # what succeeded before is still to be collected
            self.say("; ".join(said) or f"Run {run.id} sends nothing more.")

    # The baseline

    def action_promote(self) -> None:
        """Make it the baseline, with a note; against the gate's word only with a reason."""
        if (run := self.focused_run) is not None:
            self.later(partial(self._promote, run))

    async def _promote(self, run: "Run") -> None:
        from evaltui.loop.promote import objection_to

        try:
            objection = await self.desk.write(objection_to, run)
        except Refused as refused:
            self.say(f"{str(refused)[:1].upper()}{str(refused)[1:]}.")
            return
        if objection:
            await self._overrule(run, objection)
        else:
            await self._keep(run)

    async def _keep(self, run: "Run") -> None:
        from evaltui.loop.promote import promote
        from evaltui.tui.screens.ask import Prompt

        lines = [
            (f"Run {run.id} becomes the baseline that later runs of {run.evalset} are held against.", "text"),
            ("A note for those who read the history, or none:", "muted"),
        ]
        note = await self._asked(Prompt(f"Promote run {run.id}", words=lines, draft=f"promote {run.id}"))
        if note is not None:
            await self.desk.write(promote, run, str(note))
            self._promoted(run)

    async def _overrule(self, run: "Run", objection: str) -> None:
        from evaltui.loop.promote import promote
        from evaltui.tui.screens.ask import Prompt

        lines = [
            (objection, "fail"),
            ("", "text"),
            ("It can be promoted all the same. Your reason is recorded with your name; without one, nothing", "muted"),
            ("happens:", "muted"),
        ]
        question = Prompt(
            f"Overrule the gate for run {run.id}?", words=lines, draft=f"force {run.id}", may_be_empty=False
        )
        if reason := await self._asked(question):
            await self.desk.write(promote, run, "", str(reason))
            self._promoted(run)

    def _promoted(self, run: "Run") -> None:
        self.evaltui.choose(run)
        self.done(f"Run {run.id} is the baseline of {run.evalset} now.")

    async def _asked(self, question: object) -> object:
        """What a person answers; only in a worker."""
        return await self.app.push_screen_wait(question)  # type: ignore[call-overload]
