"""Whether the prompt cache helps an agent, and whether one request should go ahead and fill it for all others."""

import re

from evaltui.agents.caching import marks_itself, shared_bytes
from evaltui.domain.agent import Agent
from evaltui.loop.estimate import Ratio

FEWEST = 20
"""Requests from which on waiting for one batch more may be worth what it saves."""
SMALL = re.compile(r"-5-5\b")
"""Models whose shortest cached prefix is 512 tokens; it is 1,024 for all others that are sold in batches."""


def shared_tokens(agent: Agent) -> int:
    """About how many tokens all requests of the agent begin with, rather too few than too many."""
    return round(shared_bytes(agent) * Ratio().low)


def fewest_tokens(agent: Agent) -> int:
    """The shortest prefix that the provider caches for the agent's model."""
    return 512 if SMALL.search(agent.model) else 1024


def pays(agent: Agent, requests: int) -> bool:
    """Whether a batch of one request should go first.

    Requests of one batch run side by side, so that many of them write the same prefix, at twice the price of input,
    before any can read it. What one batch wrote for an hour, the next one reads at a tenth.
    """
    return agent.cache == "1h" and requests >= FEWEST and shared_tokens(agent) >= fewest_tokens(agent)


def advice(agent: Agent, requests: int) -> str:
    """What to do about the cache, in a sentence; empty where nothing is to be done."""
    shared, fewest = shared_tokens(agent), fewest_tokens(agent)
    if agent.cache is not None and shared < fewest:
        return (
            f"cache: {agent.cache} has no effect: requests share about {shared:,} tokens, and {fewest:,} is the least"
        )
    if agent.cache is None and not marks_itself(agent) and requests >= FEWEST and shared >= fewest:
        return (
            f"cache: 1h in agent.yaml would let {requests:,} requests share about {shared:,} tokens they all begin with"
        )
    return ""
