"""How quick the app is, beside a bare Textual app, in one run: `python -m tests.benchmarks.app [FOLDER] [PART…]`.

FOLDER keeps the seeded projects between runs. Everything is measured on a pseudo-terminal of 120×36: a key is answered
when the last byte it caused has arrived. Start-ups of the two alternate, so that a busy machine slows both.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.tui.terminal import Terminal, terminal

ROOT = Path(__file__).resolve().parents[2]
STARTS = 11
STEP = "down"
Opening = AbstractContextManager[Terminal]
TICK = os.sysconf("SC_CLK_TCK")


class Bench:
    """The projects, each made once, and the programs on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # an empty word is no wish: modules are compiled once, as they are once a program is installed
        self.environment = {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
        (folder / "empty" / "evalsets").mkdir(parents=True, exist_ok=True)
        self.big, self.heavy, self.story = (self._made(name) for name in ("big", "heavy", "story"))

    def _made(self, name: str) -> Path:
        project = self.folder / name
        if not project.exists():
            draft = self.folder / f"{name}.draft"
            subprocess.run([sys.executable, "-m", f"tests.tui.{name}", str(draft)], cwd=ROOT, check=True)
            subprocess.run([sys.executable, "-m", "tests.tui.still", str(draft), str(project)], cwd=ROOT, check=True)
        return project

    def app(self, project: Path) -> Opening:
        return terminal(project, **self.environment)

    def bare(self, rows: int) -> Opening:
        command = (sys.executable, "-m", "tests.benchmarks.bare", str(rows))
        return terminal(ROOT, command=command, **self.environment)


def said(name: str, *values: object) -> None:
    print(f"{name:<44}", *values, flush=True)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:6.0f} ms"


def spread(times: Sequence[float]) -> str:
    """Median, 95th percentile and how many."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
    return f"p50 {ms(statistics.median(ordered))}   p95 {ms(p95)}   of {len(ordered)}"


def seconds_to(opened: Terminal, *texts: str) -> float:
    """From the program's start until the texts stand on its screen."""
    opened.sees(*texts)
    return opened.moments[-1][0] - opened.started


# The parts


def start(bench: Bench) -> None:
    """First paint: anything readable is there. Usable: the data is there, and a key that moves has been answered."""
    paint: dict[str, list[float]] = {"bare": [], "evaltui": []}
    usable: dict[str, list[float]] = {"bare": [], "evaltui": []}
    starts: dict[str, tuple[Callable[[], Opening], str, str]] = {
        "bare": (lambda: bench.bare(500), "Bare", "case-000000"),
        "evaltui": (lambda: bench.app(bench.story), "evaltui", "refund-agent"),
    }
    for _ in range(STARTS + 1):
        for name, (make, first, data) in starts.items():
            with make() as opened:
                paint[name].append(first_paint(opened))
                seconds_to(opened, first, data)
                usable[name].append(answered(opened))
    for what, times in (("first paint", paint), ("usable", usable)):
        bare, ours = (statistics.median(times[name][1:]) for name in ("bare", "evaltui"))
        said(f"{what} (bare, evaltui, ratio)", ms(bare), ms(ours), f"{ours / bare:.2f}×")


def rivals(bench: Bench) -> None:
    """First paint of other apps beside ours; RIVALS names them as `PATH=TEXT`, TEXT being on their first screen."""
    named = [entry.partition("=") for entry in os.environ.get("RIVALS", "").split(os.pathsep) if entry]
    makes: dict[str, tuple[Callable[[], Opening], str]] = {"evaltui": (lambda: bench.app(bench.story), "evaltui")}
    for path, _, text in named:
        makes[Path(path).name] = (lambda path=path: terminal(bench.folder / "empty", command=(path,))), text
    times: dict[str, list[float]] = {name: [] for name in makes}
    for _ in range(STARTS // 2 + 1):
        for name, (make, text) in makes.items():
            with make() as opened:
                times[name].append(seconds_to(opened, text))
    for name, found in times.items():
        said(f"first paint of {name}", ms(statistics.median(found[1:])))


def first_paint(opened: Terminal) -> float:
    while not opened.text.strip():
        assert opened.read(20.0)
    return opened.moments[-1][0] - opened.started


def answered(opened: Terminal) -> float:
    """From the program's start to its answer to a key that was pressed as soon as the data was there."""
    opened.press(STEP)
    before = len(opened.moments)
    while len(opened.moments) == before:
        assert opened.read(20.0)
    return opened.moments[-1][0] - opened.started


def keys(bench: Bench) -> None:
    """Lists of 100,000 rows: until rows are there, and how long keys take; a DataTable of as many beside it."""
    with bench.app(bench.big) as opened:
        opened.sees("big")
        opened.press("8")
        opened.settle(2.0)
        said("100,000 rows: first rows of Datasets", ms(to(opened, "5", "case-0")))
        opened.settle(1.0)
        _keys("100,000 rows of Datasets", opened)
        opened.press("8")
        opened.settle(1.0)
        said("two runs of 100,000: first rows of Compare", ms(to(opened, "3", "case-0")))
        opened.settle(1.0)
        _keys("100,000 rows of Compare", opened)
        said("  all rows (i), to last byte", ms(opened.latency("i")))
        _keys("100,000 rows of Compare, the same too", opened)
        said("  to the last row (G)", ms(opened.latency("G")))
        said("memory with 100,000 rows", f"{memory(opened):.1f} MB")
    with bench.app(bench.story) as opened:
        opened.sees("evaltui")
        for key in ("8", "5", "3", *["pagedown"] * 40):
            opened.press(key)
            opened.settle(0.2)
        said("memory with 83 rows, after the same keys", f"{memory(opened):.1f} MB")
    for rows in (500, 100_000):
        with bench.bare(rows) as opened:
            said(f"DataTable of {rows:,}: rows there after", ms(seconds_to(opened, "case-000000")))
            opened.settle(3.0)
            _keys(f"DataTable of {rows:,}", opened)


def _keys(name: str, opened: Terminal) -> None:
    for what, key, count in (("row down", STEP, 60), ("page down", "pagedown", 40)):
        said(f"{name}: {what}", spread([time for _ in range(count) if (time := opened.latency(key))]))


def to(opened: Terminal, key: str, text: str) -> float:
    """Seconds from a key until the text stands on the screen; nothing of it may stand there before."""
    assert text not in opened.text, opened.text
    sent = time.perf_counter()
    opened.press(key)
    opened.sees(text)
    return opened.moments[-1][0] - sent


def inbox(bench: Bench) -> None:
    """An inbox of 100,000 items: until rows are there, how long keys take, and how long an act, which lists anew."""
    project = bench.folder / "production"
    if not project.exists():
        subprocess.run([sys.executable, "-m", "tests.tui.production", str(project)], cwd=ROOT, check=True)
    with bench.app(project) as opened:
        opened.sees("evaltui")
        opened.settle(2.0)
        said("100,000 items: first rows of Inbox", ms(to(opened, "6", "tool error")))
        opened.settle(2.0)
        _keys("100,000 items of Inbox", opened)
        said("  to the last row (G)", ms(opened.latency("G")))
        said("  another order (s)", ms(opened.latency("s")))
        said("  groups (])", ms(to(opened, "]", "newest")))
        opened.settle(1.0)
        opened.press("[")
        opened.settle(2.0)
        said("  dismiss (d), to last byte", spread([time for _ in range(10) if (time := opened.latency("d"))]))
        said("memory with 100,000 items", f"{memory(opened):.1f} MB")


def details(bench: Bench) -> None:
    """Texts of 200 KB side by side; a trace of 2,000 turns."""
    with bench.app(bench.heavy) as opened:
        opened.sees("heavy")
        opened.settle(1.0)
        said("200 KB diff: key 3 to settled", ms(opened.latency("3")))
        opened.settle(1.0)
        opened.press("+")
        opened.settle(1.0)
        said("200 KB diff: page down", spread([time for _ in range(40) if (time := opened.latency("pagedown"))]))
        said("200 KB diff: next change", spread([time for _ in range(20) if (time := opened.latency("n"))]))
    with bench.app(bench.heavy) as opened:
        opened.sees("heavy")
        opened.settle(1.0)
        opened.press("3")
        opened.settle(1.0)
        opened.press("j")
        opened.settle(1.0)
        said("2,000 turns: key t to settled", ms(opened.latency("t")))
        said("2,000 turns: row down", spread([time for _ in range(40) if (time := opened.latency("j"))]))
        said("2,000 turns: page down", spread([time for _ in range(40) if (time := opened.latency("pagedown"))]))
        said("2,000 turns: to the last row", ms(opened.latency("G")))


def idle(bench: Bench) -> None:
    """CPU of ten seconds in which nobody does anything; repaints while another process writes 100 times a second."""
    with bench.app(bench.story) as opened:
        opened.sees("refund-agent")
        for view in ("1", "2", "3"):
            opened.press(view)
            opened.settle(2.0)
            before, started = cpu(opened), time.perf_counter()
            opened.settle(0.0)
            time.sleep(10)
            used = cpu(opened) - before
            said(f"idle on view {view}, 10 s", f"{used / (time.perf_counter() - started):.2%} of a core")
    writer = [sys.executable, "-m", "tests.benchmarks.writer", str(bench.story), "1000", "100"]
    with bench.app(bench.story) as opened:
        opened.sees("refund-agent")
        opened.press("2")
        opened.settle(2.0)
        before, start_ = cpu(opened), len(opened.raw)
        with subprocess.Popen(writer, cwd=ROOT) as process:
            while process.poll() is None:
                opened.read(0.2)
        seconds = 10
        bursts = opened.raw[start_:].count(b"\x1b[?2026h") or paints(opened, start_)
        said("100 commits a second by another process", f"{bursts / seconds:.1f} repaints/s",
             f"{(cpu(opened) - before) / seconds:.1%} of a core")  # fmt: skip


def paints(opened: Terminal, since: int) -> int:
    """Bursts of output, told apart by 20 ms of silence, after that many bytes."""
    seen, last, count = 0, 0.0, 0
    for moment, size in opened.moments:
        seen += size
        if seen > since:
            count += moment - last > 0.02
            last = moment
    return count


def memory(opened: Terminal) -> float:
    """Resident megabytes of the program."""
    status = Path(f"/proc/{opened.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1000


def cpu(opened: Terminal) -> float:
    """CPU seconds of the program so far."""
    fields = Path(f"/proc/{opened.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


PARTS = {"start": start, "rivals": rivals, "keys": keys, "inbox": inbox, "details": details, "idle": idle}


@contextmanager
def kept(words: list[str]) -> Iterator[Path]:
    if words:
        folder = Path(words[0]).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="evaltui-app-") as name:
            yield Path(name)


def main(words: list[str]) -> None:
    with kept(words[:1]) as folder:
        bench = Bench(folder)
        for part in words[1:] or PARTS:
            PARTS[part](bench)


if __name__ == "__main__":
    main(sys.argv[1:])
