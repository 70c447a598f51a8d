"""A few of many, whatever their number."""

import pytest

from evaltui.loop.spread import Spread


@pytest.mark.parametrize("many", [0, 1, 7, 8, 9, 15, 16, 17, 100, 1_000, 12_345])
def test_as_many_as_wanted_are_taken_from_all_over_in_their_order(many: int) -> None:
    spread = Spread(8)
    for number in range(many):
        spread.add(b"%d" % number)
        assert len(spread.held) < 16
    taken = [int(request) for request in spread.taken]
    assert len(taken) == min(many, 8)
    assert taken == sorted(set(taken))
    gaps = [after - before for before, after in zip([0, *taken], [*taken, many], strict=True)]
    assert max(gaps) <= max(1, many // 3)
