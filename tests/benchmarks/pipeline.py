"""What N cases cost from files to verdict, and what looking at them costs: `python -m tests.benchmarks.pipeline 10000`.

Whole processes are measured, the server's excluded. First and second run are made offline into one database, a third
over HTTP into another. `--skip-http` leaves the third out.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.material import WORDS_BYTES, words, write_evalset
from tests.benchmarks.measure import compiled, disk, evaltui, measured, row

ROOT = Path(__file__).resolve().parents[2]
LOOKS = ("runs", "show", "show --json", "gate --baseline 1", "compare 1 2")


def main(cases: int, http: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="evaltui-bench-") as name:
        bench = Bench(Path(name) / "big", cases, compiled(Path(name) / "compiled"))
        warm = Bench(Path(name) / "warm", 20, bench.env)
        for each in (warm, bench):
            each.prepare()
            each.offline(1, 10)
            each.offline(2, 12)
            each.looks()
            if http:
                each.over_http()
        for said in bench.said:
            print(said)


@dataclass
class Bench:
    """Runs of `cases` cases in `folder`, and what was said of their cost."""

    folder: Path
    cases: int
    env: dict[str, str]
    said: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        """In a process of its own: memory of this one would count as that of those it starts."""
        command = [sys.executable, "-m", "tests.benchmarks.pipeline", "prepare", str(self.folder), str(self.cases)]
        subprocess.run(command, cwd=ROOT, check=True)

    def offline(self, run: int, wrong: int) -> None:
        places = (self.evalset, self.folder / "state" / "e.db", self.folder / "words.txt")
        command = [sys.executable, "-m", "tests.benchmarks.offline", *map(str, places), str(wrong)]
        self._run(f"offline, run {run}", command, ROOT, self.env)

    def looks(self) -> None:
        for words_ in LOOKS:
            command = [*evaltui(*words_.split()), "--db", str(self.folder / "state" / "e.db")]
            cost = measured(command, self.folder, self.env)
            self.said.append(row(words_, cost, f"exit {cost.code}"))

    def over_http(self) -> None:
        with served(self.folder, self.env) as url:
            database = str(self.folder / "http" / "e.db")
            command = evaltui("run", str(self.evalset), "--yes", "--base-url", url, "--db", database)
            self._run("evaltui run, over HTTP", command, self.folder, self.env | {"ANTHROPIC_API_KEY": "sandbox"})

    @property
    def evalset(self) -> Path:
        return self.folder / "evalsets" / "bench"

    def _run(self, name: str, command: list[str], cwd: Path, env: dict[str, str]) -> None:
        before = disk(self.folder)
        cost = measured(command, cwd, env)
        each = (
            f"{cost.cpu / self.cases * 1e6:6.0f} µs CPU, {(disk(self.folder) - before) / self.cases:5.0f} bytes a case"
        )
        self.said.append(row(name, cost, f"{each}, exit {cost.code}"))


def prepare(folder: Path, cases: int) -> None:
    write_evalset(folder / "evalsets" / "bench", cases)
    (folder / "words.txt").write_text(words(WORDS_BYTES))


@contextmanager
def served(folder: Path, env: dict[str, str]) -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.server", str(folder / "words.txt"), "10"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(int(sys.argv[1]), "--skip-http" not in sys.argv)
