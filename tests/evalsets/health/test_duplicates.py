"""Copies within a set, and between two."""

import random
from itertools import combinations

import pytest

from evaltui.domain.case import Case
from evaltui.evalsets.health import joins
from evaltui.evalsets.health.duplicates import copies, duplicates
from evaltui.evalsets.health.words import ngrams, words

LONG = "the parcel with the blue vase arrived broken this morning and nobody answers my letters"


def test_copies_are_one_cluster_with_their_likeness(cases) -> None:
    found = duplicates(cases(LONG, "Something else entirely, really.", LONG.upper() + "!", LONG + " today"))
    (cluster,) = found.clusters
    assert cluster.cases == ("c0", "c2", "c3")
    assert cluster.same == (("c0", "c2"),)
    (pair,) = cluster.pairs
    assert (pair.first, pair.second, pair.exact) == ("c0", "c3", False)
    assert pair.likeness == pytest.approx(13 / 14)
    assert (found.cases, found.texts, found.spare) == (4, 3, 1)


def test_short_texts_are_copies_only_when_they_are_the_same(cases) -> None:
    found = duplicates(cases("Refund!", "refund", "refund please", "Refund, please", "refund now"))
    assert [cluster.cases for cluster in found.clusters] == [("c0", "c1"), ("c2", "c3")]
    assert all(not cluster.pairs for cluster in found.clusters)


def test_the_threshold_itself_counts(cases) -> None:
    three_of_five = cases("a b c d e f", "z b c d e f")  # 3-grams: 4 each, 3 shared, 5 in all
    assert duplicates(three_of_five, 0.6).clusters
    assert not duplicates(three_of_five, 0.61).clusters


def test_cases_joined_by_a_third_are_one_cluster(cases) -> None:
    step = [" ".join(f"w{n}" for n in range(start, start + 12)) for start in (0, 2, 4)]
    (cluster,) = duplicates(cases(*step)).clusters
    assert cluster.cases == ("c0", "c1", "c2")
    assert [(pair.first, pair.second) for pair in cluster.pairs] == [("c0", "c1"), ("c1", "c2")]


@pytest.mark.parametrize("threshold", [0.3, 0.6, 0.9])
def test_no_pair_is_missed_and_none_invented(threshold: float) -> None:
    chance = random.Random(7)
    whole = [chance.choices("abcdefgh", k=chance.randint(1, 30)) for _ in range(60)]
    texts = [" ".join(word for word in chance.choice(whole) if chance.random() > 0.05) for _ in range(250)]
    sets = [set(ngrams(words(text), 3)) for text in texts]
    wanted = {
        (i, j): len(a & b) / len(a | b)
        for (i, a), (j, b) in combinations(enumerate(sets), 2)
        if a and b and len(a & b) / len(a | b) >= threshold
    }
    documents = joins.shingles(texts)
    assert {(i, j): likeness for i, j, likeness in joins.alike(documents, threshold, joins.Tally())} == wanted
    sides = [index % 3 == 0 for index in range(len(texts))]
    across = {(i, j) for i, j, _ in joins.alike(documents, threshold, joins.Tally(), sides)}
    assert across == {(i, j) for i, j in wanted if sides[i] != sides[j]}
    assert len(wanted) > 50


def test_a_crowd_of_copies_is_one_cluster_whose_pairs_are_cut_and_counted(cases, monkeypatch) -> None:
    monkeypatch.setattr(joins, "MOST_ALIKE", 5)
    found = duplicates(cases(*(f"{LONG} number {n}" for n in range(40))))
    (cluster,) = found.clusters
    assert len(cluster.cases) == 40
    assert len(cluster.pairs) < 40 * 5
    assert found.crowded == 35


def test_the_order_of_the_set_is_the_order_of_the_result(cases) -> None:
    found = duplicates(cases("Zebra here.", LONG, "zebra here", "aunt said so", LONG, "Aunt said so"))
    assert [cluster.cases for cluster in found.clusters] == [("c0", "c2"), ("c1", "c4"), ("c3", "c5")]


def test_copies_in_another_set_are_exact_or_near(cases) -> None:
    train = [Case(id=f"t{n}", input=text) for n, text in enumerate([LONG, LONG + " today", "unlike all others here"])]
    found = copies(cases(LONG.title(), "nothing of the kind is there", LONG + " now"), train)
    assert [(pair.first, pair.second) for pair in found.exact] == [("c0", "t0")]
    assert [(pair.first, pair.second) for pair in found.near] == [("c2", "t0"), ("c2", "t1")]


def test_eleven_real_test_questions_stand_in_train_and_hundreds_nearly(bank) -> None:
    found = copies(bank["test"], bank["train"])
    assert len(found.exact) == 11
    assert {pair.first for pair in found.near}.isdisjoint(pair.first for pair in found.exact)
    assert len({pair.first for pair in found.near}) > 200
    assert sum(pair.likeness == 1 for pair in found.near) == 15  # "top-up" against "top up"
    assert found.crowded == 0
