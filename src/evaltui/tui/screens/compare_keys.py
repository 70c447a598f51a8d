"""What the keys of the Compare view do."""

import shlex

from evaltui.domain.run import Run
from evaltui.loop.browse import SORTS, CaseLine, lines
from evaltui.loop.places import lost, place_of
from evaltui.tui.gold_keys import GoldKeys
from evaltui.tui.screens.compare_detail import CaseDetail
from evaltui.tui.screens.compare_head import TABS
from evaltui.tui.widgets.filterbar import FilterBar
from evaltui.tui.widgets.frame import StatusLine
from evaltui.tui.widgets.row_keys import MoveKeys
from evaltui.tui.widgets.rows import RowList
from evaltui.tui.widgets.sides import Sides

HIDE_SAME = "!same"
SHIFT = 8  # cells that a key moves long lines


class CompareKeys(MoveKeys, GoldKeys):
    """`wanted` is the filter, `order` a name of SORTS, `turned` whether it is turned round."""

    wanted = ""
    order = "worst"
    turned = False
    asked = False  # to open the first case, before there was a list

    def fill(self) -> None:
        """The tab shows what it is of."""
        raise NotImplementedError

    def move(self, by: int) -> str | None:
        """The id of the next (-1: previous) case."""
        raise NotImplementedError

    def list_again(self) -> None:
        """Other cases, or another order."""
        raise NotImplementedError

    # What is where

    @property
    def cases(self) -> RowList:
        """The list of cases."""
        return self.query_one("#cases", RowList)

    @property
    def detail(self) -> CaseDetail:
        """What is known of the case under the cursor."""
        return self.query_one(CaseDetail)

    @property
    def bar(self) -> FilterBar:
        """The filter."""
        return self.query_one(FilterBar)

    @property
    def inside(self) -> bool:
        """Whether the keys move the detail."""
        return self.focused is not None and self.focused is self.detail.shown

    @property
    def moved(self) -> RowList | Sides:
        """What the keys of movement move."""
        return self.detail.shown if self.inside else self.cases

    # What a person does

    @property
    def page_share(self) -> float:
        return 1

    def action_open(self) -> None:
        """Into the row; in a text first what is folded."""
        moved = self.moved
        if isinstance(moved, RowList):
            self.asked = moved.current is None
            moved.choose()
        elif not moved.open_gap():
            self.action_trace()

    def action_back(self) -> None:
        """Out of what is nearest: a message, the zoom, the detail, the marks, the view."""
        if self.query_one(StatusLine).read():
            return
        if self.has_class("-zoomed"):
            self.action_zoom_out()
        elif self.inside:
            self.cases.focus()
        elif not self.cases.clear_marks():
            super().action_back()

    def action_next_problem(self) -> None:
        self._change(1)

    def action_previous_problem(self) -> None:
        self._change(-1)

    def _change(self, by: int) -> None:
        if not self.detail.sides.next_change(by):
            none = "the last difference; J: the next case" if by > 0 else "the first difference; K: the case before"
            self.say(none if self.detail.sides.changes else "no difference here; J: the next case")

    def action_next_case(self) -> None:
        self.cases.move(1)

    def action_previous_case(self) -> None:
        self.cases.move(-1)

    def action_next_tab(self) -> None:
        self.pick(TABS[(TABS.index(self.detail.tab) + 1) % len(TABS)])

    def action_previous_tab(self) -> None:
        self.pick(TABS[TABS.index(self.detail.tab) - 1])

    def pick(self, tab: str) -> None:
        """Another tab."""
        self.detail.pick(tab)
        self.fill()

    def action_filter(self) -> None:
        self.bar.open()

    def action_hide_same(self) -> None:
        terms = self.wanted.split()
        hidden = HIDE_SAME in terms
        self.filter_by(" ".join([term for term in terms if term != HIDE_SAME] + [HIDE_SAME] * (not hidden)))
        self.say("all cases" if hidden else "cases that are the same are hidden; i shows them")

    def filter_by(self, text: str) -> None:
        """Another filter, not typed here."""
        self.wanted = text
        self.bar.set_text(text)
        self.list_again()

    def action_sort(self) -> None:
        names = list(SORTS)
        self.order = names[(names.index(self.order) + 1) % len(names)]
        self.turned = False
        self._reorder()

    def action_reverse(self) -> None:
        self.turned = not self.turned
        self._reorder()

    def _reorder(self) -> None:
        self.list_again()
        self.say(f"{SORTS[self.order]}{', turned round' if self.turned else ''}")

    def action_mark(self) -> None:
        self.cases.mark()

    def action_range(self) -> None:
        self.cases.mark_range()

    def action_zoom_in(self) -> None:
        self.add_class("-zoomed")
        self.detail.shown.focus()

    def action_zoom_out(self) -> None:
        self.remove_class("-zoomed")
        self.cases.focus()

    def action_fold(self) -> None:
        self.say("all lines" if self.detail.sides.toggle_folds() else "only lines around differences; z shows all")

    def action_wrap(self) -> None:
        self.say("long lines wrap" if self.detail.sides.toggle_wrap() else "long lines run on; ← → move them")

    def action_left(self) -> None:
        self.detail.sides.shift(-SHIFT)

    def action_right(self) -> None:
        self.detail.sides.shift(SHIFT)

    def open_if_asked(self) -> None:
        """The list is there: a key that was quicker than it counts now."""
        if self.asked and self.cases.current is not None:
            self.asked = False
            self.action_trace()

    def can_trace(self) -> bool | None:
        return self.cases.current is not None or None

    def action_trace(self) -> None:
        """The case as it went in the run; in the other one where this run does not have it."""
        from evaltui.tui.screens.trace import TraceView

        subject, line, pair = self.subject, self._line(), self.detail.pair
        if subject is None or line is None:
            return
        trial = pair.trial if pair is not None and pair.case_id == line.case_id else 1
        if line.after is None and subject.against is not None:
            self.app.push_screen(TraceView(subject.against, line.case_id, trial))
        else:
            self.app.push_screen(TraceView(subject.run, line.case_id, trial, subject.against, walk=self))

    def _line(self) -> CaseLine | None:
        key, subject = self.cases.current, self.subject
        if not isinstance(key, int) or subject is None:
            return None
        return lines(self.desk.store, subject.run, subject.against, [key])[0]

    def can_edit(self) -> bool | None:
        return self.detail.pair is not None or None

    @property
    def gold_case(self) -> tuple[Run, str] | None:
        subject, pair = self.subject, self.detail.pair
        return None if subject is None or pair is None else (subject.run, pair.case_id)

    def action_edit(self) -> None:
        self.later(self._edit, "edit", exclusive=True)

    async def _edit(self) -> None:
        subject, pair = self.subject, self.detail.pair
        if subject is None or pair is None:
            return
        if self.detail.tab == "prompt":
            await self.edit_prompt(subject.run)
            return
        place = await self.desk.work(lambda: place_of(subject.run, pair.case_id))
        if place is None:
            self.problem(lost(subject.run, pair.case_id))
        else:
            self.evaltui.edit(place.file, place.line)

    def action_copy(self) -> None:
        pair = self.detail.pair
        if pair is None:
            return
        if self.inside:
            self.evaltui.copy(self.detail.text(), "what the run answered")
        else:
            self.evaltui.copy(pair.case_id, "the id of the case")

    def action_copy_command(self) -> None:
        subject, pair = self.subject, self.detail.pair
        if subject is None:
            return
        case = f" {shlex.quote(pair.case_id)}" if pair else ""
        if subject.against is None:
            words = f"evaltui show {subject.run.id}{case}"
        else:
            runs = f"evaltui compare {subject.against.id} {subject.run.id}"
            words = f"{runs} --prompt" if self.detail.tab == "prompt" else f"{runs}{case}"
        self.evaltui.copy(words, words)
