"""Owns which lines of an outline are in view; what comes into view is measured, and nothing jumps when it is."""

from collections.abc import Iterable

from evaltui.tui.widgets.nodes import Lines

MARGIN = 1


class Window:
    """`top` is the first line in view, `height` how many there are."""

    def __init__(self, lines: Lines, height: int = 24, top: int = 0) -> None:
        self.lines, self.height, self.top = lines, height, top

    def line_of(self, index: int) -> int:
        """On which line of the screen the head of a node stands."""
        return self.lines.start(index) - self.top

    def scroll(self, top: int) -> None:
        """Another first line, as near to it as there are lines."""
        self.top = top
        self._clamp()
        self.settle()

    def place(self, index: int, line: int) -> None:
        """The head of a node stands on this line of the screen."""
        if not self.lines.nodes:
            self.top = 0
            return
        first, above = index, 0
        while first > 0 and above < line:
            first -= 1
            self.lines.measure([first])
            above += self.lines.heights[first]
        self.lines.measure(self._filling(index, self.height - line))
        self.scroll(self.lines.start(index) - line)

    def reveal(self, index: int, direction: int) -> None:
        """Scroll as little as needed to see a node whole; of one that is too high, the end one comes from."""
        self.measure([index])
        start, height = self.lines.start(index), self.lines.heights[index]
        margin = MARGIN if height + 2 * MARGIN <= self.height else 0
        if height > self.height:
            self.scroll(start if direction > 0 else start + height - self.height)
        else:
            self.scroll(min(max(self.top, start + height + margin - self.height), start - margin))

    def step_within(self, index: int, direction: int) -> bool:
        """Scroll within a node that is higher than the screen; False where there is nothing more of it."""
        start, height = self.lines.start(index), self.lines.heights[index]
        hidden = start + height - self.top - self.height if direction > 0 else self.top - start
        if height <= self.height or hidden <= 0 or not start - self.height < self.top < start + height:
            return False
        step = min(hidden, max(1, self.height // 3))
        self.scroll(self.top + (step if direction > 0 else -step))
        return True

    def nearest(self, index: int) -> int:
        """The node itself if its head is in view, else the nearest one whose head is."""
        if 0 <= self.line_of(index) < self.height:
            return index
        first, at = self.lines.at(self.top)
        last, _ = self.lines.at(min(self.top + self.height, self.lines.total) - 1)
        return last if self.line_of(index) >= self.height else min(last, first + bool(at))

    def settle(self) -> None:
        """Measure what is in view."""
        if self.lines.nodes:
            first, _ = self.lines.at(min(self.top, self.lines.total - 1))
            self.measure(index for index in self._filling(first, self.height + 1) if not self.lines.known(index))
        self._clamp()

    def measure(self, indices: Iterable[int]) -> None:
        """Measure nodes; what stands on the first line stays there.

        Of a node that was guessed and of which only the end is in view, the end stays.
        """
        index, at = self.lines.at(self.top)
        if index >= len(self.lines.nodes):
            self.lines.measure(indices)
            return
        guessed = at and not self.lines.known(index)
        from_end = self.lines.heights[index] - at
        self.lines.measure(indices)
        self.top = self.lines.start(index) + (max(0, self.lines.heights[index] - from_end) if guessed else at)

    def _filling(self, first: int, lines: int) -> list[int]:
        """The nodes from one on that fill so many lines; open ones may be less high than guessed."""
        found = []
        while first < len(self.lines.nodes) and lines > 0:
            found.append(first)
            lines -= self.lines.heights[first] if self.lines.known(first) else 1
            first += 1
        return found

    def _clamp(self) -> None:
        self.top = max(0, min(self.top, self.lines.total - self.height))
