"""Owns what replies used, added up so that each can be priced: by purpose, model and price band."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaltui.domain.request import Purpose
from evaltui.domain.trajectory import Usage
from evaltui.store.database import Store


@dataclass(frozen=True, slots=True)
class Priced:
    """Replies of one purpose and model whose prompts lie between two edges; `longest` is the longest, in tokens."""

    purpose: Purpose
    model: str
    requests: int
    longest: int
    usage: Usage


def run_usage(store: Store, run_id: int, edges: Sequence[int]) -> Iterator[Priced]:
    """Every reply of a run, superseded attempts included. `edges`: prompt lengths at which prices change."""
    return _read(store, OF_RUN, run_id, edges)


def sample_usage(store: Store, sample_id: int, edges: Sequence[int]) -> Iterator[Priced]:
    """Every reply asked for on behalf of one sample."""
    return _read(store, OF_SAMPLE, sample_id, edges)


def models_of_answers(store: Store, run_id: int) -> list[str]:
    """The models that answered in a run, as their replies name them."""
    return [model for (model,) in store.connection.execute(MODELS, (run_id,))]


MODELS = """
    SELECT DISTINCT model FROM intents CROSS JOIN requests ON requests.intent_id = intents.id
    CROSS JOIN outcomes ON outcomes.request_id = requests.id
    WHERE intents.run_id = ? AND purpose = 'answer' AND model IS NOT NULL
"""


def dearest_bytes(store: Store, run_id: int) -> dict[Purpose, float]:
    """Prompt tokens for a byte of request, in the batch of a run that had most; nothing of what has no reply yet."""
    return {purpose: ratio for purpose, ratio in store.connection.execute(DEAREST, (run_id,)) if ratio is not None}


DEAREST = """
    SELECT purpose, max(ratio) FROM (
        SELECT purpose, sum(input_tokens + cache_creation_input_tokens + cache_read_input_tokens)
            * 1.0 / nullif(sum(requests.size), 0) AS ratio
        FROM intents JOIN requests ON requests.intent_id = intents.id
        JOIN outcomes ON outcomes.request_id = requests.id
        WHERE run_id = ? AND result = 'succeeded'
        GROUP BY intents.id, purpose)
    GROUP BY purpose
"""


def _read(store: Store, select: str, of: int, edges: Sequence[int]) -> Iterator[Priced]:
    for *about, _, longest, requests, in_, out, written, read, hour in store.connection.execute(
        select, {"of": of, "edges": json.dumps(list(edges))}
    ):
        yield Priced(*(*about, requests, longest, Usage(in_, out, written, read, hour)))


# A prompt's band is the number of edges that are shorter than it.
PRICED = """
    SELECT purpose, model,
        (SELECT count(*) FROM json_each(:edges) WHERE value <
            input_tokens + cache_creation_input_tokens + cache_read_input_tokens) AS band,
        max(input_tokens + cache_creation_input_tokens + cache_read_input_tokens), count(*),
        sum(input_tokens), sum(output_tokens), sum(cache_creation_input_tokens),
        sum(cache_read_input_tokens), sum(cache_creation_1h_input_tokens)
    FROM requests JOIN outcomes ON outcomes.request_id = requests.id {join}
    WHERE {of} AND result = 'succeeded'
    GROUP BY purpose, model, band ORDER BY purpose, model, band
"""
OF_RUN = PRICED.format(join="JOIN intents ON intents.id = requests.intent_id", of="intents.run_id = :of")
# Apart, because each purpose has an index of its own.
OF_SAMPLE = PRICED.format(
    join="", of="((sample_id = :of AND purpose = 'answer') OR (sample_id = :of AND purpose = 'judge'))"
)
