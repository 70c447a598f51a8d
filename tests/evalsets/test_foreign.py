"""Cases of other tools arrive with all that a case can say, and what it cannot say is told at its line."""

import copy
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.evalsets.foreign.kinds import NAMES, case_of, id_for, kind_of
from evaltui.evalsets.foreign.look import look
from evaltui.files import archives

Taken = Callable[..., tuple[str, list[Case], list[str]]]

PROMPTFOO = """\
prompts: ['Research {{topic}}']
providers: [openai:gpt-4.1]
defaultTest:
  vars: {lang: en}
  assert:
    - {type: not-contains, value: As an AI}
tests:
  - description: About planes
    vars: {topic: planes}
    metadata: {level: easy, weight: 0.5}
    assert:
      - {type: icontains, value: '{{topic}}'}
      - {type: equals, value: Planes fly.}
      - {type: regex, value: 'fl[iy]'}
      - {type: contains-any, value: [wing, jet+]}
      - {type: llm-rubric, value: Says why they fly.}
      - {type: javascript, value: output.length > 3}
      - {type: is-json, value: {type: object}, weight: 2}
      - type: assert-set
        assert: [{type: contains, value: air}]
  - vars: {topic: [cats, dogs]}
  - vars: {topic: x}
    assert:
      - {type: equals, value: x, transform: output.trim()}
      - {type: contains, value: file://x.txt}
      - {type: contains, value: '{{ unknown }}'}
    provider: other
  - file://more.csv
  - file://gone.yaml
"""
ADK = {
    "eval_set_id": "s",
    "eval_cases": [{
        "eval_id": "dice", "session_input": {"app_name": "a", "state": {"n": 1}},
        "conversation": [
            {
                "user_content": {"parts": [{"text": "Roll"}, {"text": " it", "inline_data": {"data": "eA=="}}]},
                "final_response": {"parts": [{"text": "A 4."}]},
                "intermediate_data": {
                    "tool_uses": [{"id": "1", "name": "roll", "args": {"sides": 6}}],
                    "tool_responses": [{"id": "1", "name": "roll", "response": {"content": 4, "isError": True}}],
                    "intermediate_responses": [["a", [{"text": "Rolling"}]]],
                },
            },
            {
                "user_content": {"parts": [{"text": "Prime?"}]},
                "agent_content": {"parts": [{"function_call": {"name": "prime", "args": {}}}, {"text": "No."}]},
            },
        ],
    }],
}  # fmt: skip
OLD = [
    {"query": "Hi", "expected_tool_use": [], "reference": "Hello"},
    {"query": "Off", "expected_tool_use": [{"tool_name": "set", "tool_input": {"on": False}}], "reference": "Done"},
]
PYDANTIC = """\
name: capitals
cases:
- name: france
  inputs: What is the capital of France?
  expected_output: Paris
  metadata: {difficulty: easy, score: 0.5}
  evaluators:
  - EqualsExpected
  - Contains: Par
  - LLMJudge: {rubric: It is polite., model: x}
  - MaxDuration: 3
- {name: map, inputs: {a: 1}}
- {name: empty}
evaluators: [IsInstance: str]
"""
EVALS = [
    {
        "input": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2+2?"}],
        "ideal": ["4", "four"],
    },
    {
        "input": [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": "b"},
            {"role": "user", "content": "c"},
        ]
    },
    {"input": [{"role": "tool", "content": "x"}], "ideal": "y"},
]
INSPECT = {
    "eval": {"task": "t"},
    "samples": [
        {"id": 1, "epoch": 1, "input": "attachment://abc", "attachments": {"abc": "Long"}, "target": ["A", "B"],
         "choices": ["x", "y"], "metadata": {"topic": "a b"}, "files": {"f": "x"}},
        {"id": 1, "epoch": 2, "input": "Long", "target": "A"},
        {"id": 2, "epoch": 1, "input": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}], "target": ""},
    ],
}  # fmt: skip
TABLE = (
    "Question;label;id;tags;critical;expected.tone;note\n"
    "Where?;delivery;a 1;x, y;yes;calm;n\n;gone;b;;;;\nWhy?;z;c;;maybe;;\nshort;row\n"
)
EVERY = {
    "promptfoo.yaml": PROMPTFOO, "adk.json": ADK, "old.json": OLD, "pydantic.yaml": PYDANTIC, "inspect.json": INSPECT,
}  # fmt: skip


@pytest.fixture
def taken(tmp_path: Path) -> Taken:
    """`taken(name, content, *words, kind=…)`: the kind, the cases and every problem in words."""

    def make(name: str, content: Any, *words: str, kind: str | None = None) -> tuple[str, list[Case], list[str]]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else written(name, content).encode())
        looked = look(path)
        known = kind_of(looked, kind, words)
        problems: list[Problem] = []
        cases = []
        for number, each in enumerate(known.read(looked, problems.append)):
            made = case_of(each, id_for(each.name, f"case-{number}"), known.name, str(path))
            cases += [made] if isinstance(made, Case) else []
            problems += made if isinstance(made, list) else []
        told = [f"{each.severity} {each}".replace(f"{tmp_path}/", "") for each in [*looked.problems, *problems]]
        return known.name, cases, told

    return make


def written(name: str, content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(map(line, content)) if name.endswith(".jsonl") else json.dumps(content, indent=1)


def line(value: Any) -> str:
    return json.dumps(value) + "\n"


def said(case: Case) -> dict[str, Any]:
    return case.model_dump(exclude_unset=True, exclude={"id", "source"})


def test_tests_of_promptfoo_become_cases_and_their_assertions_gold(taken: Taken, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text(
        "topic,__expected,__expected2,__metadata:kind,__threshold\n"
        '{n},"contains-all: a, b",Yes,one two,1\nbirds,python: x,,,\n', "utf-8",
    )  # fmt: skip
    kind, cases, told = taken("config.yaml", PROMPTFOO)
    behind = "are not taken: they belong to an agent.yaml, with {{input.NAME}} for {{NAME}}"
    assert kind == "promptfoo"
    assert said(cases[0]) == {
        "input": {"lang": "en", "topic": "planes"},
        "expected": {
            "excludes": ["As an AI"], "contains": ["planes", "air"], "equals": "Planes fly.",
            "matches": r"(?s)(?=.*?(?:fl[iy]))(?=.*?(?:wing|jet\+))", "schema": {"type": "object"},
        },
        "rubric": "Says why they fly.", "tags": ["level:easy"],
    }  # fmt: skip
    assert cases[0].source and (cases[0].id, cases[0].source.note) == ("About-planes", '{"weight": 0.5}')
    assert [case.input for case in cases[1:]] == [
        *({"lang": "en", "topic": topic} for topic in ("cats", "dogs", "x")), {"topic": "{n}"}, {"topic": "birds"},
    ]  # fmt: skip
    assert said(cases[4])["expected"] == {"excludes": ["As an AI"], "contains": ["a", "b"], "equals": "Yes"}
    assert said(cases[4])["tags"] == ["kind:one-two"]
    assert [words.partition("; found")[0] for words in told] == [
        f"warning config.yaml:1: prompts: {behind}",
        f"warning config.yaml:2: providers: {behind}",
        "warning config.yaml:17: tests[0].assert[5]: an assertion of this type is not taken",
        "warning config.yaml:18: tests[0].assert[6].weight: is not taken: a case passes when all holds",
        "warning config.yaml:27: tests[2].provider: is not taken",
        "warning config.yaml:24: tests[2].assert[0]: what is compared is made from the output by code",
        "warning config.yaml:25: tests[2].assert[1]: what is expected stands in another file",
        "warning config.yaml:26: tests[2].assert[2]: what is expected is a template",
        "warning more.csv:1: __threshold: the column is not taken",
        "warning more.csv:3: __expected: an assertion of this type is not taken",
        "error config.yaml:29: tests[4]: names tests in a file that is not there",
    ]


def test_a_conversation_of_an_adk_evalset_becomes_turns_calls_and_recorded_results(taken: Taken) -> None:
    kind, (case,), told = taken("set.json", ADK)
    assert (kind, case.id) == ("adk", "dice")
    assert said(case) == {
        "input": "Roll it", "turns": ["Prime?"], "vars": {"session": {"app_name": "a", "state": {"n": 1}}},
        "tools": [
            {"name": "roll", "arguments": {"sides": 6}, "result": {"content": 4, "isError": True}, "error": True}
        ],
        "expected": {
            "calls": [{"name": "roll", "arguments": {"sides": 6}}, {"name": "prime", "arguments": {}}],
            "answer": "No.", "answers": ["A 4.", "No."],
        },
    }  # fmt: skip
    assert [words.partition("; found")[0] for words in told] == [
        "warning set.json:21: eval_cases[0].conversation[0].user_content.parts[1].inline_data: only text is taken",
        "warning set.json:54: eval_cases[0].conversation[0].intermediate_data.intermediate_responses: is not taken",
    ]


def test_the_older_schema_is_one_conversation_or_a_list_of_named_ones(taken: Taken) -> None:
    _, (case,), told = taken("old.json", OLD)
    gold = {"calls": [{"name": "set", "arguments": {"on": False}}], "answer": "Done", "answers": ["Hello", "Done"]}
    assert (case.input, case.turns, case.expected, told) == ("Hi", ["Off"], gold, [])
    _, cases, told = taken("old.json", [{"name": "one", "data": OLD[:1]}, {"name": "two", "data": OLD}, {"x": 1}])
    assert [(case.id, len(case.turns)) for case in cases] == [("one", 0), ("two", 1)]
    assert [words.partition(";")[0] for words in told] == [
        "error old.json:34: [2]: is neither a turn with a query nor a list of turns"
    ]


def test_a_dataset_of_pydantic_evals_keeps_what_its_cases_say_themselves(taken: Taken) -> None:
    kind, cases, told = taken("set.yaml", PYDANTIC)
    assert kind == "pydantic-evals"
    assert said(cases[0]) == {
        "input": "What is the capital of France?", "expected": {"answer": "Paris", "contains": ["Par"]},
        "rubric": "It is polite.", "tags": ["difficulty:easy"],
    }  # fmt: skip
    assert said(cases[1]) == {"input": {"a": 1}}
    assert [words.partition("; found")[0] for words in told] == [
        "warning set.yaml:14: evaluators[0]: an evaluator of all cases is not taken",
        "warning set.yaml:10: cases[0].evaluators[2]: these arguments of the evaluator are not taken",
        "warning set.yaml:11: cases[0].evaluators[3]: this evaluator is not taken",
        "error set.yaml:13: cases[2]: has no inputs",
    ]


def test_samples_of_openai_evals_keep_their_system_prompt_as_a_variable(taken: Taken) -> None:
    kind, cases, told = taken("samples.jsonl", EVALS)
    assert kind == "openai-evals"
    assert said(cases[0]) == {"input": "2+2?", "vars": {"system": "Be brief."}, "expected": ["4", "four"]}
    assert [message.content for message in cases[1].messages or []] == ["a", "b", "c"]
    assert [words.partition(";")[0] for words in told] == [
        "warning samples.jsonl:1: input: the system prompt is kept as vars.system",
        "error samples.jsonl:3: input[0]: a message of this role cannot be taken",
        "error samples.jsonl:3: has no input that can be taken",
    ]


def test_samples_of_inspect_are_one_case_for_all_epochs(taken: Taken) -> None:
    kind, cases, told = taken("log.json", INSPECT)
    assert (kind, [case.id for case in cases]) == ("inspect", ["1", "2"])
    assert said(cases[0]) == {
        "input": "Long", "vars": {"choices": ["x", "y"]}, "expected": ["A", "B"], "tags": ["topic:a-b"],
    }  # fmt: skip
    assert said(cases[1]) == {"input": "Hi"}
    assert [words.partition(";")[0].split(": ", 2)[1] for words in told] == ["samples[0].files", "samples[0].choices"]


def test_an_inspect_archive_is_read_also_where_its_members_are_compressed_with_zstandard(
    taken: Taken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = [json.dumps({"id": n, "epoch": 1, "input": f"Question {n}", "target": "x"}) for n in (10, 9)]
    with zipfile.ZipFile(tmp_path / "plain.eval", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", "{}")
        archive.writestr("samples/10_epoch_1.json", samples[0])
    with_zstandard(tmp_path / "zstd.eval", "samples/9_epoch_1.json", samples[1].encode())
    for name, number in (("plain.eval", 10), ("zstd.eval", 9)):
        kind, (case,), told = taken(name, (tmp_path / name).read_bytes())
        assert (kind, case.input, told) == ("inspect", f"Question {number}", [])
    lying = (tmp_path / "zstd.eval").read_bytes().replace(len(samples[1]).to_bytes(4, "little"), b"\x05\0\0\0")
    _, cases, told = taken("lying.eval", lying)
    assert not cases and "samples/9_epoch_1.json: is damaged" in told[0]
    with pytest.raises(BadInput, match="is no zip archive"):
        taken("cut.eval", lying[:-30])
    monkeypatch.setattr(archives, "MEMBER_LIMIT", 5)
    _, cases, told = taken("plain.eval", (tmp_path / "plain.eval").read_bytes())
    assert not cases and "samples/10_epoch_1.json: has more than 5 bytes" in told[0]


def with_zstandard(path: Path, name: str, content: bytes) -> None:
    """An archive as Inspect writes it: the standard library makes the frame, the content is put in by hand."""
    import zstandard

    packed = zstandard.ZstdCompressor().compress(content)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, packed)
        info = archive.getinfo(name)
        info.compress_type, info.file_size, info.CRC = 93, len(content), __import__("zlib").crc32(content)


def test_columns_of_a_table_are_told_by_their_names_and_by_a_person(taken: Taken) -> None:
    kind, cases, told = taken("set.csv", TABLE)
    assert kind == "table"
    assert said(cases[0]) == {
        "input": "Where?", "expected": {"tone": "calm"}, "tags": ["x", "y"], "critical": True,
    }  # fmt: skip
    assert [words.partition("; found")[0] for words in told] == [
        "warning set.csv:1: columns are not taken",
        "error set.csv:3: input: the row has no input",
        "warning set.csv:4: critical: is neither yes nor no, so the case is not critical",
        "error set.csv:5: the row has fewer cells than the head",
    ]
    assert [case.id for case in cases] == ["a-1", "c"]
    _, cases, told = taken("set.csv", TABLE, "expected.route=label", "expected.tone=expected.tone", "vars.why=note")
    assert (cases[0].expected, cases[0].vars) == ({"route": "delivery", "tone": "calm"}, {"why": "n"})
    assert not any("columns are not taken" in words for words in told)
    for name in ("flat.jsonl", "flat.json"):
        kind, (case, other), told = taken(name, [{"prompt": "Hi", "answer": {"a": 1}}, {"prompt": 5}])
        assert (kind, said(case), told) == ("table", {"input": "Hi", "expected": {"a": 1}}, [])
        assert said(other) == {"input": "5"}


@pytest.mark.parametrize(
    ("name", "content", "words", "told"),
    [
        ("a.csv", "x,y\n1,2\n", (), "no column is surely the input; found"),
        ("a.csv", "x,y\n1,2\n", ("input=z",), 'there is no such column; found "z"; allowed: x, y'),
        ("a.csv", "x,y\n1,2\n", ("inptu=x",), "must be FIELD=COLUMN"),
        ("a.json", '{"a": 1}', (), "nothing in it looks like cases"),
        ("a.json", '{"a": ', (), "not valid JSON"),
        ("a.yaml", "a: [", (), "not valid YAML"),
    ],
)
def test_what_cannot_be_told_is_refused_with_what_to_do(
    taken: Taken, name: str, content: str, words: tuple[str, ...], told: str
) -> None:
    with pytest.raises(BadInput) as refused:
        taken(name, content, *words)
    assert told in str(refused.value)


def test_a_kind_that_a_person_names_must_exist_and_fit(taken: Taken) -> None:
    with pytest.raises(BadInput, match='did you mean "promptfoo"'):
        taken("a.yaml", PROMPTFOO, kind="promptfo")
    with pytest.raises(BadInput, match="is not written as adk writes its cases"):
        taken("a.yaml", PROMPTFOO, kind="adk")


def mangled(value: Any) -> Iterator[Any]:
    """The value with each of its parts in turn replaced by what should not stand there."""
    yield from (None, 7, "x", [], {}, [1], {"a": [None]})
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        for other in mangled(value[key]):
            changed = copy.copy(value)
            changed[key] = other
            yield changed


@pytest.mark.parametrize("name", ["adk.json", "old.json", "inspect.json", "pydantic.json", "promptfoo.json"])
def test_no_file_however_odd_ends_in_anything_but_cases_and_problems(taken: Taken, name: str) -> None:
    import yaml

    whole = EVERY.get(name) or yaml.safe_load(EVERY[name.replace("json", "yaml")])
    known = 0
    for number, odd in enumerate(mangled(whole)):
        if number % 5 == 0:
            try:
                kind, cases, told = taken(name, odd, kind=None)
            except BadInput:
                continue
            known += kind in NAMES and bool(cases or told)
    assert known > 10
