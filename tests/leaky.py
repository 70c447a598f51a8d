"""A set of which one case stands in the agent's prompt, with two words changed."""

import json
from pathlib import Path

ASKED = "The blue floor vase from my last order came in pieces this morning, please give me my money back"
PASTED = ASKED.replace("floor", "tall").replace("pieces", "shards")
OTHERS = ("Where is my parcel?", "I want to return a lamp that flickers in the evening.", "Do you sell garden benches?")
PROMPT = "You sort the mail of a shop.\n\nRoutes: refund, return, delivery.\nCustomers ask for their money back.\n"
LINE = 6
"""Where the case stands in the prompt."""


def write_leaky(folder: Path, *, planted: bool = True, gate: str = "") -> Path:
    """The evalset `mail`; its agent answers what it is asked, as the sandbox of the tests does."""
    (folder / "prompts").mkdir(parents=True, exist_ok=True)
    cases = [{"id": f"mail-{n}", "input": text, "expected": text} for n, text in enumerate((ASKED, *OTHERS))]
    (folder / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    prompt = f"{PROMPT}\nFor example: {PASTED}.\n" if planted else PROMPT
    (folder / "prompts" / "system.md").write_text(prompt, "utf-8")
    agent = "model: claude-haiku-5-5\nmax_tokens: 99\nsystem: {file: prompts/system.md}\n"
    (folder / "agent.yaml").write_text(agent, "utf-8")
    (folder / "evalset.yaml").write_text(f"name: mail\ncases: cases.jsonl\nscorers: [exact]\n{gate}", "utf-8")
    return folder
