"""What differs, at size: `python -m tests.benchmarks.diffs`.

Printed are the CPU time of diffs and alignments, and of a 200 KB diff on a pseudo-terminal of 120×36 the time until it
is shown and the time from a key to the last byte of its frame (median and 95th of 100), with its CPU time.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.lists import latencies, resident
from tests.tui.terminal import terminal
from textual.app import App, ComposeResult

from evaltui.compare.alignment import aligned
from evaltui.compare.textdiff import diff
from evaltui.domain.trajectory import Step
from evaltui.tui.look import register
from evaltui.tui.widgets.sides import Sides

SIZE = 200_000
DRAW = random.Random(7)
KNOWN = [f"word{number}" for number in range(2_000)]


def prose(size: int) -> list[str]:
    """Lines of twelve words."""
    lines, written = list[str](), 0
    while written < size:
        lines.append(" ".join(DRAW.choices(KNOWN, k=12)))
        written += len(lines[-1]) + 1
    return lines


def edited(lines: list[str], share: float) -> list[str]:
    """The same with a share of the words replaced."""
    return [" ".join(DRAW.choice(KNOWN) if DRAW.random() < share else word for word in line.split()) for line in lines]


def pairs() -> dict[str, tuple[str, str]]:
    """Texts by what they are."""
    lines, bits = prose(SIZE), (", ".join(DRAW.choices("01", k=SIZE // 8)) for _ in range(2))
    return {
        "200 KB, 5 % of the words": ("\n".join(lines), "\n".join(edited(lines, 0.05))),
        "200 KB, 30 % of the words": ("\n".join(lines), "\n".join(edited(lines, 0.3))),
        "200 KB unrelated": ("\n".join(lines), "\n".join(prose(SIZE))),
        "200 KB on one line, 5 %": (" ".join(lines), " ".join(edited(lines, 0.05))),
        "50 KB of 0, 0, 0": ("0, " * 17_000, "0, " * 9_000 + "1, " + "0, " * 8_000),
        "75 KB of 0, 1, 1 at random": (next(bits), next(bits)),
        "1 MB without a blank": ("x" * 1_000_000, "x" * 999_000 + "y"),
        "1 MB on one line, unrelated": (" ".join(prose(1_000_000)), " ".join(prose(1_000_000))),
    }


def trajectories() -> dict[str, tuple[list[Step], list[Step]]]:
    """Conversations of 2,000 turns: a text, a call and its result each."""
    one = [step for turn in range(1, 2_001) for step in turn_of(turn, turn)]
    other = [step for turn in range(1, 2_001) for step in turn_of(turn, turn if turn % 10 else -turn)]
    foreign = [step for turn in range(1, 2_001) for step in turn_of(turn, 1_000_000 + turn)]
    return {"2,000 turns, a tenth changed": (one, other), "2,000 turns, all changed": (one, foreign)}


def turn_of(turn: int, seed: int) -> list[Step]:
    tool = "abc"[seed % 3]
    return [
        Step(turn, "assistant", text=f"Now I do thing number {seed}."),
        Step(turn, "assistant", tool=tool, arguments={"order": f"FW-{seed}", "reason": "damaged"}, call_id=f"c{turn}"),
        Step(turn, "tool", tool=tool, call_id=f"c{turn}", result={"status": "ok", "amount": seed}),
    ]


def timed(work: Callable[[], object]) -> str:
    times = []
    for _ in range(3):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return f"{min(times) * 1000:7.0f} ms CPU"


class Bench(App[None]):
    """200 KB of text with every other line changed, over the whole screen."""

    BINDINGS = [("pagedown", "page(1)"), ("j", "move(1)"), ("n", "change")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        yield Sides()

    def on_mount(self) -> None:
        self.animation_level = "none"
        register(self)
        self.sides.toggle_folds()
        self.sides.compare(*pairs()["200 KB, 5 % of the words"], "before", "after")

    @property
    def sides(self) -> Sides:
        return self.query_one(Sides)

    def action_page(self, by: int) -> None:
        self.sides.page(by)

    def action_move(self, by: int) -> None:
        self.sides.move(by)

    def action_change(self) -> None:
        self.sides.next_change()


def shown(folder: Path) -> str:
    root = Path(__file__).resolve().parents[2]
    command = (sys.executable, "-m", "tests.benchmarks.diffs", "show")
    with terminal(folder, command=command, PYTHONPATH=f"{root}:{root / 'src'}") as screen:
        screen.sees("before")
        begun = time.perf_counter()
        screen.sees("1 of ")
        waited = time.perf_counter() - begun
        screen.settle()
        keys = "   ".join(f"{key} {latencies(screen, key)}" for key in ("pagedown", "j", "n"))
        return (
            f"shown {waited * 1000:.0f} ms after the first frame; key to frame in ms: {keys}; {resident(screen):.0f} MB"
        )


def main() -> None:
    for name, texts in pairs().items():
        print(f"{name:<32}{timed(lambda texts=texts: diff(*texts))}")  # type: ignore[misc]
    for name, steps in trajectories().items():
        print(f"{name:<32}{timed(lambda steps=steps: aligned(*steps))}")  # type: ignore[misc]
    with tempfile.TemporaryDirectory(prefix="evaltui-diffs-") as folder:
        print(shown(Path(folder)))


if __name__ == "__main__":
    if sys.argv[1:] == ["show"]:
        Bench().run()
    else:
        main()
