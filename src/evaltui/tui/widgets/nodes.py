"""Owns the nodes of an outline and which lines they take: folded, wrapped and measured only where somebody looks."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Literal, TypeAlias

from evaltui.tui.widgets.columns import Span
from evaltui.tui.widgets.wrapping import wrapped

CAP = 24  # lines of a body that are shown before somebody asks for all
MORE = 5_000  # lines that are shown more, each time somebody asks
GUESS = 6  # lines of an open body that nobody has looked at yet
COUNTED = 100_000  # characters up to which the lines that are left out are counted
INDENT = 2

RowKind: TypeAlias = Literal["head", "note", "text", "json", "more"]


@dataclass(frozen=True, slots=True)
class Body:
    """What a node holds, as it came."""

    text: str
    json: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a node: its text is inert; `role` colours a note."""

    kind: RowKind
    text: str = ""
    role: str = "text"


def _nothing() -> Iterable[Span]:
    return ()


@dataclass(slots=True, eq=False)
class Node:
    """What is a function is asked for when it is looked at. `brief` stands behind the head of a folded node, `notes`
    below the head of any; `problem` is one of the node itself, `troubled` says that there is one within."""

    key: Hashable
    head: Callable[[], Iterable[Span]]
    brief: Callable[[], Iterable[Span]] = _nothing
    tail: Callable[[], Iterable[Span]] = _nothing
    body: Callable[[], Body] | None = None
    notes: tuple[Span, ...] = ()
    within: Callable[[], Iterable["Node"]] | None = None
    problem: bool = False
    troubled: bool = False
    _children: tuple["Node", ...] | None = None

    @property
    def folds(self) -> bool:
        return self.body is not None or self.within is not None

    @property
    def children(self) -> tuple["Node", ...]:
        """The nodes within, made once."""
        if self._children is None:
            self._children = tuple(self.within()) if self.within else ()
        return self._children


Path: TypeAlias = tuple[Node, ...]
HEAD = Row("head")


class Lines:
    """The lines of all nodes that are not folded away. Heights of open nodes are guessed until they are measured.

    `cap`: lines of a body that are shown before somebody asks for all.
    """

    def __init__(self, roots: Sequence[Node] = (), opened: Iterable[Hashable] = (), cap: int = CAP) -> None:
        self.roots = tuple(roots)
        self.opened = set(opened)
        self.nodes: list[Node] = []
        self.depths: list[int] = []
        self.heights: list[int] = []
        self._ends: list[int] = []
        self._rows: dict[Hashable, list[Row]] = {}
        self._limits: dict[Hashable, int] = {}
        self._width = 80
        self._cap = cap
        self._spread()

    @property
    def total(self) -> int:
        return self._ends[-1] if self._ends else 0

    @property
    def width(self) -> int:
        return self._width

    def fit(self, width: int) -> bool:
        """Lines are of another width from now on; says whether they are."""
        if width == self._width:
            return False
        self._width = width
        self._rows.clear()
        self._guess_all()
        return True

    def start(self, index: int) -> int:
        """The first line of a node."""
        return self._ends[index - 1] if index > 0 else 0

    def at(self, line: int) -> tuple[int, int]:
        """The node a line belongs to, and which of its lines it is."""
        index = bisect_right(self._ends, line)
        return index, line - self.start(index)

    def row(self, index: int, line: int) -> Row:
        """What stands there; measured by now or not."""
        if line == 0:
            return HEAD
        rows = self._measured(index)
        return rows[line - 1] if line <= len(rows) else Row("text")

    def measure(self, indices: Iterable[int]) -> None:
        """From now on the heights of these nodes are what they are."""
        changed = False
        for index in indices:
            height = 1 + len(self._measured(index))
            changed = changed or height != self.heights[index]
            self.heights[index] = height
        if changed:
            self._ends = list(accumulate(self.heights))

    def known(self, index: int) -> bool:
        """Whether a node's height is no guess."""
        node = self.nodes[index]
        return node.key in self._rows or not (node.notes or node.key in self.opened)

    def is_open(self, node: Node) -> bool:
        return node.key in self.opened

    def capped(self, node: Node) -> bool:
        """Whether there is more of an open body than is shown."""
        rows = self._rows.get(node.key)
        return rows is not None and self.is_open(node) and bool(rows) and rows[-1].kind == "more"

    def extend(self, node: Node) -> None:
        """Show more of a body."""
        self._limits[node.key] = self._limits.get(node.key, self._cap) + MORE
        self._respread(node)

    def set_open(self, node: Node, *, wanted: bool) -> None:
        """Unfold a node, or fold it."""
        (self.opened.add if wanted else self.opened.discard)(node.key)
        self._respread(node)

    def unfold(self, nodes: Iterable[Node]) -> None:
        """One within the other, from the outermost on."""
        for node in nodes:
            if node.key not in self.opened:
                self.set_open(node, wanted=True)

    def reopen(self, opened: Iterable[Hashable]) -> None:
        """Only these are open."""
        self.opened = set(opened)
        self._rows.clear()
        self._spread()

    def every(self) -> Iterator[tuple[Node, Path]]:
        """All nodes with what they are within, folded away or not, in order."""
        yield from _walk(self.roots, (), lambda _: True)

    def path(self, key: Hashable) -> Path | None:
        """What a node is within, and itself, wherever it is; the outermost are looked at first."""
        if any(root.key == key for root in self.roots):
            return next((root,) for root in self.roots if root.key == key)
        return next(((*within, node) for node, within in self.every() if node.key == key), None)

    def problem(self, index: int, by: int) -> Path | None:
        """The next (-1: previous) problem from a node on, and what it is within."""
        places = {node.key: place for place, node in enumerate(self.nodes)}
        found = ((*within, node) for node, within in _walk(self.roots, (), lambda node: node.troubled) if node.problem)
        placed = ((_place(path, places), path) for path in found)
        if by > 0:
            return next((path for place, path in placed if place > (index, False)), None)
        return next(reversed([path for place, path in placed if place < (index, False)]), None)

    def index(self, key: Hashable) -> int | None:
        """Where a node is among those that are not folded away."""
        return next((index for index, node in enumerate(self.nodes) if node.key == key), None)

    def _respread(self, node: Node) -> None:
        """One node is folded otherwise: only what is within it comes or goes."""
        self._rows.pop(node.key, None)
        at = self.index(node.key)
        if at is None:
            return
        depth = self.depths[at]
        end = next((below for below in range(at + 1, len(self.nodes)) if self.depths[below] <= depth), len(self.nodes))
        shown = list(self._shown((node,), depth))
        self.nodes[at:end] = [each for each, _ in shown]
        self.depths[at:end] = [deep for _, deep in shown]
        self.heights[at:end] = [self._guess(each) for each, _ in shown]
        self._ends = list(accumulate(self.heights))

    def _spread(self) -> None:
        shown = list(self._shown(self.roots, 0))
        self.nodes = [node for node, _ in shown]
        self.depths = [depth for _, depth in shown]
        self._guess_all()

    def _guess_all(self) -> None:
        self.heights = [self._guess(node) for node in self.nodes]
        self._ends = list(accumulate(self.heights))

    def _shown(self, nodes: Sequence[Node], depth: int) -> Iterator[tuple[Node, int]]:
        for node in nodes:
            yield node, depth
            if node.within and node.key in self.opened:
                yield from self._shown(node.children, depth + 1)

    def _guess(self, node: Node) -> int:
        if node.key in self._rows:
            return 1 + len(self._rows[node.key])
        return 1 + len(node.notes) + (GUESS if node.body and node.key in self.opened else 0)

    def _measured(self, index: int) -> list[Row]:
        node = self.nodes[index]
        if node.key not in self._rows:
            room = self._width - INDENT * (self.depths[index] + 1) - 1
            rows = [Row("note", text, role) for words, role in node.notes for text in wrapped(words, room)]
            self._rows[node.key] = rows + (self._body(node, room) if self.is_open(node) else [])
        return self._rows[node.key]

    def _body(self, node: Node, room: int) -> list[Row]:
        if node.body is None:
            return []
        body = node.body()
        if not body.text.strip():
            return [Row("note", "(empty)", "muted")]
        limit = self._limits.get(node.key, self._cap)
        lines = wrapped(body.text.rstrip("\n"), room)
        rows = [Row("json" if body.json else "text", line) for line in islice(lines, limit)]
        following = next(lines, None)
        if following is None:
            return rows
        if len(body.text) > COUNTED:
            return [*rows, _more(f"about {len(body.text) - sum(len(row.text) for row in rows):,} more characters")]
        left = 1 + sum(1 for _ in lines)
        return [*rows, _more(f"{left:,} more line{'s'[: left > 1]}", whole=left <= MORE)]


def _more(words: str, *, whole: bool = False) -> Row:
    return Row("more", f"… {words} (enter shows {'all' if whole else f'{MORE:,} lines more'})", "accent")


def _place(path: Path, places: Mapping[Hashable, int]) -> tuple[int, bool]:
    """Where a node is, or where that is in which it is folded away."""
    shown = next(node for node in reversed(path) if node.key in places)
    return places[shown.key], shown is not path[-1]


def _walk(nodes: Iterable[Node], within: Path, into: Callable[[Node], bool]) -> Iterator[tuple[Node, Path]]:
    for node in nodes:
        yield node, within
        if into(node):
            yield from _walk(node.children, (*within, node), into)
