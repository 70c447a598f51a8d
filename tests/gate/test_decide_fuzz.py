"""Whatever the evidence, the gate fails closed."""

import math
from collections.abc import Callable
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from evaltui.domain.evalset import GatePolicy
from evaltui.domain.verdict import Graded, Pair, RunFacts, Verdict
from evaltui.gate.decide import decide

SAME = ("same",)
CHANGES = SAME * 16 + ("added", "removed", "input changed", "gold changed")
f1s = st.sampled_from([0.4, 0.5, 0.6])
policies = st.builds(
    GatePolicy,
    metric=st.sampled_from(["pass_rate", "pass_rate", "answer.mean", "route.macro_f1"]),
    policy=st.sampled_from(["seed", "seed", "noninferior", "no_confident_regression", "confident_improvement"]),
    margin=st.sampled_from([0.0, 0.02, 0.5, 1.0]),
    critical=st.sampled_from(["strict", "absolute"]),
    max_unresolved=st.sampled_from([0.0, 0.1, 1.0]),
    min_shared=st.sampled_from([0.0, 0.5, 0.95]),
)


@st.composite
def runs(draw: Callable, trials: int, unresolved: bool) -> Graded:
    missing = draw(st.integers(0, trials)) if unresolved and draw(st.integers(0, 9)) == 0 else 0
    resolved = trials - missing
    passed = min(resolved, draw(st.integers(0, 2 * trials)))
    value = draw(st.sampled_from([0.25, 0.5, 1.0]))
    return Graded(passed, resolved, missing, value if resolved else None, "why")


@st.composite
def a_pair(draw: Callable, name: str, trials: int, *, changes: tuple, unresolved: bool, critical: bool) -> Pair:
    change = draw(st.sampled_from(changes))
    before = None if change == "added" else draw(runs(trials, unresolved))
    after = None if change == "removed" else draw(runs(trials, unresolved))
    judged_only = critical and draw(st.integers(0, 9)) == 0
    return Pair(name, change, before, after, critical, judged_only, draw(st.sampled_from([None, None, "g", "h"])))


@st.composite
def pair_lists(draw: Callable, changes: tuple = CHANGES, unresolved: bool = True) -> list[Pair]:
    """Anything at all."""
    trials = draw(st.sampled_from([1, 1, 3]))
    kinds = [draw(st.integers(0, 4)) == 0 for _ in range(draw(st.integers(0, 12)))]
    return [
        draw(a_pair(f"c{index}", trials, changes=changes, unresolved=unresolved, critical=critical))
        for index, critical in enumerate(kinds)
    ]


@st.composite
def nearly_shippable(draw: Callable) -> list[Pair]:
    """A run that would pass but for one or two cases."""
    failed, passed = Graded(0, 1, 0, 0.0), Graded(1, 1, 0, 1.0)
    better = [Pair(f"b{index}", "same", failed, passed) for index in range(30)]
    rest = [
        draw(a_pair(f"c{index}", draw(st.sampled_from([1, 3])), changes=CHANGES, unresolved=True, critical=critical))
        for index, critical in enumerate(draw(st.lists(st.booleans(), min_size=1, max_size=2)))
    ]
    return better + rest


anything = nearly_shippable() | pair_lists()


def facts(run_id: int, seen: list[Graded | None], f1: float) -> RunFacts:
    known = [one for one in seen if one]
    samples, unscored = sum(one.trials for one in known), sum(one.unresolved for one in known)
    return RunFacts(run_id, samples, 0, unscored, {"route.macro_f1": f1})


def judged(policy: GatePolicy, pairs: list[Pair], f1: tuple[float, float] = (0.5, 0.5)) -> Verdict:
    before = facts(3, [pair.baseline for pair in pairs], f1[0])
    return decide(policy, facts(7, [pair.candidate for pair in pairs], f1[1]), before, iter(pairs))


def share(seen: Graded, metric: str) -> float:
    return (seen.value or 0.0) if metric == "answer.mean" else seen.passed / seen.resolved


def sound(pair: Pair) -> bool:
    """What a critical case must look like in a run that passes."""
    now, before = pair.candidate, pair.baseline
    if pair.judged_only or now is None or now.unresolved or not now.resolved:
        return False
    if pair.change != "same":
        return pair.change == "added" and now.all_passed
    return before is not None and not before.unresolved and (now.all_passed or before.passed == 0)


@settings(max_examples=200, deadline=None)  # the first verdict imports scipy
@given(policies, anything, st.randoms())
def test_whatever_the_evidence_the_gate_fails_closed(policy: GatePolicy, pairs: list[Pair], chance: Random) -> None:
    """Making evidence up costs far more than a verdict on it, so every law is held on each."""
    verdict = judged(policy, pairs)
    has_words_and_a_way_on(verdict)
    if verdict.status == "pass":
        hides_no_critical_case(policy, pairs)
        has_evidence_and_misses_no_more_than_is_allowed(verdict, policy, pairs)
    assert judged(policy, chance.sample(pairs, len(pairs))) == verdict, "the order of the cases never changes it"
    a_case_given_twice_never_passes(policy, pairs, chance)
    a_number_that_is_no_share_never_passes(policy, pairs, chance.choice([math.nan, math.inf, -0.5, 1.5]))
    samples_nobody_shows_never_pass(policy, pairs, chance.randint(1, 3))
    without_a_baseline_nothing_passes(policy, pairs)


@settings(max_examples=200, deadline=None)  # the first verdict imports scipy
@given(policies, pair_lists(SAME, unresolved=False), st.tuples(f1s, f1s))
def test_a_pass_is_never_below_what_the_policy_allows(policy: GatePolicy, pairs: list[Pair], f1: tuple) -> None:
    verdict = judged(policy, pairs, f1)
    if verdict.status != "pass":
        return
    moved = [share(pair.candidate, policy.metric) - share(pair.baseline, policy.metric) for pair in pairs]
    difference = f1[1] - f1[0] if policy.metric == "route.macro_f1" else math.fsum(moved) / len(pairs)
    allowed = {"seed": 0.0, "confident_improvement": 0.0, "noninferior": policy.margin}.get(policy.policy, 1.0)
    assert difference >= -allowed - 1e-9
    assert policy.policy != "no_confident_regression" or verdict.estimate.ceiling >= 0


def has_words_and_a_way_on(verdict: Verdict) -> None:
    first = {"pass": "PASS: ", "fail": "BLOCKED: ", "incomplete": "INCOMPLETE: "}[verdict.status]
    assert verdict.headline.startswith(first) and len(verdict.headline) > len(first)
    assert verdict.next_step and verdict.label
    assert "{" not in verdict.headline + verdict.next_step and "nan" not in verdict.headline
    assert [check.name for check in verdict.checks] == ["complete", "comparable", "aggregate", "critical"]
    assert all(check.words for check in verdict.checks)


def hides_no_critical_case(policy: GatePolicy, pairs: list[Pair]) -> None:
    critical = [pair for pair in pairs if pair.critical]
    assert all(sound(pair) for pair in critical)
    assert policy.critical == "strict" or all(pair.candidate and pair.candidate.all_passed for pair in critical)


def has_evidence_and_misses_no_more_than_is_allowed(verdict: Verdict, policy: GatePolicy, pairs: list[Pair]) -> None:
    assert verdict.estimate is not None and verdict.estimate.n > 0
    assert all(check.status == "pass" for check in verdict.checks)
    for seen in ([pair.candidate for pair in pairs], [pair.baseline for pair in pairs]):
        trials = sum(one.trials for one in seen if one)
        assert sum(one.unresolved for one in seen if one) <= policy.max_unresolved * trials + 1e-9


def a_case_given_twice_never_passes(policy: GatePolicy, pairs: list[Pair], chance: Random) -> None:
    if pairs:
        again = replace(chance.choice(pairs), critical=chance.random() < 0.5)
        assert judged(policy, [*pairs, again]).status == "incomplete"


def a_number_that_is_no_share_never_passes(policy: GatePolicy, pairs: list[Pair], value: float) -> None:
    bad = Pair("bad", "same", Graded(1, 1, 0, 1.0), Graded(1, 1, 0, value))
    assert judged(policy, [*pairs, bad]).status == "incomplete"
    assert judged(policy.model_copy(update={"metric": "route.macro_f1"}), pairs, (0.5, value)).status != "pass"


def samples_nobody_shows_never_pass(policy: GatePolicy, pairs: list[Pair], hidden: int) -> None:
    before = facts(3, [pair.baseline for pair in pairs], 0.5)
    after = facts(7, [pair.candidate for pair in pairs], 0.5)
    more = replace(after, samples=after.samples + hidden)
    assert decide(policy, more, before, pairs).status != "pass"
    assert decide(policy, replace(more, unfinished=hidden), before, pairs).status != "pass"


def without_a_baseline_nothing_passes(policy: GatePolicy, pairs: list[Pair]) -> None:
    verdict = decide(policy, facts(7, [pair.candidate for pair in pairs], 0.5), None, pairs)
    assert verdict.status != "pass" and verdict.baseline_run_id is None
    critical = [pair for pair in pairs if pair.critical and pair.candidate and not pair.judged_only]
    failing = {pair.case_id for pair in critical if pair.candidate.failed}
    assert failing <= {said.case_id for check in verdict.checks for said in check.cases}
