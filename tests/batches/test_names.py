"""Names of requests prove whose results they are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.batches.names import custom_id, new_nonce, nonce_of


def test_nonces_are_ten_plain_characters_and_differ() -> None:
    nonces = {new_nonce() for _ in range(1000)}
    assert len(nonces) == 1000
    assert all(re.fullmatch(r"[a-z0-9]{10}", nonce) for nonce in nonces)


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 10**6))
def test_every_name_is_one_the_api_takes_and_tells_its_nonce(index: int, turn: int, attempt: int) -> None:
    nonce = new_nonce()
    name = custom_id(nonce, index, turn, attempt)
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name)
    assert nonce_of(name) == nonce


def test_names_within_a_chunk_differ_in_every_part() -> None:
    names = {custom_id("abcdefghij", i, t, a) for i in range(12) for t in range(12) for a in range(12)}
    assert len(names) == 12**3


@pytest.mark.parametrize("parts", [("ABCDEFGHIJ", 1, 1, 1), ("short", 1, 1, 1), ("abcdefghij", -1, 1, 1),
                                   ("abcdefghij", 10**60, 1, 1)])  # fmt: skip
def test_what_would_be_no_good_name_is_refused(parts: tuple[str, int, int, int]) -> None:
    with pytest.raises(ValueError, match="named"):
        custom_id(*parts)


@pytest.mark.parametrize("foreign", ["", "chat-1", "0", "abcdefghij", "abcdefghij-1-t1-a1x", "abcdefghij-٠٠٠٠٠١-t1-a1"])
def test_a_foreign_name_tells_no_nonce(foreign: str) -> None:
    assert nonce_of(foreign) is None
