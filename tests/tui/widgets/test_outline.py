"""The outline a conversation is read in: folding, moving, wrapping, and two thousand turns of hostile text."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from evaltui.tui import look
from evaltui.tui.widgets.nodes import CAP, Body, Node
from evaltui.tui.widgets.outline import Outline

Story = Callable[[Outline, "Pilot[Any]"], Awaitable[None]]
EVIL = "\x1b]52;c;aGk=\x07 [@click=app.bell]x[/] \u202eevil \x00 \ud800 \u200b"


class OutlineApp(App[None]):
    def __init__(self, roots: list[Node], opened: set[str], at: str | None) -> None:
        super().__init__()
        look.register(self)
        self.given = roots, opened, at

    def compose(self) -> ComposeResult:
        yield Outline(empty="nothing here")

    def on_mount(self) -> None:
        self.query_one(Outline).focus()
        self.query_one(Outline).show(*self.given)


def node(name: str, text: str = "", *children: Node, **more: Any) -> Node:
    body = (lambda: Body(text, text.startswith("{"))) if text else None
    within = (lambda: children) if children else None
    troubled = any(child.problem or child.troubled for child in children)
    return Node(name, lambda: [(name, "text")], body=body, within=within, troubled=troubled, **more)


def turns(count: int, bodies: int = 3) -> list[Node]:
    """Turns with entries whose bodies are never the same height."""
    return [
        node(f"turn {n}", "", *(node(f"turn {n} part {p}", "line\n" * (1 + (n + p) % 5)) for p in range(bodies)))
        for n in range(count)
    ]


def told(roots: list[Node], story: Story, opened: set[str] = frozenset(), at: str | None = None,  # type: ignore[assignment]
         size: tuple[int, int] = (60, 20)) -> None:  # fmt: skip
    async def run() -> None:
        app = OutlineApp(roots, set(opened), at)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await story(app.query_one(Outline), pilot)

    asyncio.run(run())


def seen(outline: Outline) -> list[str]:
    """What is on the screen, without margins at the right."""
    strips = outline.screen._compositor.render_strips()
    return ["".join(part.text for part in strip).rstrip(" ▁▂▃▄▅▆▇█▔") for strip in strips]


def test_what_is_folded_away_takes_no_line_and_unfolds_in_place() -> None:
    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        assert seen(outline)[:3] == [" ▸ turn 0", " ▸ turn 1", " ▸ turn 2"]
        outline.move(1)
        outline.toggle()
        await pilot.pause()
        assert seen(outline)[:4] == [" ▸ turn 0", " ▾ turn 1", "   ▸ turn 1 part 0", "   ▸ turn 1 part 1"]
        outline.move(1)
        outline.enter()
        await pilot.pause()
        assert seen(outline)[2:6] == ["   ▾ turn 1 part 0", "   │ line", "   │ line", "   ▸ turn 1 part 1"]
        outline.outward()
        outline.outward()
        assert outline.current is not None and outline.current.key == "turn 1"
        outline.outward()
        await pilot.pause()
        assert seen(outline)[:3] == [" ▸ turn 0", " ▸ turn 1", " ▸ turn 2"]

    told(turns(3, 2), story)


def test_a_long_body_shows_its_beginning_and_all_of_it_when_asked() -> None:
    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        await pilot.pause()
        assert outline.lines.total == 1 + CAP + 1
        outline.end()
        await pilot.pause()
        assert seen(outline)[-1] == f" │ … {100 - CAP} more lines (enter shows all)"
        outline.enter()
        outline.end()
        await pilot.pause()
        assert seen(outline)[-1] == " │ 99"
        outline.enter()
        await pilot.pause()
        assert seen(outline)[:2] == [" ▸ long", ""]

    told([node("long", "\n".join(map(str, range(100))))], story, {"long"})


def test_a_node_higher_than_the_screen_is_read_to_its_end_before_the_cursor_leaves_it() -> None:
    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        outline.enter()
        for _ in range(20):
            outline.move(1)
        await pilot.pause()
        assert outline.current is not None and outline.current.key == "next"
        outline.move(-1)
        await pilot.pause()
        assert outline.current.key == "long" and seen(outline)[-1] == " │ 99"
        for _ in range(20):
            outline.move(-1)
        assert outline.scroll_offset.y == 0

    told([node("long", "\n".join(map(str, range(100)))), node("next")], story, {"long"})


def test_jumping_to_a_node_unfolds_what_it_is_within_and_shows_it() -> None:
    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        assert outline.jump("turn 70 part 2")
        await pilot.pause()
        assert outline.current is not None and outline.current.key == "turn 70 part 2"
        assert "turn 70 part 2" in seen(outline)[outline.window.line_of(outline.cursor)]
        assert not outline.jump("nowhere")

    told(turns(100), story)


def test_the_next_and_the_previous_problem_are_found_wherever_they_are_folded_away() -> None:
    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        visited = []
        while outline.problem(1):
            visited.append(outline.current.key if outline.current else None)
        assert visited == ["one", "two"]
        assert outline.problem(-1) and outline.current is not None and outline.current.key == "one"
        assert not outline.problem(-1)

    roots = [
        node("a", "", node("one", problem=True)),
        node("b"),
        node("c", "", node("d", "", node("two", problem=True))),
    ]
    told(roots, story)


@pytest.mark.parametrize("by", [-1, 1])
def test_with_everything_unfolded_what_is_passed_is_seen_once_and_in_order(by: int) -> None:
    """Heights are guessed until they are seen: nothing may jump or be skipped when they turn out otherwise."""

    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        outline.fold_all()
        assert len(outline.lines.nodes) == 20 * 4
        if by < 0:
            outline.end()
        passed = []
        for _ in range(20 * 4):
            assert outline.current is not None
            passed.append(outline.current.key)
            await pilot.pause()
            line = outline.window.line_of(outline.cursor)
            assert 0 <= line < 20 and seen(outline)[line].strip() == f"▾ {outline.current.key}"
            outline.move(by)
        expected = [key for turn in turns(20) for key in (turn.key, *(part.key for part in turn.children))]
        assert passed == (expected if by > 0 else expected[::-1])
        assert [outline.lines.known(index) for index in range(len(outline.lines.nodes))].count(False) == 0
        assert outline.lines.total == 20 + sum(1 + 1 + (n + p) % 5 for n in range(20) for p in range(3))

    told(turns(20), story)


def test_unfolding_all_measures_only_what_is_seen() -> None:
    asked = []

    def counted(n: int) -> Node:
        return Node(n, lambda: [("x", "text")], body=lambda: asked.append(n) or Body("text"))  # type: ignore[func-returns-value]

    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        outline.fold_all()
        await pilot.pause()
        assert 0 < len(asked) < 60
        outline.end()
        await pilot.pause()
        assert len(asked) < 150 and seen(outline)[-1] == " │ text"

    told([counted(n) for n in range(2000)], story)


def test_another_width_wraps_anew_and_keeps_the_cursor_in_view() -> None:
    words = " ".join(f"word{n}" for n in range(60))

    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        outline.jump("turn 5 part 1")
        await pilot.resize_terminal(30, 12)
        await pilot.pause()
        assert all(len(line) <= 30 for line in seen(outline))
        assert "turn 5 part 1" in seen(outline)[outline.window.line_of(outline.cursor)]
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert "turn 5 part 1" in seen(outline)[outline.window.line_of(outline.cursor)]
        assert max(map(len, seen(outline))) > 60

    roots = [node(f"turn {n}", "", *(node(f"turn {n} part {p}", words) for p in range(3))) for n in range(10)]
    told(roots, story, {each.key for root in roots for each in (root, *root.children)})


def test_hostile_text_moves_nothing_and_runs_nothing() -> None:
    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        await pilot.pause()
        text = "\n".join(seen(outline))
        assert all(line.isprintable() for line in seen(outline))
        assert text.count("[@click=app.bell]x[/]") == 3 and "\u202e" not in text

    evil = Node(
        "evil",
        lambda: [(EVIL, "text")],
        tail=lambda: [("7", "muted")],
        body=lambda: Body(EVIL),
        notes=((EVIL, "fail"),),
    )
    told([evil], story, {"evil"}, size=(120, 20))


@pytest.mark.parametrize("text", ["x" * 1_000_000, "名" * 1_000_000, "{" + '"a": 1, ' * 120_000, "e\u0301" * 300_000])
def test_a_line_of_a_million_characters_is_shown_at_once_and_wrapped_only_as_far_as_asked(text: str) -> None:
    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        assert outline.lines.total == CAP + 2
        outline.end()
        await pilot.pause()
        assert "more characters (enter shows 5,000 lines more)" in "".join(seen(outline)[-2:])
        outline.enter()
        await pilot.pause()
        assert outline.lines.total > 1000

    told([node("big", text)], story, {"big"}, size=(100, 20))


def test_a_click_moves_and_another_one_folds() -> None:
    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        await pilot.click(Outline, offset=(5, 2))
        assert outline.current is not None and outline.current.key == "turn 2"
        await pilot.click(Outline, offset=(5, 2))
        assert outline.lines.is_open(outline.current)

    told(turns(5), story)


def test_an_empty_outline_says_so_and_takes_every_key() -> None:
    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        for act in (outline.home, outline.end, outline.toggle, outline.enter, outline.outward, outline.fold_all):
            act()
        outline.move(1)
        outline.page(1)
        assert not outline.problem(1)
        await pilot.pause()
        assert seen(outline)[1].strip() == "nothing here"

    told([], story)


def test_what_is_read_again_keeps_what_is_open_and_the_cursor() -> None:
    async def story(outline: Outline, pilot: Pilot[Any]) -> None:
        outline.jump("turn 3 part 1")
        outline.toggle()
        await pilot.pause()
        before = [line for line in seen(outline) if line]
        outline.show_again(turns(8))
        await pilot.pause()
        assert seen(outline)[: len(before)] == before

    told(turns(6), story)
