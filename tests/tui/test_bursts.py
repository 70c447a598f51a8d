"""Keys that come faster than anything can be done about them: pasted, or typed by a cat."""

import random
from pathlib import Path

import pytest
from tests.tui.terminal import terminal

LETTERS = [
    char for char in map(chr, range(33, 127)) if char not in "qdi"
]  # what quits; the demo, and files of one's own
NAMED = ["enter", "escape", "space", "tab", "backspace", "up", "down", "pagedown", "ctrl+d", "ctrl+p", "f1"]
BURST, BURSTS = 12, 25


@pytest.mark.parametrize("seed", [5, 9, 14])
def test_no_burst_of_keys_makes_the_app_fall(project: Path, seed: int) -> None:
    chance = random.Random(seed)
    with terminal(project, EDITOR="true") as opened:
        opened.sees("blocked")
        for _ in range(BURSTS):
            opened.type([chance.choice(NAMED if chance.random() < 0.4 else LETTERS) for _ in range(BURST)])
            opened.settle(0.05)
            assert opened.process.poll() is None, opened.text
    reports = [file.read_text("utf-8") for file in (project / ".evaltui").glob("crash-*")]
    assert not reports, reports[0]
