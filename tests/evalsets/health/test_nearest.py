"""Which texts of a set are like one new text: the same answer as comparing two whole sets gives."""

import random

from evaltui.domain.case import Case
from evaltui.evalsets.health.duplicates import copies
from evaltui.evalsets.health.nearest import Nearest


def test_one_text_is_held_against_a_set_as_two_sets_are_held_against_each_other():
    dice = random.Random(5)
    texts = [" ".join(dice.choices(["one", "two", "three", "four"], k=dice.randint(1, 9))) for _ in range(200)]
    cases = [Case.model_validate({"id": f"c{n}", "input": text}) for n, text in enumerate(texts)]
    index, near = Nearest(texts), 0
    for text in texts[:40]:
        found = index.like(f"{text} five")
        wanted = copies([Case.model_validate({"id": "new", "input": f"{text} five"})], cases).near
        assert [(f"c{at}", share) for at, share, _ in found] == [
            (pair.second, pair.likeness) for pair in sorted(wanted, key=lambda pair: -pair.likeness)
        ]
        near += len(found)
    assert near > 20


def test_the_same_text_comes_first_and_a_short_one_is_like_nothing_else():
    index = Nearest(["Where is it?", "where IS it", "where is it now", "now"])
    assert index.like("Where is it!")[:2] == [(0, 1.0, True), (1, 1.0, True)]
    assert index.like("now now") == []
