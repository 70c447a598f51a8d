"""Cases made of texts, and the real questions of a bank."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evaltui.domain.case import Case

Cases = Callable[..., list[Case]]


@pytest.fixture(scope="session")
def cases() -> Cases:
    """Cases `c0`, `c1` … with the inputs given, all with the same other fields."""

    def made(*inputs: Any, **fields: Any) -> list[Case]:
        return [Case(id=f"c{index}", input=text, **fields) for index, text in enumerate(inputs)]

    return made


@pytest.fixture(scope="session")
def bank(shared_data: Path) -> dict[str, list[Case]]:
    """The cases of `train` and of `test`."""
    found: dict[str, list[Case]] = {"train": [], "test": []}
    with (shared_data / "banking77.jsonl").open() as file:
        for row in map(json.loads, file):
            found[row["split"]].append(Case(id=row["id"], input=row["text"], expected=row["label"]))
    return found
