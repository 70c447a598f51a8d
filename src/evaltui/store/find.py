"""Owns finding stored things by a part of their name."""

import json
from collections.abc import Sequence

from evaltui.store.database import Store
from evaltui.store.text import text


def cases_named(store: Store, run_id: int, words: Sequence[str], limit: int = 50) -> list[str]:
    """Ids of cases of a run that hold every word, in any case of its letters; by id."""
    wanted = json.dumps([text(word.lower()) for word in words])
    rows = store.connection.execute(CASES_NAMED, {"run": run_id, "words": wanted, "limit": limit})
    return [row[0] for row in rows]


CASES_NAMED = """
    SELECT case_id FROM runs
    CROSS JOIN evalset_cases INDEXED BY evalset_cases_by_case_id ON evalset_cases.evalset_id = runs.evalset_id
    WHERE runs.id = :run
        AND NOT EXISTS (SELECT 1 FROM json_each(:words) WHERE instr(lower(evalset_cases.case_id), value) = 0)
        AND EXISTS (SELECT 1 FROM samples WHERE samples.run_id = runs.id AND samples.position = evalset_cases.position)
    ORDER BY evalset_cases.case_id LIMIT :limit
"""
