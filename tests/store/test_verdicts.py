"""What was concluded."""

from datetime import UTC, datetime

from evaltui.domain.run import Progress
from evaltui.store import verdicts


def test_the_newest_verdict_stands(world):
    run, other = world.run(world.cases(1)), world.run(world.cases(1))
    assert verdicts.latest_verdict(world.store, run.id) is None
    verdicts.add_verdict(world.store, run.id, None, '{"n": 1}', "incomplete", world.at)
    second = verdicts.add_verdict(world.store, run.id, other.id, '{"n": 2}', "pass", world.at)
    assert verdicts.latest_verdict(world.store, run.id) == verdicts.VerdictRow(
        second, run.id, other.id, "pass", '{"n": 2}', world.at
    )
    assert verdicts.latest_verdict(world.store, other.id) is None


def test_a_summary_keeps_the_counts_with_the_progress_of_that_moment(world):
    run, scoring = world.done(world.cases(2), [True, False])
    assert verdicts.summary(world.store, scoring) is None
    verdicts.add_summary(world.store, scoring, 9, 9, 9, "{}")
    verdicts.add_summary(world.store, scoring, 1, 1, 0, '{"f1": 0.5}')
    assert verdicts.summary(world.store, scoring) == verdicts.Summary(
        scoring, Progress(2, 0, 0, 2, 0, 2), 1, 1, 0, '{"f1": 0.5}'
    )
    assert run.id == 1


def test_a_verdict_stands_only_on_runs_that_were_over_before_it(world):
    base, scoring = world.done(world.cases(2), [True, False])
    verdicts.add_verdict(world.store, base.id, None, "{}", "incomplete", datetime.now(UTC))
    assert verdicts.standing_verdict(world.store, base.id, None) is None
    verdicts.add_summary(world.store, scoring, 1, 1, 0, "{}")
    assert verdicts.standing_verdict(world.store, base.id, None) is None
    given = verdicts.add_verdict(world.store, base.id, None, "{}", "incomplete", datetime.now(UTC))
    verdicts.add_summary(world.store, scoring, 1, 1, 0, "{}")
    stands = verdicts.standing_verdict(world.store, base.id, None)
    assert stands is not None and stands.id == given
    assert verdicts.standing_verdict(world.store, base.id, base.id) is None
