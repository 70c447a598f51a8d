"""One way to put a question to the lexical model."""

from collections.abc import Callable
from typing import Any

import pytest

from evaltui.sandbox.lexical import Lexical
from evaltui.sandbox.model import Answer

Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def ask() -> Ask:
    """`ask(system, user text or turns, **params)` gives the model's Answer."""

    def put(system: str, said: str | list[dict[str, Any]], **more: Any) -> Answer:
        turns = [{"role": "user", "content": said}] if isinstance(said, str) else said
        params = {"model": "claude-haiku-5-5", "max_tokens": 500, "system": system, "messages": turns, **more}
        answer = Lexical().reply(params)
        assert isinstance(answer, Answer)
        return answer

    return put


@pytest.fixture(scope="session")
def say(ask: Ask) -> Callable[..., str]:
    """As `ask`, giving the text of the answer."""
    return lambda *args, **more: str(ask(*args, **more).content[0]["text"])
