"""What the Gate screen shows of a run: the verdict in words, what decided it, and the next step.

Importing it costs nothing: a verdict that still stands is read as it was stored; only computing one loads the gate.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from evaltui.domain.run import Progress, Run
from evaltui.domain.verdict import Check, Deciding, Estimate, Promotion, Status, Verdict
from evaltui.gate.critical import RULES
from evaltui.gate.plain import sureness
from evaltui.gate.words import count, percent, unnamed
from evaltui.loop.baselines import promoted_run
from evaltui.store.database import Store
from evaltui.store.promotions import baseline
from evaltui.store.runs import Standing, standing
from evaltui.store.verdicts import pinned_scorers, standing_verdict

Stage = Literal["unfinished", "first", "baseline", "incomplete", "pass", "fail"]
Act = Literal["open", "promote", "run", "runs", "resume", "none"]

MOST_NAMED = 40  # cases that a filter names one by one; more than that are asked for by what they have in common
_REGRESSED = RULES["regressed"].why
_BY_STATUS: dict[Status, int] = {"fail": 0, "incomplete": 1, "pass": 2}
_OF_TWO = frozenset({"comparable", "aggregate"})
_DEMANDS = {
    "complete": "every sample has a score",
    "comparable": "both runs answered the same questions",
    "seed": "the average is at or above the baseline",
    "noninferior": "a drop of more than the margin can be ruled out",
    "no_confident_regression": "no drop is certain",
    "confident_improvement": "a rise is certain",
    "strict": "no critical case fails that passed before",
    "absolute": "no critical case fails",
    "leakage": "no case was told to the agent beforehand",
}
"""What each check asks for, by its name or by the rule that the policy chose for it."""


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check: what it demands, what was found, and the filter that lists the cases it is about."""

    name: str
    status: Status
    demands: str
    words: str
    cases: tuple[Deciding, ...]
    query: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a person does next; `act` is what the screen can do about it."""

    words: str
    act: Act


@dataclass(frozen=True, slots=True)
class GateView:
    """`against` is what the run is held against; `standing` are its counts; `promotion` tells when it was promoted.

    `checks` begin with those that fail. `margin` is the drop that the policy tolerates, None where it tolerates none.
    """

    stage: Stage
    run: Run
    against: Run | None
    headline: str
    step: Step
    standing: Standing | None = None
    checks: tuple[CheckView, ...] = ()
    verdict: Verdict | None = None
    estimate: Estimate | None = None
    margin: float | None = None
    sureness: str = ""
    promotion: Promotion | None = None

    @property
    def deciding(self) -> CheckView | None:
        """The check that decided, None where all pass."""
        return next((check for check in self.checks if check.status != "pass"), None)


def stored_view(store: Store, run: Run, against: Run | None = None) -> GateView | None:
    """From a verdict that still stands, in a few milliseconds; None when one has to be computed."""
    base = against or promoted_run(store, run)
    row = standing_verdict(store, run.id, base.id if base else None)
    found = None if row is None else read_verdict(row.body)
    return None if found is None else _view(store, run, base, found, standing(store, run.id))


def gate_view(store: Store, run: Run, against: Run | None = None) -> GateView:
    """As `stored_view`, computing what is missing: seconds on 100,000 cases, so never where a person waits."""
    if stored := stored_view(store, run, against):
        return stored
    where = standing(store, run.id)
    base = against or promoted_run(store, run)
    return _computed(store, run, base, where) if where.progress.settled else _unfinished(store, run, base, where)


def _computed(store: Store, run: Run, base: Run | None, where: Standing) -> GateView:
    from evaltui.loop.decide import keep, summarise, verdict

    found = verdict(store, run, base)
    if base == promoted_run(store, run):  # what stands beside a run is its verdict against the promoted baseline
        for summed in filter(None, (run, base)):
            if standing(store, summed.id).metrics is None:
                summarise(store, summed)
        keep(store, found)
    return _view(store, run, base, found, where)


def counts_of(store: Store, run: Run, against: Run) -> Mapping[str, int]:
    """What happened to every case, kind by kind; reads each of them."""
    from evaltui.loop.browse import browse

    return browse(store, run, against).counts


def deciding_trial(store: Store, run: Run, case_id: str) -> int:
    """The first trial of a case that failed, else one without a score, else the first."""
    from evaltui.store.cases import sample

    found = [sample(store, run.id, case_id, trial) for trial in range(1, run.trials + 1)]
    marks = [detail.grade.passed if detail and detail.grade else None for detail in found]
    return next((marks.index(mark) + 1 for mark in (False, None) if mark in marks), 1)


def prompt_file(run: Run) -> Path | None:
    """The prompt that the run's agent was given, else its agent file; None where neither is there any more."""
    from evaltui.agents.files import agent_files

    files = [path for path in agent_files(Path(run.agent_file)) if path.is_file()] if run.agent_file else []
    return next((path for path in files if path.suffix in {".md", ".txt"}), next(iter(files), None))


def read_verdict(body: str) -> Verdict | None:
    """A verdict from its stored JSON; None for one that another version of the program wrote in another shape."""
    try:
        said = json.loads(body)
        lists: dict[str, Any] = {name: _deciding(said[name]) for name in ("fixed", "broke", "excluded")}
        lists["edited"] = _deciding(said.get("edited", []))
        lists["notes"] = tuple(said.get("notes", ()))
        checks = tuple(Check(**{**check, "cases": _deciding(check["cases"])}) for check in said["checks"])
        estimate = Estimate(**said["estimate"]) if said["estimate"] else None
        return Verdict(**{**said, **lists, "checks": checks, "estimate": estimate})
    except (TypeError, KeyError, ValueError):
        return None


def _deciding(rows: list[dict[str, Any]]) -> tuple[Deciding, ...]:
    return tuple(Deciding(row["case_id"], row["reason"]) for row in rows)


def _view(store: Store, run: Run, base: Run | None, found: Verdict, where: Standing) -> GateView:
    promotion = baseline(store, run.evalset)
    own = promotion if promotion and promotion.run_id == run.id else None
    margin = _margin(store, run)
    stage = _stage(found, base, own)
    checks = _checks(found, base)
    step = _step(found, stage, checks, promoted=own is not None)
    if stage == "incomplete" and run.only and not _lacks_scores(checks[0], run.id):
        step = Step("run all cases: some of them decide nothing", "run")
    sure = sureness(found.estimate, margin or 0.0) if found.estimate and stage != "incomplete" else ""
    return GateView(
        stage, run, base, _headline(found, stage, own), step, where, checks, found, found.estimate,
        margin, sure, own,
    )  # fmt: skip


def _stage(found: Verdict, base: Run | None, promotion: Promotion | None) -> Stage:
    if base is None and promotion is not None:
        return "baseline"
    complete = next(check for check in found.checks if check.name == "complete")
    told = any(check.name == "leakage" and check.status == "fail" for check in found.checks)
    return "first" if base is None and complete.status == "pass" and not told else found.status


def _headline(found: Verdict, stage: Stage, promotion: Promotion | None) -> str:
    own = next(check.words for check in found.checks if check.name == "aggregate")
    if stage == "baseline" and promotion is not None:
        return f"{own}. Nothing has been held against it yet"
    if stage == "first":
        return f"{own}. There is no baseline to compare with yet"
    return found.headline.partition(": ")[2] or found.headline


def _step(found: Verdict, stage: Stage, checks: tuple[CheckView, ...], *, promoted: bool) -> Step:
    decided = next((check for check in checks if check.status == "fail"), None)
    if stage == "fail" and decided is not None:
        many = count(len(decided.cases), "case")
        return Step(f"look at the {many} that decided, worst first" if decided.cases else found.next_step, "open")
    if _lacks_scores(checks[0], found.run_id):
        return Step("ask again for what has no score", "resume")
    if stage == "pass" and promoted:
        return Step("it is the baseline; change the prompt and run a candidate against it", "run")
    if stage in {"pass", "first"}:
        return Step(f"make run {found.run_id} the {'first ' if stage == 'first' else ''}baseline", "promote")
    if stage == "baseline":
        return Step("change the prompt and run a candidate against it", "run")
    return Step(found.next_step, "resume" if "evaltui resume" in found.next_step else "none")


def _lacks_scores(first: CheckView, run_id: int) -> bool:
    """Whether what is missing is this run's own."""
    return (first.name, first.status) == ("complete", "incomplete") and f"of run {run_id} " in first.words


def _checks(found: Verdict, base: Run | None) -> tuple[CheckView, ...]:
    """Those that fail first; without a baseline there are two that have nothing to say."""
    views = [_check(check, found) for check in found.checks if base or check.name not in _OF_TWO]
    return tuple(sorted(views, key=lambda check: (_BY_STATUS[check.status], _rank(check))))


def _rank(check: CheckView) -> int:
    """What a leak makes worthless comes after it; a set without one says so last."""
    return {"leakage": 0 if check.status == "fail" else 3, "critical": 1}.get(check.name, 2)


def _check(check: Check, found: Verdict) -> CheckView:
    """A passing average may still have broken cases: they are what to look at."""
    about = (check.name, check.status, _demands(check, found.policy), unnamed(check))
    if check.name == "aggregate" and check.status == "pass" and found.broke:
        return CheckView(*about, found.broke, "broke")
    return CheckView(*about, check.cases, query_of(check))


def _demands(check: Check, policy: str) -> str:
    """The policy reads `pass_rate: noninferior (margin 2.0 %), critical strict`."""
    rules = {"aggregate": policy.partition(": ")[2].split(" ")[0].rstrip(","), "critical": policy.rpartition(" ")[2]}
    return _DEMANDS.get(rules.get(check.name, check.name), "")


def query_of(check: Check) -> str:
    """The filter that lists the cases a check is about; an empty one lists all, worst first."""
    if check.status == "pass":
        return "critical" if check.name == "critical" else ""
    if check.name == "aggregate":
        return "drop>0" if check.cases else ""
    if check.name == "critical" and all(case.reason.startswith(_REGRESSED) for case in check.cases):
        return "critical broke"
    if check.cases and len(check.cases) <= MOST_NAMED:
        return f"cases:{','.join(case.case_id for case in check.cases)}"
    return {"critical": "critical !pass", "complete": "unresolved"}.get(check.name, "")


def _margin(store: Store, run: Run) -> float | None:
    """Of the policy that was pinned with the run's scores; only a policy of tolerance has one."""
    policy = json.loads(pinned_scorers(store, run.id) or "{}").get("gate", {})
    return float(policy["margin"]) if policy.get("policy") == "noninferior" else None


def _unfinished(store: Store, run: Run, base: Run | None, where: Standing) -> GateView:
    promotion = baseline(store, run.evalset)
    own = promotion if promotion and promotion.run_id == run.id else None
    step = Step("see how far it is", "runs") if where.progress.pending else Step("take it up again", "resume")
    return GateView("unfinished", run, base, _so_far(where), step, where, promotion=own)


def _so_far(where: Standing) -> str:
    done: Progress = where.progress
    rate = f", {percent(where.passed / (where.passed + where.failed))} of them pass" if done.scored else ""
    return f"{done.scored:,} of {count(done.samples, 'sample')} have their scores{rate}"
