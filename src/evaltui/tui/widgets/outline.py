"""Owns the outline that a conversation is read in: nodes that fold, one cursor, two thousand turns without a pause."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from evaltui.tui.look import look_of
from evaltui.tui.widgets.columns import Span
from evaltui.tui.widgets.node_strips import NodePainter
from evaltui.tui.widgets.node_window import Window
from evaltui.tui.widgets.nodes import CAP, Body, Lines, Node

__all__ = ["Body", "Node", "Outline", "Span"]


class Outline(ScrollView, can_focus=True, inherit_bindings=False):
    """Nodes within nodes. It binds no key: the view that holds it calls `move`, `toggle`, `problem` and their like."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Outline { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class Moved(Message):
        """The cursor came to another node."""

        outline: "Outline"
        key: Hashable

        @property
        def control(self) -> "Outline":
            return self.outline

    def __init__(self, *, empty: str = "", **words: Any) -> None:
        super().__init__(**words)
        self.lines = Lines()
        self.window = Window(self.lines)
        self.cursor = 0
        self._empty = empty
        self._strips: LRUCache[tuple[object, ...], Strip] = LRUCache(512)
        self._painter: NodePainter | None = None
        self._armed: Hashable | None = None
        self._lit: re.Pattern[str] | None = None

    # What is shown

    def show(
        self, roots: Sequence[Node], opened: Iterable[Hashable], at: Hashable | None = None, cap: int = CAP
    ) -> None:
        """Other nodes, these of them open, the cursor at one of them, a few lines below the top.

        `cap`: the lines of a text that are shown before somebody asks for more.
        """
        self._put(Lines(roots, opened, cap), at, self.window.height // 4)

    def light(self, pattern: re.Pattern[str] | None) -> None:
        """Whatever matches stands out of every text from now on."""
        self._lit, self._painter = pattern, None

    def show_again(self, roots: Sequence[Node]) -> None:
        """The same conversation, read again: what is open stays open, and the cursor where it is."""
        held = self.current
        self._put(Lines(roots, self.lines.opened), held.key if held else None, self.window.line_of(self.cursor))

    def say_empty(self, words: str) -> None:
        """What is shown while there is no node."""
        self._empty = words
        self.refresh()

    @property
    def current(self) -> Node | None:
        """The node under the cursor."""
        return self.lines.nodes[self.cursor] if self.cursor < len(self.lines.nodes) else None

    # Moving

    def move(self, by: int) -> None:
        """To the next node; within one that is higher than the screen, first to its end."""
        if self.current is None or not by:
            return
        if self.window.step_within(self.cursor, by):
            self._apply()
        elif 0 <= self.cursor + by < len(self.lines.nodes):
            self._go(self.cursor + by, by)

    def page(self, by: float) -> None:
        """So many screens down or up; the cursor goes to a node in view."""
        top = self.window.top
        self.window.scroll(top + int(by * max(1, self.window.height - 2)))
        if self.current is not None and self.window.top == top:
            self._move_cursor(len(self.lines.nodes) - 1 if by > 0 else 0)
        elif self.current is not None:
            self._move_cursor(self.window.nearest(self.cursor))
        self._apply()

    def home(self) -> None:
        """To the first node."""
        self._go(0, 1)

    def end(self) -> None:
        """To the end of the last node."""
        self._go(len(self.lines.nodes) - 1, 1)
        self.window.scroll(self.lines.total)
        self._apply()

    def jump(self, key: Hashable) -> bool:
        """To a node wherever it is, unfolding what it is within; False where there is none."""
        return self._reach(self.lines.path(key))

    def problem(self, by: int) -> bool:
        """To the next or the previous problem; says whether there was one."""
        return self._reach(self.lines.problem(self.cursor, by))

    def _reach(self, path: Sequence[Node] | None) -> bool:
        if not path:
            return False
        self.lines.unfold(path[:-1])
        self._move_cursor(self.lines.index(path[-1].key) or 0)
        self._place(self.window.height // 4)
        return True

    # Folding

    def toggle(self) -> None:
        """Fold or unfold the node under the cursor."""
        if self.current is not None and self.current.folds:
            self._fold(self.current, wanted=not self.lines.is_open(self.current))

    def enter(self) -> None:
        """Unfold; where more of a body is left, show that; else fold."""
        node = self.current
        if node is not None and self.lines.capped(node):
            self._keeping(lambda: self.lines.extend(node))
        else:
            self.toggle()

    def outward(self) -> None:
        """Fold the node under the cursor; where it is folded, to what it is within."""
        node = self.current
        if node is not None and node.folds and self.lines.is_open(node):
            self._fold(node, wanted=False)
        elif node is not None and self.lines.depths[self.cursor]:
            depth = self.lines.depths[self.cursor]
            outer = next(at for at in range(self.cursor, -1, -1) if self.lines.depths[at] < depth)
            self._go(outer, -1)

    def inward(self) -> None:
        """Unfold the node under the cursor; where it is unfolded, to the first within it."""
        node = self.current
        if node is not None and node.folds and not self.lines.is_open(node):
            self._fold(node, wanted=True)
        elif node is not None and node.within:
            self.move(1)

    def fold_all(self) -> None:
        """Fold everything, or where everything is folded, unfold everything."""
        top = self._top_of_cursor()
        opened = set() if self.lines.opened else {node.key for node, _ in self.lines.every() if node.folds}
        self._keeping(lambda: self.lines.reopen(opened), top.key if top else None)

    def _top_of_cursor(self) -> Node | None:
        """The outermost node around the cursor: it is there however much is folded."""
        outer = (at for at in range(min(self.cursor, len(self.lines.nodes) - 1), -1, -1) if not self.lines.depths[at])
        return self.lines.nodes[next(outer)] if self.lines.nodes else None

    def _fold(self, node: Node, *, wanted: bool) -> None:
        self._keeping(lambda: self.lines.set_open(node, wanted=wanted))
        self._go(self.cursor, 1)

    def _keeping(self, change: Callable[[], None], otherwise: Hashable | None = None) -> None:
        """Change what is folded; the node under the cursor stays on its line."""
        node, line = self.current, self.window.line_of(self.cursor)
        change()
        found = self.lines.index(node.key) if node else None
        self.cursor = found if found is not None else self.lines.index(otherwise) or 0
        self._place(line)

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in view, in the look and width of now."""
        look, width = look_of(self.app), self.scrollable_content_region.width
        if self._painter is None or self._painter.look is not look or self._painter.width != width:
            self._painter = NodePainter(look, self.rich_style, width, self._lit)
            self._strips.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """A line of a node, or a line of nothing."""
        painter = self._painter
        if painter is None:
            return Strip.blank(self.size.width, self.rich_style)
        line = y + self.scroll_offset.y
        if not self.lines.nodes and y == 1:
            return painter.words([(self._empty, "muted")])
        return self._drawn(painter, line) if line < self.lines.total else painter.blank()

    def _drawn(self, painter: NodePainter, line: int) -> Strip:
        index, at = self.lines.at(line)
        lit = index == self.cursor and (1 + self.has_focus)
        node, depth = self.lines.nodes[index], self.lines.depths[index]
        known = (node.key, at, lit, self.lines.heights[index], self.lines.is_open(node))
        if known not in self._strips:
            over = (None, painter.look["cursor_blur"], painter.look["cursor"])[lit]
            self._strips[known] = (
                painter.row(self.lines.row(index, at), depth, lit=bool(lit))
                if at
                else painter.head(node, depth, opened=self.lines.is_open(node), over=over)
            )
        return self._strips[known]

    def notify_style_update(self) -> None:
        """Another theme: nothing drawn is valid."""
        super().notify_style_update()
        self._painter = None

    # Events

    def on_resize(self) -> None:
        """Lines are wrapped anew as they come into view; the cursor stays on its line."""
        line, self.window.height = self.window.line_of(self.cursor), max(1, self.scrollable_content_region.height)
        if self.lines.fit(self._width):
            self._strips.clear()
        self._place(max(0, min(line, self.window.height - 1)))

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(new_value) != self.window.top:
            self.window.scroll(round(new_value))
            self._apply()

    def on_click(self, event: events.Click) -> None:
        """The first click moves the cursor, another one on the same head folds."""
        place = event.get_content_offset(self)
        line = place.y + self.scroll_offset.y if place else self.lines.total
        if line >= self.lines.total:
            return
        index, at = self.lines.at(line)
        again = self._armed is not None and self._armed == self.lines.nodes[index].key
        self._move_cursor(index)
        self._armed = self.lines.nodes[index].key
        if again or self.lines.row(index, at).kind == "more":
            self.enter()

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width or 80

    def _go(self, index: int, direction: int) -> None:
        if self.lines.nodes:
            self._move_cursor(max(0, min(index, len(self.lines.nodes) - 1)))
            self.window.reveal(self.cursor, direction)
            self._apply()

    def _move_cursor(self, index: int) -> None:
        moved, self.cursor, self._armed = index != self.cursor, index, None
        self.refresh()
        if moved and self.current is not None:
            self.post_message(self.Moved(self, self.current.key))

    def _put(self, lines: Lines, at: Hashable | None, line: int) -> None:
        lines.fit(self._width)
        self.lines = self.window.lines = lines
        self.window.height = max(1, self.scrollable_content_region.height)
        self.cursor = lines.index(at) or 0
        self._strips.clear()
        self._place(line)

    def _place(self, line: int) -> None:
        self.window.place(self.cursor, line)
        self._apply()
        self.refresh()

    def _apply(self) -> None:
        """What the window says is what is scrolled to."""
        size = Size(0, self.lines.total)
        if size != self.virtual_size:
            self.virtual_size = size
        if self.window.top != self.scroll_offset.y:
            self.scroll_to(y=self.window.top, animate=False, force=True, immediate=True)
