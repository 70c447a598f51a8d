"""Texts that real people wrote arrive unchanged, from JSON Lines and from YAML."""

import json
from pathlib import Path

from evaltui.domain.evalset import EvalsetFile
from evaltui.domain.problem import Problem
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.source import EvalsetSource


def test_real_messages_arrive_as_they_were_written(shared_data: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in (shared_data / "banking77.jsonl").read_text("utf-8").splitlines()]
    cases = [{"id": row["id"], "input": row["text"], "expected": {"route": row["label"]}} for row in rows]
    lines = "\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (tmp_path / "all.jsonl").write_text(lines, "utf-8")
    (tmp_path / "all.yaml").write_text("\n".join(f"- {line}" for line in lines.split("\n")), "utf-8")
    for name in ("all.jsonl", "all.yaml"):
        source = EvalsetSource(
            tmp_path, tmp_path / "evalset.yaml", EvalsetFile(name="demo", scorers=["exact"]), (tmp_path / name,), ()
        )
        problems: list[Problem] = []
        read = [(entry.line, entry.case.input) for entry in read_cases(source, problems)]
        assert problems == [] and read == [(line, case["input"]) for line, case in enumerate(cases, 1)]
