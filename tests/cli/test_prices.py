"""A project's own prices: used for every cost, told by doctor, refused in words."""

from pathlib import Path

from tests.cli.program import Program

TABLE = """
as_of = 2026-11-20
[models]
claude-haiku-5-5 = [{ input = 1000.0, output = 1000.0, write_5m = 1000.0, write_1h = 1000.0, read = 1000.0 }]
"""
EVALSET = "name: greet\ncases: c.jsonl\nscorers: [exact]\n"
AGENT = "model: claude-haiku-5-5\nmax_tokens: 1000\n"


def project(folder: Path, table: str) -> Program:
    greet = folder / "evalsets" / "greet"
    greet.mkdir(parents=True)
    (greet / "evalset.yaml").write_text(EVALSET)
    (greet / "agent.yaml").write_text(AGENT)
    (greet / "c.jsonl").write_text('{"id": "a", "input": "hi", "expected": "ho"}\n')
    (folder / ".evaltui").mkdir()
    (folder / ".evaltui" / "config.yaml").write_text("prices: mine.toml\n")
    (folder / ".evaltui" / "mine.toml").write_text(table)
    return Program(folder, "http://127.0.0.1:9")


def test_the_projects_prices_stand_over_the_shipped_ones(tmp_path: Path) -> None:
    program = project(tmp_path, TABLE)
    forecast = program("check", "--json").json["evalsets"][0]["forecast"]
    assert 0.5 < forecast["high"] < 0.6
    assert "prices    as of 2026-11-20" in program("doctor", "--offline").out


def test_a_table_that_cannot_be_used_is_told_with_what_to_write(tmp_path: Path) -> None:
    program = project(tmp_path, "[models]\nclaude-haiku-5-5 = [{ input = 'much' }]\n")
    done = program("check")
    assert done.code == 2
    assert "mine.toml" in done.err
    assert 'models.claude-haiku-5-5[0].input: must be a number; found "much"' in done.err
    assert "models.claude-haiku-5-5[0].output: is required and missing" in done.err
    assert program("doctor", "--offline").code == 2
