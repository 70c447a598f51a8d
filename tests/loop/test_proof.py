"""What a run of only the new cases proves: each fails as expected, passes, or nobody can tell."""

import pytest
from tests.cli.program import prompted
from tests.workbench import QUICK, bench, write_evalset

from evaltui.domain.errors import Unknown
from evaltui.loop.advance import drive
from evaltui.loop.load import load
from evaltui.loop.open import open_session
from evaltui.loop.proof import proof_of, proof_wish
from evaltui.loop.start import Wanted, choose, start
from evaltui.sandbox.scripted import Scripted

AGENT = 'model: claude-haiku-5-5\nmax_tokens: 64\nsystem: "broken => !invalid_request_error: no"\n'
CASES = [{"id": name, "input": name, "expected": gold} for name, gold in (("old", "x"), ("a", "b"), ("c", "c"))]
CASES.append({"id": "broken", "input": "broken", "expected": "x"})
NEW = ("a", "c", "broken")


def test_only_the_new_cases_are_asked_and_each_verdict_says_why(tmp_path):
    evalset = write_evalset(tmp_path / "echo", CASES, "  - exact\n", AGENT)
    wish = proof_wish(evalset, NEW)
    with bench(tmp_path, Scripted(prompted)) as (store, engine, _):
        loaded, chosen = load(evalset, None), wish.filter()
        positions = choose(loaded, chosen).positions
        run = start(store, loaded, positions, Wanted(1, chosen.text, engine.name, engine.endpoint))
        drive(open_session(store, run, engine, lambda _: None, QUICK))
        bites, passes, unresolved = proof_of(store, run, NEW)
        with pytest.raises(Unknown, match=f"run {run.id} did not ask the case old"):
            proof_of(store, run, ["old"])
    assert (bites.verdict, bites.scorer) == ("bites", "exact") and "a fails as expected, by exact: " in bites.words
    assert passes.verdict == "passes" and "does not bite" in passes.words
    assert unresolved.verdict == "unresolved" and "invalid_request_error" in unresolved.words


def test_one_case_is_asked_live_and_several_as_a_batch_unless_said_otherwise(tmp_path):
    assert proof_wish(tmp_path, ["a"]).live and not proof_wish(tmp_path, ["a", "b"]).live
    assert proof_wish(tmp_path, ["a", "b"], live=True).live and not proof_wish(tmp_path, ["a"], live=False).live
