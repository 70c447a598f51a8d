from pathlib import Path

from tests.workbench import write_evalset

from evaltui.agents.turn import Requests
from evaltui.loop.load import load, selection
from evaltui.loop.start import choose

AGENT = "name: a\nmodel: m\nmax_tokens: 9\nmessages: [{role: user, content: '{{input}} {{who}}'}]\n"


def cases(*who: str | None) -> list[dict[str, object]]:
    told = [{} if name is None else {"vars": {"who": name}} for name in who]
    return [
        {"id": f"c{index}", "input": "hi", "expected": "yes", "tags": [f"t{index}"], **more}
        for index, more in enumerate(told)
    ]


def test_the_chosen_cases_are_weighed_as_they_will_be_sent(tmp_path: Path) -> None:
    loaded = load(write_evalset(tmp_path / "e", cases("ann", "bob", "chris"), "  - exact", AGENT))
    assert loaded.agent
    chosen = choose(loaded, selection("!tag:t1"))
    sent = [Requests(loaded.agent).first(case) for case in loaded.cases()]
    assert list(chosen.positions) == [0, 2]
    assert chosen.scale
    assert chosen.scale.sample.taken == [sent[0], sent[2]]
    assert chosen.scale.forecast(trials=3).requests == 6


def test_a_case_that_cannot_be_sent_weighs_nothing_and_is_a_problem(tmp_path: Path) -> None:
    loaded = load(write_evalset(tmp_path / "e", cases("ann", None), "  - exact", AGENT))
    assert loaded.agent
    chosen = choose(loaded, selection(""))
    assert len(chosen.positions) == 2
    assert chosen.scale
    assert chosen.scale.sample.taken == [Requests(loaded.agent).first(next(loaded.cases()))]
    assert [problem.field for problem in loaded.problems] == ["messages[0].content"]
