"""Reading evalset.yaml: the short forms of scorers, the files it names, the gate, and all problems at once."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.problem import Problem
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.source import EvalsetSource

Write = Callable[..., Path]


def good(folder: Path) -> EvalsetSource:
    source = read_evalset(folder)
    assert isinstance(source, EvalsetSource), source
    return source


def bad(folder: Path) -> tuple[Problem, ...]:
    problems = read_evalset(folder)
    assert isinstance(problems, tuple)
    return problems


def test_an_evalset_is_read_from_its_folder_or_its_file(evalset: Write) -> None:
    folder = evalset()
    assert good(folder) == good(folder / "evalset.yaml")
    assert good(folder).case_files == (folder / "cases.yaml",) and good(folder).agent_path == folder / "agent.yaml"


def test_the_short_forms_of_scorers_are_written_out(evalset: Write) -> None:
    text = """
name: demo
scorers:
  - exact
  - exact:
  - normalized: money
  - label: {name: route, of: route, advisory: true}
  - exact: {name: exact-3}
  - one_of: [a, b]
"""
    assert good(evalset(text)).scorers == (
        ScorerSpec(kind="exact", name="exact"),
        ScorerSpec(kind="exact", name="exact-2"),
        ScorerSpec(kind="normalized", name="normalized", arguments={"value": "money"}),
        ScorerSpec(kind="label", name="route", arguments={"of": "route"}, advisory=True),
        ScorerSpec(kind="exact", name="exact-3"),
        ScorerSpec(kind="one_of", name="one_of", arguments={"value": ["a", "b"]}),
    )


def test_a_name_given_is_never_taken_by_a_default(evalset: Write) -> None:
    source = good(evalset("name: demo\nscorers: [exact, label: {name: exact}]\n"))
    assert [scorer.name for scorer in source.scorers] == ["exact-2", "exact"]


@pytest.mark.parametrize(
    ("scorers", "line", "field", "says"),
    [
        ("- label: {name: a}\n- exact: {name: a}", 4, "scorers[1].exact.name", "the first is on line 3"),
        ("- label: {name: 3}", 3, "scorers[0].label.name", "must be a name; found 3"),
        ("- label: {name: a.b}", 3, "scorers[0].label.name", "letters, digits, _ and -"),
        ("- label: {advisory: 1}", 3, "scorers[0].label.advisory", "must be true or false"),
        ("- {label: x, of: z}", 3, "scorers[0]", "indent the arguments under the scorer's name"),
        ("- {}", 3, "scorers[0]", "one entry names one scorer"),
        ("- a b", 3, "scorers[0]", "is not a scorer's name"),
        ("- 7", 3, "scorers[0]", "must be text or a mapping; found 7"),
        ("- label: {of: no}", 3, "scorers[0].label.of", "quote it"),
    ],
)
def test_a_scorer_that_cannot_be_understood_is_a_problem(
    evalset: Write, scorers: str, line: int, field: str, says: str
) -> None:
    (problem,) = bad(evalset(f"name: demo\nscorers:\n{scorers}\n"))
    assert (problem.line, problem.field) == (line, field) and says in str(problem)


@pytest.mark.parametrize("metric", ["pass_rate", "route.macro_f1", "exact.f1/refund"])
def test_a_metric_is_the_pass_rate_or_belongs_to_a_scorer(evalset: Write, metric: str) -> None:
    text = f"name: demo\nscorers: [exact, label: {{name: route}}]\ngate: {{metric: {metric}}}\n"
    assert good(evalset(text)).file.gate.metric == metric


@pytest.mark.parametrize("metric", ["passrate", "rout.macro_f1", "route", "route."])
def test_a_metric_of_nothing_is_a_problem_that_names_the_nearest(evalset: Write, metric: str) -> None:
    text = f"name: demo\nscorers: [label: {{name: route}}]\ngate:\n  metric: {metric}\n"
    (problem,) = bad(evalset(text))
    assert (problem.line, problem.field) == (4, "gate.metric")
    assert problem.allowed == "pass_rate, route.METRIC" and "did you mean" in problem.hint


def test_files_that_do_not_exist_are_named_with_the_nearest_one(evalset: Write) -> None:
    cases = "- cases.yml\n- data.csv\n- cases.yaml\n- cases.yaml\n"
    text = f"name: demo\nagent: agents.yaml\ncases:\n{cases}scorers: [exact]\n"
    agent, absent, kind, twice = bad(evalset(text))
    assert (agent.line, agent.hint) == (2, 'did you mean "agent.yaml"?')
    assert (absent.line, absent.found, absent.hint) == (4, '"cases.yml"', 'did you mean "cases.yaml"?')
    assert (kind.line, kind.allowed) == (5, ".yaml, .yml, .jsonl")
    assert (twice.line, twice.message) == (7, "a file is named twice")


def test_an_evalset_without_case_files_is_a_problem(evalset: Write) -> None:
    (problem,) = bad(evalset("name: demo\ncases: []\nscorers: [exact]\n"))
    assert (problem.line, problem.field) == (2, "cases")


def test_a_folder_without_an_evalset_says_so(tmp_path: Path) -> None:
    assert "no such file" in bad(tmp_path)[0].message


def test_an_evalset_that_is_a_list_is_refused(evalset: Write) -> None:
    assert "must be a mapping" in bad(evalset("- name: demo\n"))[0].message


def test_all_problems_come_at_once_in_the_order_of_lines(evalset: Write) -> None:
    text = """name: a b
agent: nowhere.yaml
cases: 3
scorer: [exact]
scorers:
  - label: {name: x}
  - label: {name: x}
  - exact: {of: no}
gate:
  policy: sed
  margin: 2
  metric: y.f1
gate: {}
"""
    assert [(problem.line, problem.field) for problem in bad(evalset(text))] == [
        (1, "name"), (2, "agent"), (3, "cases"), (4, "scorer"), (7, "scorers[1].label.name"),
        (8, "scorers[2].exact.of"), (10, "gate.policy"), (11, "gate.margin"), (12, "gate.metric"), (13, "gate"),
    ]  # fmt: skip


def test_digests_follow_what_decides_and_nothing_else(evalset: Write) -> None:
    first = good(evalset("name: demo\nscorers: [normalized: money]\n"))
    same = good(evalset("name: other\n# comment\nscorers:\n  - normalized: {value: money}\ngate: {policy: seed}\n"))
    scorer = good(evalset("name: demo\nscorers: [normalized: date]\n"))
    gate = good(evalset("name: demo\nscorers: [normalized: money]\ngate: {margin: 0.1}\n"))
    assert (same.scorers_digest, same.gate_digest) == (first.scorers_digest, first.gate_digest)
    assert scorer.scorers_digest != first.scorers_digest and scorer.gate_digest == first.gate_digest
    assert gate.gate_digest != first.gate_digest and gate.scorers_digest == first.scorers_digest


FIELDS = ["name", "agent", "cases", "scorers", "gate", "metric", "policy", "value", "advisory", "exact"]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([*FIELDS, "cases.yaml"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_no_content_whatever_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, content: object) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "evalset.yaml").write_text(yaml.safe_dump(content))
    assert read_evalset(folder)
