"""Every view looks as it was last looked at: text and colours, at two sizes, in a dark and a light theme."""

import difflib
from pathlib import Path

import pytest
from tests.tui.scenes import SCENES, Scene, shots, words_of

SNAPSHOTS = Path(__file__).parent / "snapshots"
PICTURES = Path(__file__).resolve().parents[2] / "screenshots"
RENEW = "look at the difference; if it is wanted, `python screenshots/take.py` renews the file"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_view_looks_as_it_was_last_looked_at(scene: Scene, pristine: Path) -> None:
    for shot in shots(scene, pristine):
        compared(SNAPSHOTS / f"{shot.name}.txt", shot.text)
        if shot.svg:
            compared(PICTURES / f"{scene.name}.svg", shot.svg)


def compared(file: Path, now: str) -> None:
    """Fails with the file's name and what differs."""
    name = file.relative_to(PICTURES.parent)
    assert file.is_file(), f"{name} is missing; `python screenshots/take.py` makes it"
    was = file.read_text("utf-8")
    if file.suffix == ".svg":
        was, now = words_of(was), words_of(now)
    shown = "\n".join(list(difflib.unified_diff(was.splitlines(), now.splitlines(), "was", "is", lineterm=""))[:60])
    assert was == now, f"{name} is stale: {RENEW}\n{shown}"
