"""Lists of cases: whatever two runs look like, they say what pairing says, and every word of a filter holds."""

import json
import random
from dataclasses import replace

import pytest
from tests.store.conftest import World, said

from evaltui.batches.prices import prices_in_force
from evaltui.compare.pairing import kind, ordered, summary
from evaltui.domain.case import Case
from evaltui.domain.finding import Finding, NewAct
from evaltui.domain.problem import Problem
from evaltui.domain.query import Query, parse
from evaltui.domain.request import Errored
from evaltui.domain.run import Run
from evaltui.domain.tool import ToolCall, ToolResult
from evaltui.domain.trajectory import Usage
from evaltui.domain.verdict import Pair
from evaltui.loop.browse import SORTS, CaseLine, browse, lines, state, tag_slices
from evaltui.store import acts, conversations, pairs, requests, runs, scores
from evaltui.store.database import open_store

PINNED = {"scorers": [], "versions": {}, "gate": {}}
TAGS = ("refund", "ship", "tone")
WHYS = ("passed", 'label is "x"', "100% wrong_tool\\", "ünser Grund", "")


class Runs(World):
    """Runs that are graded at random, the same for the same seed."""

    def random_cases(self, chance: random.Random, count: int) -> list[Case]:
        names = chance.sample([f"{stem}-{n}" for stem in ("case", "Case", "b*d", "q?[x]") for n in range(9)], count)
        clean = [name.replace("*", "x").replace("?", "y").replace("[", "z").replace("]", "z") for name in names]
        return [self.random_case(chance, name) for name in dict.fromkeys(clean)]

    def random_case(self, chance: random.Random, name: str) -> Case:
        return Case(
            id=name, input=f"q {chance.random() < 0.2}", expected=str(chance.random() < 0.2),
            critical=chance.random() < 0.3, tags=[tag for tag in TAGS if chance.random() < 0.4],
            group=chance.choice([None, "g1", "g2"]),
        )  # fmt: skip

    def random_run(self, chance: random.Random, cases: list[Case], trials: int, metric: str = "") -> Run:
        """Some cases only, some samples without a grade, some asked again and graded twice."""
        kept = self.evalset(cases)
        some = sorted(chance.sample(range(len(cases)), chance.randint(0, len(cases))))
        wanted = None if chance.random() < 0.5 else some
        run = runs.create_run(self.store, self.new_run(kept.id, trials), wanted)
        scoring = self.scoring(run, metric)
        replies = [Errored("overloaded_error", "later"), said("yes", input_tokens=5), said("no", output_tokens=7)]
        for _ in range(chance.randint(1, 2)):
            intent = self.plan(run)
            names = self.custom_ids(intent)
            if names:
                self.collect(intent, *[chance.choice(replies) for _ in names])
            self.grade_some(chance, scoring)
            requests.ask_retry(self.store, run.id)
        return run

    def scoring(self, run: Run, metric: str = "") -> int:
        gate = {"metric": metric} if metric else {}
        return scores.open_scoring(self.store, run.id, "s1", json.dumps({**PINNED, "gate": gate}), self.at)

    def grade_some(self, chance: random.Random, scoring: int) -> None:
        for answered in list(scores.unscored(self.store, scoring)):
            if chance.random() < 0.9:
                passed, value = chance.choice([True, False, None]), chance.choice([0.0, 0.25, 0.5, 1.0])
                score = scores.ScoreRow("route", "label", "d1", None if passed is None else value, passed, "why")
                whole = None if passed is None else chance.choice([0.25, 0.75])
                row = scores.GradeRow(
                    answered.sample_id, answered.request_id, passed, whole, chance.choice(WHYS), (score,)
                )
                with self.store.transaction():
                    scores.add_grades(self.store, scoring, [row])

    def compared(self, chance: random.Random, trials: tuple[int, int], metric: str = "") -> tuple[Run, Run]:
        """Two runs of one evalset, or of two that share most cases."""
        before = self.random_cases(chance, chance.randint(0, 12))
        after = before if chance.random() < 0.4 else [self.edited(chance, case) for case in before]
        after = after + ([] if after is before else self.random_cases(chance, 3))
        after = list({case.id: case for case in after}.values())
        if after is not before:
            chance.shuffle(after)
        return self.random_run(chance, before, trials[0]), self.random_run(chance, after, trials[1], metric)

    def edited(self, chance: random.Random, case: Case) -> Case:
        changes = [
            {},
            {},
            {"input": "edited"},
            {"expected": "edited"},
            {"critical": not case.critical},
            {"group": "g3"},
        ]
        return case.model_copy(update=chance.choice(changes))


@pytest.fixture
def made(tmp_path):
    with open_store(tmp_path / "evaltui.db") as store:
        yield Runs(store)


def paired(world: Runs, run: Run, against: Run | None, scorer: str | None = None) -> list[Pair]:
    base = scores.current_scoring(world.store, against.id).id if against else None
    return list(pairs.pairs(world.store, base, scores.current_scoring(world.store, run.id).id, scorer))


def listed(world: Runs, run: Run, against: Run | None, text: str = "", sort: str = "worst", **more) -> list[CaseLine]:
    query = parse(text)
    assert isinstance(query, Query), query
    index = browse(world.store, run, against, query, sort, **more)
    found = lines(world.store, run, against, index.keys)
    assert [line.key for line in found] == list(index.keys)
    assert [line.kind for line in found] == [index.kind(place) for place in range(len(index))]
    return found


SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("metric", ["", "route.mean"])
def test_a_comparison_says_of_every_case_what_pairing_says_in_the_same_order(
    made: Runs, seed: int, metric: str
) -> None:
    chance = random.Random(seed)
    trials = chance.choice([(1, 1), (1, 1), (1, 1), (3, 1), (1, 2), (3, 3)])
    before, after = made.compared(chance, trials, metric)
    expected = ordered(paired(made, after, before, "route" if metric else None))
    found = listed(made, after, before)
    assert [line.case_id for line in found] == [pair.case_id for pair in expected]
    assert [line.kind for line in found] == [kind(pair) for pair in expected]
    for line, pair in zip(found, expected, strict=True):
        assert (line.before, line.after, line.critical) == (pair.baseline, pair.candidate, pair.critical)
        assert (set(line.tags), line.group) == (set(pair.tags), pair.group)
        assert line.reason == (pair.candidate or pair.baseline).reason
    counts = summary(expected)
    index = browse(made.store, after, before)
    assert {name: getattr(counts, name) for name in index.counts} == index.counts
    assert index.total == counts.total == len(expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_alone_lists_what_fails_first_and_of_that_what_is_critical(made: Runs, seed: int) -> None:
    chance = random.Random(seed)
    _, run = made.compared(chance, (1, chance.choice([1, 1, 3])))
    found, pairs_ = listed(made, run, None), paired(made, run, None)
    assert {line.case_id: line.kind for line in found} == {pair.case_id: state(pair.candidate) for pair in pairs_}
    order = ["fail", "unresolved", "pass"]
    ranks = [(order.index(line.kind), not line.critical) for line in found]
    assert ranks == sorted(ranks)


def expected_of(world: Runs, run: Run, against: Run | None, word: str) -> set[str]:
    """What a word must take, said once more, in Python over pairs."""
    taken = set()
    for pair in paired(world, run, against):
        now = pair.candidate
        what = kind(pair) if against else state(now)
        was_mixed = any(seen and 0 < seen.passed < seen.resolved for seen in (pair.baseline, now))
        reason = (now or pair.baseline).reason
        holds = {
            **dict.fromkeys(("broke", "fixed", "changed", "same", "new", "gone", "unresolved"), False), what: True,
            "regressed": what == "broke", "pass": bool(now and now.all_passed), "fail": bool(now and now.failed),
            "critical": pair.critical, "flaky": was_mixed, "tag:refund": "refund" in pair.tags,
            "tag:*on*": "tone" in pair.tags, "group:g1": pair.group == "g1", "group:g*": bool(pair.group),
            "id:case-*": pair.case_id.startswith("case-"), "id:case-1": pair.case_id == "case-1",
            "ase-1": "ase-1" in pair.case_id or "ase-1" in reason, "reason:100%": "100%" in reason,
            "reason:wr_ng": False, "reason:wrong_": "wrong_" in reason, "reason:\\": "\\" in reason,
            "reason:LABEL": "label" in reason, "reason:l*x": "label" in reason, "wrong": "wrong" in reason,
            "open": True, "noted": False, "cases:case-1,Case-2": pair.case_id in ("case-1", "Case-2"),
        }  # fmt: skip
        assert word in holds, word
        if holds[word]:
            taken.add(pair.case_id)
    return taken


WORDS = [
    "broke", "regressed", "fixed", "changed", "same", "new", "gone", "unresolved", "pass", "fail", "critical", "flaky",
    "tag:refund", "tag:*on*", "group:g1", "group:g*", "id:case-*", "id:case-1", "ase-1", "reason:100%", "reason:wr_ng",
    "reason:wrong_", "reason:\\", "reason:LABEL", "reason:l*x", "wrong", "open", "noted", "cases:case-1,Case-2",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_every_word_takes_what_it_says_and_negated_all_else(made: Runs, seed: int) -> None:
    chance = random.Random(seed)
    before, after = made.compared(chance, chance.choice([(1, 1), (2, 3)]))
    every = {line.case_id for line in listed(made, after, before)}
    for word in WORDS:
        wanted = expected_of(made, after, before, word)
        assert {line.case_id for line in listed(made, after, before, word)} == wanted, word
        assert {line.case_id for line in listed(made, after, before, f"!{word}")} == every - wanted, word
    for word in ("pass", "fail", "unresolved"):
        assert {line.case_id for line in listed(made, after, None, word)} == expected_of(made, after, None, word)
    assert listed(made, after, None, "broke") == []


@pytest.mark.parametrize("seed", range(12))
def test_words_are_held_together_and_the_counts_stay_those_of_all_cases(made: Runs, seed: int) -> None:
    chance = random.Random(seed)
    before, after = made.compared(chance, (1, 1))
    both = expected_of(made, after, before, "critical") & expected_of(made, after, before, "tag:refund")
    assert {line.case_id for line in listed(made, after, before, "critical tag:refund")} == both
    counts = browse(made.store, after, before).counts
    assert browse(made.store, after, before, parse("critical")).counts == counts
    assert browse(made.store, after, before, parse("critical"), counts={"broke": 1}).counts == {"broke": 1}


NUMBERS = {
    "cost": lambda line: line.cost, "turns": lambda line: line.turns, "value": lambda line: line.value,
    "drop": lambda line: -line.fall,
}  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_numbers_are_those_of_the_rows_and_what_is_not_known_is_neither_more_nor_less(made: Runs, seed: int) -> None:
    chance = random.Random(seed)
    before, after = made.compared(chance, chance.choice([(1, 1), (2, 3)]))
    every = listed(made, after, before)
    tests = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}
    for name, number in (("cost", 2e-06), ("turns", 1), ("value", 0.5)):
        read = NUMBERS[name]
        for sign, holds in tests.items():
            found = {line.key for line in listed(made, after, before, f"{name}{sign}{number}")}
            assert found == {e.key for e in every if read(e) is not None and holds(read(e), number)}, (name, sign)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("sort", SORTS)
def test_every_order_holds_every_case_once_and_can_be_turned_round(made: Runs, seed: int, sort: str) -> None:
    chance = random.Random(seed)
    before, after = made.compared(chance, chance.choice([(1, 1), (3, 1)]))
    for against in (before, None):
        keys = [line.key for line in listed(made, after, against, sort=sort)]
        assert sorted(keys) == sorted(line.key for line in listed(made, after, against))
        assert [line.key for line in listed(made, after, against, sort=sort, reverse=True)] == keys[::-1]
    found = listed(made, after, None, sort=sort)
    known = {
        "id": [line.case_id for line in found], "position": [line.key for line in found],
        "value": [line.value for line in found if line.value is not None],
        "cost": [-line.cost for line in found if line.cost is not None],
        "turns": [-line.turns for line in found if line.turns is not None],
    }  # fmt: skip
    assert known.get(sort, []) == sorted(known.get(sort, []))


def test_the_drop_is_how_much_was_lost(made: Runs) -> None:
    cases = made.cases(3)
    before, after = made.run(cases, trials=2), made.run(cases, trials=2)
    for run, verdicts in ((before, [True] * 6), (after, [True, True, True, False, False, False])):
        made.scoring(run)
        made.collect(made.plan(run), said("x"))
        grade_all(made, run, verdicts)
    assert [line.case_id for line in listed(made, after, before, "drop>0.4")] == ["case-2", "case-1"]
    assert [line.case_id for line in listed(made, after, before, "drop>50%")] == ["case-2"]
    assert [line.case_id for line in listed(made, after, before, "drop<=0")] == ["case-0"]


def grade_all(world: Runs, run: Run, verdicts: list[bool | None], **score: str) -> None:
    scoring = scores.current_scoring(world.store, run.id).id
    rows = []
    for answered, passed in zip(scores.unscored(world.store, scoring), verdicts, strict=True):
        row = world.graded(answered, passed, None)
        rows.append(replace(row, scores=tuple(replace(one, **score) for one in row.scores)))
    with world.store.transaction():
        scores.add_grades(world.store, scoring, rows)


def done(world: Runs, cases: list[Case], verdicts: list[bool | None], **score: str) -> Run:
    run = world.run(cases, turns=3 if score.get("turns") else 1)
    world.scoring(run)
    world.collect(world.plan(run), said("x"))
    grade_all(world, run, verdicts, **score)
    return run


def test_a_case_is_found_by_the_scorer_that_failed_it(made: Runs) -> None:
    run = done(made, made.cases(3), [True, False, False])
    assert [line.case_id for line in listed(made, run, None, "scorer:route")] == ["case-1", "case-2"]
    assert [line.case_id for line in listed(made, run, None, "scorer:r* id:*-2")] == ["case-2"]
    assert [line.case_id for line in listed(made, run, None, "!scorer:route")] == ["case-0"]
    assert listed(made, run, None, "scorer:rout") == []


def test_a_reply_that_was_graded_anew_is_found_by_its_new_grade_only(made: Runs) -> None:
    run = made.run(made.cases(2))
    made.scoring(run)
    made.collect(made.plan(run), Errored("overloaded_error", "later"))
    grade_all(made, run, [False, False])
    requests.ask_retry(made.store, run.id)
    made.collect(made.plan(run), said("x"))
    grade_all(made, run, [True, False])
    assert [line.case_id for line in listed(made, run, None, "scorer:route")] == ["case-1"]
    assert [line.kind for line in listed(made, run, None, sort="id")] == ["pass", "fail"]


def test_a_case_is_found_by_its_tools_and_turns(made: Runs) -> None:
    run = made.run(made.cases(2), turns=3)
    made.scoring(run)
    made.collect(made.plan(run), said("x"))
    first = made.store.connection.execute("SELECT id FROM requests ORDER BY id").fetchone()[0]
    with made.store.transaction():
        conversations.add_tool_result(made.store, first, 0, ToolCall("c", "look*up", {}), ToolResult("3"))
        conversations.add_followup(made.store, first, conversations.Followup())
    made.collect(made.plan(run), said("y"))
    assert [line.case_id for line in listed(made, run, None, "tool:look*")] == ["case-0"]
    assert [line.case_id for line in listed(made, run, None, "!tool:look*")] == ["case-1"]
    assert [(line.case_id, line.turns) for line in listed(made, run, None, sort="turns")] == [
        ("case-0", 2),
        ("case-1", 1),
    ]
    assert [line.case_id for line in listed(made, run, None, "turns>=2")] == ["case-0"]


def test_calls_that_nobody_answered_are_found_where_a_scorer_of_calls_names_them(made: Runs) -> None:
    detail = json.dumps({"turn": 1, "calls": [{"name": 'get "x"', "outcome": "right", "reason": ""}]})
    run = done(made, made.cases(1), [True], kind="tool_choice", detail=detail)
    odd = done(made, made.cases(1), [True], kind="tool_choice", detail="no json")
    assert len(listed(made, run, None, "tool:get*x*")) == 1
    assert listed(made, run, None, "tool:get") == [] == listed(made, odd, None, "tool:get*")


def test_findings_of_triage_are_shown_and_found(made: Runs) -> None:
    run = done(made, made.cases(4), [False] * 4)
    found = (
        Finding(0, "accept"),
        Finding(1, "later", "look at 50% again"),
        Finding(2, None, "odd"),
        Finding(3, "flaky"),
    )
    acts.add_act(made.store, run.id, NewAct("judged", found), "me")
    names = {word: [line.key for line in listed(made, run, None, word, "position")] for word in (
        "accepted", "later", "open", "noted", "real", "flaky", "finding:50%", "finding:acc*", "!finding:*", "bad",
    )}  # fmt: skip
    assert names == {
        "accepted": [0], "later": [1], "open": [1, 2], "noted": [1, 2], "real": [], "flaky": [3], "finding:50%": [1],
        "finding:acc*": [0], "!finding:*": [], "bad": [],
    }  # fmt: skip
    assert [(line.finding, line.note) for line in listed(made, run, None, sort="position")][1] == (
        "later", "look at 50% again"
    )  # fmt: skip


HOSTILE = [
    "'; DROP TABLE cases; --", 'x" OR 1=1', "%", "_", "\\", "[a-z]", "?", "*", "\x00", "\ud800", "\u202e", ":v0", "?1",
    "1e400", "🙂" * 50, ")" * 200, "a" * 900,
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_are_values(made: Runs, value: str) -> None:
    case = Case(id="a", input="x", expected="y", tags=["t"], group="'; DROP TABLE cases; --")
    run = done(made, [case], [False])
    for word in ("tag", "id", "group", "tool", "scorer", "reason", "finding", "cases", ""):
        for sign in ("", "!"):
            quoted = '"' + value.replace('"', "") + '"'
            query = parse(f"{sign}{word}:{quoted}" if word else f"{sign}{quoted}")
            assert isinstance(query, Query | Problem)
            if isinstance(query, Query):
                assert len(browse(made.store, run, run, query)) in (0, 1)
    assert len(listed(made, run, run)) == 1


def test_signs_of_glob_are_taken_literally(made: Runs) -> None:
    run = done(made, [Case(id="a", input="x", group="[ab]?"), Case(id="b", input="x", group="ax")], [True, True])
    assert [line.case_id for line in listed(made, run, None, "group:[ab]?*")] == ["a"]
    assert listed(made, run, None, "group:[ab]*x") == []


def test_a_run_without_samples_is_an_empty_list(made: Runs) -> None:
    kept = made.evalset(made.cases(2))
    empty, full = (runs.create_run(made.store, made.new_run(kept.id), some) for some in ([], None))
    made.scoring(empty)
    made.scoring(full)
    assert (listed(made, empty, None), browse(made.store, empty, None).total) == ([], 0)
    assert [line.kind for line in listed(made, empty, full)] == ["gone", "gone"]
    assert [line.kind for line in listed(made, full, empty)] == ["new", "new"]
    assert lines(made.store, full, empty, [0, 99, -1, -99]) == lines(made.store, full, empty, [0])


def test_the_cost_of_a_row_is_that_of_its_answers_at_their_prices(made: Runs) -> None:
    run = done(made, made.cases(1), [True])
    (line,) = listed(made, run, None)
    assert line.cost == pytest.approx(prices_in_force().cost(Usage(9, 2), "claude-haiku-5-5", batch=False))
    assert len(listed(made, run, None, f"cost>{line.cost * 0.99} cost<{line.cost * 1.01}")) == 1
    assert len(listed(made, run, None, "tokens=11")) == 1


def test_the_price_of_a_long_prompt_is_that_of_its_band(made: Runs) -> None:
    run = made.run(made.cases(2))
    made.scoring(run)
    made.collect(made.plan(run), said("x", input_tokens=100_000), said("x", input_tokens=100_001))
    grade_all(made, run, [True, True])
    short, long = (line.cost for line in listed(made, run, None, sort="position"))
    assert long > 4 * short
    assert [line.key for line in listed(made, run, None, f"cost>{short * 1.01}")] == [1]


def test_a_model_without_a_price_has_no_cost(made: Runs) -> None:
    run = made.run(made.cases(1))
    made.scoring(run)
    made.collect(made.plan(run), said("x", model="nobody-1"))
    grade_all(made, run, [True])
    assert [line.cost for line in listed(made, run, None)] == [None]
    assert listed(made, run, None, "cost>=0") == [] == listed(made, run, None, "cost<=0")
    assert len(listed(made, run, None, "!cost>0")) == 1


@pytest.mark.parametrize("seed", range(8))
def test_slices_by_tag_count_what_can_be_compared(made: Runs, seed: int) -> None:
    before, after = made.compared(random.Random(seed), (1, 2))
    found = {each.tag: each for each in tag_slices(made.store, after, before)}
    every = paired(made, after, before)
    for tag in TAGS:
        tagged = [pair for pair in every if tag in pair.tags and pair.candidate]
        same = [p for p in tagged if p.change == "same" and p.baseline.resolved and p.candidate.resolved]
        if not tagged:
            assert tag not in found
            continue
        assert (found[tag].n, found[tag].fixed, found[tag].broke) == (
            len(same), sum(kind(p) == "fixed" for p in tagged), sum(kind(p) == "broke" for p in tagged)
        )  # fmt: skip
        if same:
            rate = sum(p.candidate.passed / p.candidate.resolved for p in same) / len(same)
            assert found[tag].after_rate == pytest.approx(rate)
    alone = {each.tag: each for each in tag_slices(made.store, after, None)}
    assert all(each.before_rate is None for each in alone.values())
