"""An import that was interrupted, and one whose files change under it."""

import json
from pathlib import Path

import pytest
from tests.workbench import write_evalset

from evaltui.domain.errors import BadInput
from evaltui.domain.request import Succeeded
from evaltui.loop.import_run import Import, judge, keep, read_import
from evaltui.store.cases import sample
from evaltui.store.database import open_store
from evaltui.store.runs import latest_run, progress

AGENT = "model: claude-haiku-5-5\nmax_tokens: 100\n"


def written(folder: Path, *outputs: str) -> Import:
    cases = [{"id": f"c{at}", "input": "x", "expected": "yes"} for at in range(len(outputs))]
    evalset = write_evalset(folder / "words", cases, "  - exact", AGENT)
    lines = [json.dumps({"id": f"c{at}", "output": output}) + "\n" for at, output in enumerate(outputs)]
    (folder / "results.jsonl").write_text("".join(lines), "utf-8")
    return read_import(evalset, folder / "results.jsonl", None, "m")


def test_a_run_that_was_kept_and_not_scored_is_scored_when_it_is_imported_again(tmp_path: Path) -> None:
    found = written(tmp_path, "yes", "no")
    with open_store(tmp_path / "evaltui.db") as store:
        run, _ = keep(store, found, "")
        assert not progress(store, run.id).settled
        again, new = keep(store, found, "")
        assert (again, new) == (run, False)
        judge(store, again, lambda _: None)
        assert progress(store, run.id).complete


def test_results_that_change_after_they_were_checked_leave_no_run_behind(tmp_path: Path) -> None:
    found = written(tmp_path, "yes", "no")
    (tmp_path / "results.jsonl").write_text('{"id": "c0", "output": "yes"}\n{}\n', "utf-8")
    with open_store(tmp_path / "evaltui.db") as store:
        with pytest.raises(BadInput):
            keep(store, found, "")
        assert latest_run(store) is None


def test_a_reply_that_paused_for_good_is_no_evidence(tmp_path: Path) -> None:
    found = written(tmp_path, "yes", "no")
    paused = [{"id": "c0", "output": "yes", "stop_reason": "pause_turn"}, {"id": "c1", "output": "yes"}]
    (tmp_path / "results.jsonl").write_text("".join(json.dumps(line) + "\n" for line in paused), "utf-8")
    found = read_import(tmp_path / "words", tmp_path / "results.jsonl", None, "m")
    with open_store(tmp_path / "evaltui.db") as store:
        run, _ = keep(store, found, "")
        judge(store, run, lambda _: None)
        detail = sample(store, run.id, "c0")
        assert detail is not None and detail.grade is not None
        assert isinstance(detail.last, Succeeded)
        assert (detail.grade.passed, detail.grade.reason) == (
            None, "the reply is not finished: it stopped with pause_turn"
        )  # fmt: skip
