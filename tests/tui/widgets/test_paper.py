"""A page of lines on which the cursor walks over those that lead somewhere."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from evaltui.tui import look
from evaltui.tui.widgets.paper import Paper, Row

Tell = Callable[["Shelf", Pilot[None]], Awaitable[None]]


class Shelf(App[None]):
    """A page under a pilot, and what it says."""

    def __init__(self) -> None:
        super().__init__()
        look.register(self)
        self.said: list[object] = []

    def compose(self) -> ComposeResult:
        yield Paper()

    def on_paper_chosen(self, event: Paper.Chosen) -> None:
        self.said.append(event.key)

    @property
    def paper(self) -> Paper:
        return self.query_one(Paper)

    def lines(self) -> list[str]:
        return [self.paper.render_line(y).text.rstrip() for y in range(self.paper.size.height)]


def told(story: Tell, size: tuple[int, int] = (40, 6)) -> None:
    async def run() -> None:
        app = Shelf()
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await story(app, pilot)

    asyncio.run(run())


def numbered(count: int) -> Callable[[int, int, Hashable], Sequence[Row]]:
    return lambda _width, _height, _key: [Row(((f"line {n}", "text"),), n if n % 2 else None) for n in range(count)]


def test_the_cursor_stands_only_on_lines_that_lead_somewhere() -> None:
    async def story(app: Shelf, pilot: Pilot[None]) -> None:
        app.paper.show(numbered(6))
        assert app.paper.current == 1
        app.paper.move(1)
        assert app.paper.current == 3
        app.paper.choose()
        await pilot.pause()
        assert app.said == [3]

    told(story)


def test_the_cursor_stays_on_its_line_when_the_page_changes() -> None:
    async def story(app: Shelf, pilot: Pilot[None]) -> None:
        app.paper.show(numbered(20))
        app.paper.end()
        assert app.paper.current == 19
        app.paper.show(numbered(30))
        assert app.paper.current == 19
        app.paper.show(numbered(4))
        assert app.paper.current == 1
        await pilot.pause()

    told(story)


def test_a_long_page_is_scrolled_through_to_its_end_and_back() -> None:
    async def story(app: Shelf, pilot: Pilot[None]) -> None:
        app.paper.show(numbered(30))
        await pilot.pause()
        for _ in range(12):
            app.paper.page(1)
        assert app.paper.current == 29 and "line 29" in app.lines()
        app.paper.home()
        assert app.paper.current == 1 and "line 0" in app.lines()

    told(story)


def test_a_page_without_such_lines_can_be_scrolled_and_enters_nothing() -> None:
    async def story(app: Shelf, pilot: Pilot[None]) -> None:
        app.paper.show(lambda *_: [Row(((f"line {n}", "text"),)) for n in range(20)])
        await pilot.pause()
        app.paper.move(1)
        app.paper.choose()
        await pilot.pause()
        assert app.paper.current is None and app.said == [] and app.lines()[0] == "line 1"

    told(story)


def test_a_page_is_laid_out_for_the_width_of_now_and_its_text_is_inert() -> None:
    async def story(app: Shelf, pilot: Pilot[None]) -> None:
        app.paper.show(lambda width, *_: [Row(((f"[bold]\x1b[2J{'x' * width * 2}", "text"),), "only")])
        await pilot.resize_terminal(24, 6)
        await pilot.pause()
        assert app.lines()[0] == "[bold]␛[2Jxxxxxxxxxxxxx…"

    told(story)


def test_a_click_moves_the_cursor_and_a_double_click_enters() -> None:
    async def story(app: Shelf, pilot: Pilot[None]) -> None:
        app.paper.show(numbered(6))
        await pilot.pause()
        await pilot.click(Paper, offset=(2, 3))
        await pilot.pause()
        assert app.paper.current == 3 and app.said == []
        await pilot.click(Paper, offset=(2, 3), times=2)
        await pilot.pause()
        assert app.said == [3]

    told(story)


def test_a_link_is_entered_by_a_click_and_passed_over_by_the_cursor() -> None:
    async def story(app: Shelf, pilot: Pilot[None]) -> None:
        app.paper.show(lambda *_: [Row((("stop", "text"),), 1), Row((("link", "text"),), 2, link=True)])
        await pilot.pause()
        app.paper.move(1)
        assert app.paper.current == 1
        await pilot.click(Paper, offset=(1, 1))
        await pilot.pause()
        assert app.said == [2] and app.paper.current == 1

    told(story)
