"""A prompt of 77 intents with eight examples each sorts real questions far better than chance, fast and repeatably."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from evaltui.sandbox.lexical import Lexical
from evaltui.sandbox.model import Answer

EXAMPLES = 8


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (shared_data / "banking77.jsonl").read_text(encoding="utf-8").splitlines()]


def prompt_of(rows: list[dict[str, str]]) -> str:
    shown: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["split"] == "train":
            shown[row["label"]].append(row["text"].replace('"', "'").replace("\n", " "))
    spread = {label: texts[:: len(texts) // EXAMPLES][:EXAMPLES] for label, texts in shown.items()}
    items = [f"- **{label}**: " + ", ".join(f'"{text}"' for text in texts) for label, texts in spread.items()]
    return (
        "Sort the question of a bank's customer.\n\n## Intents\n\n"
        + "\n".join(items)
        + "\n\nAnswer with only the intent."
    )


def answered(model: Lexical, prompt: str, text: str) -> str:
    answer = model.reply({"max_tokens": 50, "system": prompt, "messages": [{"role": "user", "content": text}]})
    assert isinstance(answer, Answer)
    return str(answer.content[0]["text"])


def test_two_thirds_of_the_test_questions_get_their_intent(rows: list[dict[str, str]]) -> None:
    prompt, model = prompt_of(rows), Lexical()
    test = [row for row in rows if row["split"] == "test"]
    given = [answered(model, prompt, row["text"]) for row in test]
    right = sum(answer == row["label"] for answer, row in zip(given, test, strict=True))
    assert right / len(test) > 0.66
    assert [answered(Lexical(), prompt, row["text"]) for row in test[:200]] == given[:200]
