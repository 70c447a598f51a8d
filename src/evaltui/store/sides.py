"""Owns how the cases of one scored run, alone or beside a baseline, are rows of one SELECT.

The text of a SELECT is put together from the fragments of this file alone; every value is a parameter. A run of one
trial is read grade by grade, one of several is summed up first.
"""

from dataclasses import dataclass, replace

from evaltui.domain.errors import Unknown
from evaltui.store.database import Store
from evaltui.store.regolds import judged

COMPARED = ("broke", "unresolved", "changed", "fixed", "new", "gone", "same")
"""What became of a case between two runs; the column `kind` is the place in here. Who fell as deep is in this order."""
ALONE = ("fail", "unresolved", "pass")
"""What became of a case in one run that is held against none."""


@dataclass(frozen=True, slots=True)
class Side:
    """One scoring and its run; `case` is the alias of its cases.

    `first` is the id of its first sample where ids follow positions without a gap.
    """

    mark: str
    case: str
    scoring: int
    run: int
    evalset: int
    trials: int
    first: int | None
    retried: bool
    regolded: bool = False

    @property
    def row(self) -> str:
        """The row of the case that is judged."""
        row = f"{self.case}.case_row"
        return judged(f":scoring_{self.mark}", row) if self.regolded else row

    @property
    def one(self) -> bool:
        return self.trials == 1

    @property
    def values(self) -> dict[str, int | None]:
        """The parameters of everything said of this side."""
        names = ("scoring", "run", "evalset", "first")
        return {f"{name}_{self.mark}": getattr(self, name) for name in names}


def side(store: Store, scoring: int, mark: str) -> Side:
    """What is known of a scoring before it is read; `mark`: a for the candidate, b for the baseline."""
    row = store.connection.execute(SIDE, (scoring,)).fetchone()
    if row is None:
        raise Unknown(f"there is no scoring {scoring}")
    run, evalset, trials, samples, cases, first, last, retried, regolded = row
    gapless = first is not None and last - first + 1 == samples == cases * trials
    return Side(mark, f"e{mark}", scoring, run, evalset, trials, first if gapless else None, bool(retried),
                bool(regolded))  # fmt: skip


# Ids of samples ascend by position, then trial; with as many samples as that, each is where it can be counted out.
SIDE = """
    SELECT runs.id, runs.evalset_id, runs.trials, runs.samples, evalsets.cases,
        (SELECT id FROM samples WHERE run_id = runs.id ORDER BY position, trial LIMIT 1),
        (SELECT id FROM samples WHERE run_id = runs.id ORDER BY position DESC, trial DESC LIMIT 1),
        EXISTS (SELECT 1 FROM retries WHERE retries.run_id = runs.id),
        EXISTS (SELECT 1 FROM regolds WHERE scoring_id = scorings.id)
    FROM scorings JOIN runs ON runs.id = scorings.run_id JOIN evalsets ON evalsets.id = runs.evalset_id
    WHERE scorings.id = ?
"""


@dataclass(frozen=True, slots=True)
class Sides:
    """The candidate `a` beside the baseline `b`, or alone; `scorer`: whose values the gate compares, if any's."""

    a: Side
    b: Side | None
    scorer: str | None

    @property
    def kinds(self) -> tuple[str, ...]:
        return COMPARED if self.b else ALONE

    @property
    def values(self) -> dict[str, object]:
        """The parameters of the rows."""
        return {"gated": self.scorer, **self.a.values, **(self.b.values if self.b else {})}

    @property
    def rows(self) -> str:
        """Common table expressions, the last of which is `listed`: one row a case."""
        summed = [_summed(each, self.scorer) for each in (self.a, self.b) if each and not each.one]
        listed = [_candidate(self), *([_gone(self)] if self.b and _may_be_gone(self.a, self.b) else [])]
        return "WITH " + ", ".join([*summed, f"listed AS ({' UNION ALL '.join(listed)})"])


def sides(store: Store, candidate: int, baseline: int | None, scorer: str | None = None) -> Sides:
    """Two scorings, or one alone, ready to be read. Two runs of one evalset have each case in the same place."""
    a, b = side(store, candidate, "a"), None if baseline is None else side(store, baseline, "b")
    return Sides(a, replace(b, case=a.case) if b and b.evalset == a.evalset else b, scorer)


# A grade stands until a later reply of its sample has one. Only a retry brings a later reply to a graded sample.
STANDING = """AND {grades}.request_id = (SELECT max(request_id) FROM grades AS every
    WHERE every.scoring_id = :scoring_{mark} AND every.sample_id = {sample})"""
GRADES = "grades AS g{mark} ON g{mark}.scoring_id = :scoring_{mark} AND g{mark}.sample_id = {sample} {standing}"
GATED = """(SELECT value FROM scores WHERE scores.scoring_id = {grades}.scoring_id
    AND scores.sample_id = {grades}.sample_id AND scores.request_id = {grades}.request_id
    AND scores.scorer_id IN (SELECT id FROM scorers WHERE name = :gated))"""

# min() picks the row that the reason is taken from: a failed trial, then one without a score, then one that passed.
SUMMED = """g{mark} AS MATERIALIZED (
    SELECT samples.position, count(*) AS trials, count(grades.passed) AS resolved, total(grades.passed) AS passed,
        avg({value}) AS gated, avg(CASE WHEN grades.passed IS NOT NULL THEN grades.value END) AS value, grades.reason,
        min(coalesce(grades.passed, 0.5))
    FROM samples LEFT JOIN grades ON grades.scoring_id = :scoring_{mark} AND grades.sample_id = samples.id {standing}
    WHERE samples.run_id = :run_{mark} GROUP BY samples.position)"""


def _standing(of: Side, grades: str, sample: str) -> str:
    return STANDING.format(grades=grades, mark=of.mark, sample=sample) if of.retried else ""


def _summed(of: Side, scorer: str | None) -> str:
    value = "grades.passed" if scorer is None else GATED.format(grades="grades")
    return SUMMED.format(mark=of.mark, value=value, standing=_standing(of, "grades", "samples.id"))


def _join(of: Side) -> str:
    """From the case of a side to its grade."""
    if not of.one:
        return f"LEFT JOIN g{of.mark} ON g{of.mark}.position = {of.case}.position"
    grades = GRADES.format(mark=of.mark, sample=_sample(of), standing=_standing(of, f"g{of.mark}", _sample(of)))
    return f"{_looked_up(of)} LEFT JOIN {grades}"


def _looked_up(of: Side) -> str:
    if of.first is not None:
        return ""
    s, at = f"s{of.mark}", f"{of.case}.position"
    return f"LEFT JOIN samples AS {s} ON {s}.run_id = :run_{of.mark} AND {s}.position = {at} AND {s}.trial = 1"


def _sample(of: Side) -> str:
    return f"s{of.mark}.id" if of.first is None else f":first_{of.mark} + {of.case}.position"


def _present(of: Side) -> str:
    """Whether the run has the case."""
    if not of.one:
        return f"g{of.mark}.position IS NOT NULL"
    return f"s{of.mark}.id IS NOT NULL" if of.first is None else f"{of.case}.position IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Said:
    """What a side says of a case, as SQL; each NULL where the run lacks it."""

    passed: str
    failed: str
    settled: str
    share: str
    gated: str
    mixed: str
    value: str
    reason: str


def said(of: Side, scorer: str | None) -> Said:
    """passed: every trial did. settled: none lacks a score. mixed: some trials passed and some failed."""
    g = f"g{of.mark}"
    if not of.one:
        some, all_ = f"{g}.passed > 0", f"{g}.passed < {g}.resolved"
        share, ends = f"{g}.passed / {g}.resolved", (f"{g}.passed = {g}.trials", all_, f"{g}.resolved = {g}.trials")
        return Said(*ends, share, f"{g}.gated", f"({some} AND {all_})", f"{g}.value", f"{g}.reason")
    gated = f"{g}.passed" if scorer is None else GATED.format(grades=g)
    value = f"CASE WHEN {g}.passed IS NOT NULL THEN {g}.value END"
    return Said(f"{g}.passed = 1", f"{g}.passed = 0", f"{g}.passed IS NOT NULL", f"{g}.passed", gated, "0", value,
                f"{g}.reason")  # fmt: skip


LISTED = """
    SELECT ea.position AS key, ea.case_id AS case_id, {row} AS case_row, {was} AS was_row, {kind} AS kind,
        {drop} AS fall, {a.passed} AS passes, {a.failed} AS fails, {mixed} AS mixed, {a.value} AS value,
        {a.reason} AS reason, {share} AS share_b, {a.share} AS share_a, {comparable} AS comparable,
        {before} AS before
    FROM evalset_cases AS ea {joins}
    WHERE ea.evalset_id = :evalset_a AND ea.position >= 0 AND {present}
"""
GONE = """
    SELECT -eb.position - 1, eb.case_id, eb.case_row, NULL, {kind}, 0.0, NULL, NULL, {b.mixed}, NULL, {b.reason},
        NULL, NULL, 0, NULL
    FROM evalset_cases AS eb {join}
    WHERE eb.evalset_id = :evalset_b AND {present} AND NOT EXISTS (
        SELECT 1 FROM evalset_cases AS ea CROSS JOIN samples ON samples.run_id = :run_a
            AND samples.position = ea.position AND samples.trial = 1
        WHERE ea.evalset_id = :evalset_a AND ea.case_id = eb.case_id)
"""
COMPARABLE = """({b} = {a} OR (SELECT old.input_digest = new.input_digest
    AND old.gold_digest = new.gold_digest FROM cases AS old CROSS JOIN cases AS new
    WHERE old.id = {b} AND new.id = {a}))"""
MATCHED = "LEFT JOIN evalset_cases AS eb ON eb.evalset_id = :evalset_b AND eb.case_id = ea.case_id"
# The order of pairing.kind: a case that broke may lack a score of some trial.
KIND = """CASE WHEN ({compared}) IS NOT TRUE THEN 4 WHEN {b.passed} AND {a.failed} THEN 0
    WHEN ({a.settled} AND {b.settled}) IS NOT TRUE THEN 1 WHEN {b.failed} AND {a.passed} THEN 3
    WHEN {a.share} = {b.share} AND {a.gated} IS {b.gated} THEN 6 ELSE 2 END"""
KIND_ALONE = "CASE WHEN {a.passed} THEN 2 WHEN {a.failed} THEN 0 ELSE 1 END"
BEFORE = "CASE WHEN {compared} THEN CASE WHEN {b.passed} THEN 2 WHEN {b.failed} THEN 0 ELSE 1 END END"
DROP = """CASE WHEN {compared} AND {a.share} IS NOT NULL AND {b.share} IS NOT NULL THEN
    coalesce(nullif({a.share} - {b.share}, 0), coalesce({a.gated}, 0.0) - coalesce({b.gated}, 0.0)) ELSE 0.0 END"""


def _candidate(of: Sides) -> str:
    now = said(of.a, of.scorer)
    if of.b is None:
        parts = {"was": "NULL", "kind": KIND_ALONE.format(a=now), "drop": "0.0", "mixed": now.mixed, "share": "NULL"}
        parts |= {"row": of.a.row, "comparable": f"{now.share} IS NOT NULL", "before": "NULL"}
        return LISTED.format(a=now, joins=_join(of.a), present=_present(of.a), **parts)
    before, matched = said(of.b, of.scorer), "" if of.b.case == of.a.case else MATCHED
    terms = {"a": now, "b": before, "compared": _compared(of.a, of.b)}
    return LISTED.format(
        a=now, joins=f"{_join(of.a)} {matched} {_join(of.b)}", present=_present(of.a),
        was=f"CASE WHEN {_present(of.b)} THEN {of.b.row} END", row=of.a.row,
        kind=KIND.format(**terms), drop=DROP.format(**terms),
        mixed=f"({now.mixed} OR {before.mixed})", share=before.share,
        comparable=f"({terms['compared']} AND {now.share} IS NOT NULL AND {before.share} IS NOT NULL)",
        before=BEFORE.format(compared=terms["compared"], b=before),
    )  # fmt: skip


def _gone(of: Sides) -> str:
    assert of.b is not None, "nothing is gone where nothing was"  # noqa: S101 - the caller looked
    was = replace(of.b, case="eb")
    kind = COMPARED.index("gone")
    return GONE.format(kind=kind, b=said(was, of.scorer), join=_join(was), present=_present(was))


def _compared(a: Side, b: Side) -> str:
    if a.case == b.case and not (a.regolded or b.regolded):
        return _present(b)
    return f"{_present(b)} AND {COMPARABLE.format(a=a.row, b=b.row)}"


def _may_be_gone(a: Side, b: Side) -> bool:
    """Not where the candidate has every case of the baseline's evalset."""
    return a.evalset != b.evalset or a.first is None
