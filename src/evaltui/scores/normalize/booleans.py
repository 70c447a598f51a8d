"""Owns reading yes and no."""

from typing import Any

from evaltui.scores.normalize.kinds import NotNormal, short_text

_YES_WORDS = "yes y true t on 1 ja wahr oui vrai sí si sì vero"
_NO_WORDS = "no n false f off 0 nein falsch non faux falso"
_YES, _NO = frozenset(_YES_WORDS.split()), frozenset(_NO_WORDS.split())


def boolean(value: Any) -> bool | NotNormal:
    """Yes or no: yes, no, true, false, on, off, 1, 0, ja, nein, oui, non, sí."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value) if value in (0, 1) else NotNormal("neither yes nor no")
    word = (short_text(value) or "").casefold().rstrip(".!")
    return word in _YES if word in _YES | _NO else NotNormal("neither yes nor no")
