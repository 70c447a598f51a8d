"""Every statistic of the gate agrees with what other libraries computed for the same inputs."""

import json
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from evaltui.gate import distributions, evidence, history, intervals, paired, power, tango, trials

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT.parent / "shared" / "reference" / "statistics.json"

MODULES = (distributions, evidence, history, intervals, paired, power, tango, trials)
ON_DIFFERENCES = {"paired_t", "sign_flip_exact", "smoothed_paired", "paired_cluster"}
NOT_COMPUTED = {
    "mcnemar": {"p_asymptotic"},  # mid-p is better at every n
    "cluster_se": {"se_naive", "se_miller"},  # the reference shows them as what not to report
    "manski_bounds": {"observed"},  # the gate decides on the worst case
}


def function(name: str) -> Callable[..., Any] | None:
    return next((getattr(module, name) for module in MODULES if name in vars(module)), None)


def reference_cases() -> list[dict[str, Any]]:
    cases = json.loads(REFERENCE.read_text())["cases"] if REFERENCE.is_file() else []
    return [case for case in cases if function(case["fn"])]


def arguments(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    if name in ON_DIFFERENCES:
        rest = {key: value for key, value in inputs.items() if key not in ("base", "cand")}
        return {"d": paired.differences(inputs["base"], inputs["cand"]), **rest}
    if name == "manski_bounds":
        return {side: [span(value) for value in seen] for side, seen in inputs.items()}
    return inputs


def span(value: float | None) -> evidence.Span:
    return (0.0, 1.0) if value is None else (value, value)


def named(found: Any, expected: dict[str, Any]) -> dict[str, Any]:
    if is_dataclass(found) and not isinstance(found, type):
        return asdict(found)
    return dict.fromkeys(expected, found)


def agrees(found: Any, expected: Any, tol: dict[str, float]) -> bool:
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(agrees(found[key], expected[key], tol) for key in expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(agrees(*pair, tol) for pair in zip(found, expected, strict=True))
    if expected is None or isinstance(expected, (bool, str)):
        return bool(found == expected)
    return found is not None and bool(found == pytest.approx(expected, abs=tol.get("abs"), rel=tol.get("rel")))


@pytest.mark.parametrize("case", reference_cases(), ids=lambda case: case["id"])
def test_agrees_with_the_reference(case: dict[str, Any]) -> None:
    name, expected = case["fn"], case["expected"]
    compute = function(name)
    assert compute is not None
    found = named(compute(**arguments(name, case["inputs"])), expected)
    for key in expected.keys() - NOT_COMPUTED.get(name, set()):
        assert agrees(found[key], expected[key], case["tol"]), (key, found[key], expected[key])


def test_the_reference_covers_every_statistic_the_gate_decides_on(shared_reference: Path) -> None:
    covered = {case["fn"] for case in json.loads(shared_reference.read_text())["cases"]}
    assert covered >= {"tango_ci", "mcnemar", "smoothed_paired", "paired_cluster", "gate_evidence", "manski_bounds"}
    assert len({case["fn"] for case in reference_cases()}) >= 20
    assert len(reference_cases()) >= 45
