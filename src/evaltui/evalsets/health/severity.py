"""Owns what a passage found in the agent's texts amounts to: a leak, something to look at, or nothing."""

from evaltui.domain.leak import Severity
from evaltui.evalsets.health.alignment import Alignment
from evaltui.evalsets.health.passages import LONG

TELLING, LEAST_TELLING = 3, 2
"""Different words found that few cases use; the fewer where almost the whole passage was found."""
SHARE, SURE_SHARE, NEAR_SHARE = 0.75, 0.8, 0.6
"""Of the words of a passage that were found: a leak, a leak also with few telling words, worth a look."""
SURE_WORDS = 12
"""Words of a passage of which so many in one place are no chance, if only one of them is telling."""
GRAMS = 0.5
"""Of the 8-grams found: a leak, however much longer the case is."""
_WHOLE = 5
_RUN, _LONG_RUN, _LONG_PASSAGE = 8, 13, 30


def severity(match: Alignment) -> Severity | None:
    """None: the agent's text shares no more with the case than any text may."""
    telling = match.telling >= TELLING
    if match.telling < (1 if match.words >= SURE_WORDS else LEAST_TELLING):
        return None
    if _leaks(match, telling):
        return "leak"
    long_run = _LONG_RUN if match.words > _LONG_PASSAGE else _RUN
    almost = match.words >= LONG and match.share >= (NEAR_SHARE if telling else SHARE)
    return "near" if match.whole or almost or (telling and match.run >= long_run) else None


def _leaks(match: Alignment, telling: bool) -> bool:
    if match.words < LONG:
        return match.whole and telling and match.words >= _WHOLE
    return match.share >= (SHARE if telling else SURE_SHARE) or (telling and match.grams >= GRAMS)
