"""What the benchmarks run on: an evalset of any size, and 2 KB replies to it. Standard library only, so that the
process that measures others stays small."""

import json
import random
from pathlib import Path

LABELS = ("refund", "shipping", "invoice", "password", "cancel", "complaint", "upgrade", "other")
INPUT_BYTES = 300
FILLER_BYTES = 1_650  # of one reply; with its envelope a result line comes to about 2 KB
WORDS_BYTES = 4_000_000

SCORERS = f"""\
  - exact
  - normalized
  - label: {{labels: [{", ".join(LABELS)}]}}
"""
AGENT = """\
name: classifier
model: claude-haiku-4-5
max_tokens: 400
system: Say which team should answer.
messages:
  - role: user
    content: "{{input}}"
"""


def gold(index: int) -> str:
    """The label of the case with this place in the evalset."""
    return LABELS[index * 7 % len(LABELS)]


def said(index: int, wrong: int) -> str:
    """What the model answers: each `wrong`th case gets the label of its neighbour."""
    return gold(index + 1 if index % wrong == 0 else index)


def write_evalset(folder: Path, cases: int) -> Path:
    """`cases` cases of 300 characters, three scorers, one agent; the folder of the evalset."""
    folder.mkdir(parents=True)
    (folder / "agent.yaml").write_text(AGENT, "utf-8")
    (folder / "evalset.yaml").write_text(f"name: bench\ncases: cases.jsonl\nagent: agent.yaml\nscorers:\n{SCORERS}")
    text = words(WORDS_BYTES // 4)
    with (folder / "cases.jsonl").open("w", encoding="utf-8") as file:
        for index in range(cases):
            start = index * 1_931 % (len(text) - INPUT_BYTES)
            asked = f"case {index:07}: {text[start:]:.286}"
            case = {"id": f"case-{index:07}", "input": asked, "expected": gold(index), "tags": [gold(index)]}
            file.write(json.dumps(case) + "\n")
    return folder


def words(size: int) -> str:
    """Text that does not repeat, always the same."""
    chance = random.Random(1)
    stock = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 10))) for _ in range(5_000)]
    return " ".join(chance.choices(stock, k=size // 6))[:size]


def filler(text: str, index: int) -> str:
    """The part of `text` that pads the reply to one case."""
    start = index * 1_237 % (len(text) - FILLER_BYTES)
    return text[start : start + FILLER_BYTES]
