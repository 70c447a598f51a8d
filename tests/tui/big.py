"""Two runs of any size, written through the store in seconds: what lists, comparisons and benchmarks are held against.

`python -m tests.tui.big FOLDER [CASES]` makes a project of them.
"""

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from evaltui.domain.agent import Agent
from evaltui.domain.case import Message
from evaltui.domain.run import IMPORTED, Run
from evaltui.loop.decide import keep, verdict
from evaltui.loop.load import Loaded, load
from evaltui.loop.open import scoring_of
from evaltui.loop.project import STATE
from evaltui.loop.start import pinned
from evaltui.store.agents import save_agent
from evaltui.store.conversations import INSERT_FOLLOWUP
from evaltui.store.database import Store, open_store
from evaltui.store.evalsets import INSERT_CASE, INSERT_EVALSET, INSERT_EVALSET_CASE, INSERT_TAG
from evaltui.store.ingest import INSERT_DOWNLOAD, INSERT_REPLY, INSERT_SUCCEEDED
from evaltui.store.intents import INSERT_REQUEST, open_intent
from evaltui.store.promotions import add_promotion
from evaltui.store.runs import NewRun, create_run
from evaltui.store.runs import run as run_by_id
from evaltui.store.scores import GradeRow, ScoreRow, add_grades
from evaltui.store.text import now, stamp
from evaltui.store.verdicts import add_summary

PAGE = 5_000
TWIN = 1_000  # cases of the small project whose verdicts are kept: deciding on a hundred thousand takes too long here
CASES = 100_000
LABELS = ("refund", "shipping", "invoice", "password", "cancel", "complaint", "upgrade", "other")
TAGS = ("billing", "delivery", "account", "angry", "vip", "long", "french", "legacy")
MODEL = "claude-haiku-4-5"
HEAD = "name: big\ncases: cases.jsonl\nagent: agent.yaml\nscorers:\n  - label: {name: category}\n"
AGENT = f'name: router\nmodel: {MODEL}\nmax_tokens: 64\nmessages:\n  - {{role: user, content: "{{{{input}}}}"}}\n'
BEFORE, AFTER = (10, 3), (12, 5)
"""Every `n`th case, counted from `k`, is answered wrongly: 10 % of the baseline's, 8 % of the candidate's."""


def write_big(folder: Path, cases: int = CASES) -> Path:
    """A project with evalset `big` and two runs: 1 is the baseline, 2 fixes some cases and breaks others."""
    home = folder / "evalsets" / "big"
    home.mkdir(parents=True)
    (home / "evalset.yaml").write_text(HEAD, "utf-8")
    (home / "agent.yaml").write_text(AGENT, "utf-8")
    with (home / "cases.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(_written(number)) + "\n" for number in range(cases))
    with open_store(folder / STATE) as store:
        store.connection.execute("PRAGMA foreign_keys = OFF")  # what is written refers to what is written beside it
        _runs(store, home, cases)
        _decide(store, folder, cases)
    return folder


def _decide(store: Store, folder: Path, cases: int) -> None:
    add_promotion(store, evalset="big", run_id=1, who="tests", at=now(), note="first baseline")
    if cases <= TWIN:
        keep(store, verdict(store, _run(store, 2)))
        return
    twin = write_big(folder / ".twin", TWIN)
    with open_store(twin / STATE) as small:
        found = verdict(small, _run(small, 2))
    keep(store, found)
    shutil.rmtree(twin)


def _run(store: Store, number: int) -> Run:
    found = run_by_id(store, number)
    assert found
    return found


def _runs(store: Store, home: Path, cases: int) -> None:
    loaded = load(home, equip=False)
    with store.transaction():
        _evalset(store, loaded, cases)
    for number, wrong in enumerate((BEFORE, AFTER), 1):
        agent = Agent(name="router", model=MODEL, max_tokens=64 + number, messages=[_asked()])
        save_agent(store, agent, str(home / "agent.yaml"))
        new = NewRun(1, agent.digest, "router", MODEL, 1, IMPORTED, "", folder=str(home), agent_file="agent.yaml")
        run = create_run(store, new, None, pinned(loaded.source))
        with store.transaction():
            _answers(store, run, cases, wrong)
        _judge(store, run, cases, wrong)


def _asked() -> Message:
    return Message(role="user", content="{{input}}")


def _evalset(store: Store, loaded: Loaded, cases: int) -> None:
    """As `save_evalset` would, with digests that count instead of hashing: a hundred thousand in a second."""
    source, many = loaded.source, store.connection.executemany
    many(INSERT_CASE, (_case(index) for index in range(cases)))
    many(INSERT_TAG, ((index + 1, tag) for index in range(cases) for tag in tags(index)))
    many(INSERT_EVALSET_CASE, ((1, index, name(index), index + 1) for index in range(cases)))
    marks = ("big", str(source.folder), source.file.model_dump_json(), source.scorers_digest, source.gate_digest)
    many(INSERT_EVALSET, [(1, "e" * 32, "c" * 32, *marks, cases, now())])


def _case(index: int) -> tuple[object, ...]:
    number, case = f"{index:032x}", _written(index)
    return number, case["id"], number, number, number, case["critical"], None, json.dumps(case)


def _answers(store: Store, run: Run, cases: int, wrong: tuple[int, int]) -> None:
    """As `import_run` would, for replies of one turn; sample ids follow one another, and request ids equal them."""
    many, at, first = store.connection.executemany, datetime.now(UTC), (run.id - 1) * cases + 1
    intent = open_intent(store, run.id, f"big{run.id}", at)
    download = store.connection.execute(INSERT_DOWNLOAD, (intent, stamp(at))).lastrowid
    ids = range(first, first + cases)
    many(INSERT_REQUEST, ((intent, f"{each}-t1", each, "answer", 1, 1, "", 0) for each in ids))
    many(INSERT_REPLY, (("plain", None, _body(index, wrong)) for index in range(cases)))
    usage = ((each, download, each, "end_turn", MODEL, 90 + each % 40, 3 + each % 7, 0, 0, 0) for each in ids)
    many(INSERT_SUCCEEDED, usage)
    written = stamp(at)
    many(INSERT_FOLLOWUP, ((each, "answered", "", None, written) for each in ids))


def _judge(store: Store, run: Run, cases: int, wrong: tuple[int, int]) -> None:
    scoring, first = scoring_of(store, run), (run.id - 1) * cases + 1
    with store.transaction():
        for start in range(0, cases, PAGE):
            page = range(start, min(start + PAGE, cases))
            add_grades(store, scoring.id, [_graded(first + index, index, wrong) for index in page])
    passed = sum(not is_wrong(index, wrong) for index in range(cases))
    add_summary(store, scoring.id, passed, cases - passed, 0, json.dumps({"pass_rate": passed / cases}))


def _graded(sample: int, index: int, wrong: tuple[int, int]) -> GradeRow:
    passed = not is_wrong(index, wrong)
    reason = "right" if passed else f"said {said(index, wrong)}, expected {gold(index)}"
    score = ScoreRow("category", "label", "d" * 16, float(passed), passed, reason)
    return GradeRow(sample, sample, passed, float(passed), reason, (score,))


def _body(index: int, wrong: tuple[int, int]) -> bytes:
    text = said(index, wrong)
    return f'{{"content":[{{"type":"text","text":"{text}"}}],"model":"{MODEL}","role":"assistant"}}'.encode()


def name(index: int) -> str:
    """The id of the case at this place."""
    return f"case-{index:06}"


def gold(index: int) -> str:
    """Its expected label."""
    return LABELS[index * 7 % len(LABELS)]


def is_wrong(index: int, wrong: tuple[int, int]) -> bool:
    """Whether the run answers it wrongly."""
    return index % wrong[0] == wrong[1]


def said(index: int, wrong: tuple[int, int]) -> str:
    """What the run answers."""
    return gold(index + is_wrong(index, wrong))


def tags(index: int) -> list[str]:
    """The label, and one or two more."""
    return [gold(index), *dict.fromkeys((TAGS[index % 8], TAGS[index // 8 % 8]))]


def _written(index: int) -> dict[str, object]:
    asked = f"Message {index:06}: what should happen with order {index * 7919 % 1_000_003}?"
    about = {"id": name(index), "input": asked, "expected": gold(index), "tags": tags(index)}
    return about | {"critical": index % 97 == 0}


if __name__ == "__main__":
    write_big(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else CASES)
