"""Owns which key does what: the registry's keys, and those a person put in their place."""

from collections import defaultdict
from collections.abc import Mapping

from evaltui.domain.text import did_you_mean, found
from evaltui.tui.actions import ACTIONS, Action

MODAL = frozenset(["ctrl+c", "ctrl+z", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+s"])
"""Keys that a terminal keeps for itself, or that reach the program as another key."""


class Keys:
    """`chosen` maps names of actions to keys (`f5`, `ctrl+t`, `x,f9`); what is wrong with it is in `problems`."""

    def __init__(self, chosen: Mapping[str, str]) -> None:
        self.chosen = {name: keys for name, keys in chosen.items() if name in _NAMES}
        self.problems = [*_unknown(chosen), *_unusable(self.chosen), *self._clashes()]

    def of(self, action: Action) -> tuple[str, ...]:
        """The keys of an action."""
        keys = self.chosen.get(action.name)
        return action.all_keys if keys is None else tuple(key.strip() for key in keys.split(","))

    def first(self, action: Action) -> str:
        """The key that is shown."""
        return self.of(action)[0]

    def _clashes(self) -> list[str]:
        taken: dict[tuple[str, str], str] = {}
        return [words for action in ACTIONS for words in self._clash(action, taken)]

    def _clash(self, action: Action, taken: dict[tuple[str, str], str]) -> list[str]:
        owners: dict[str, set[str]] = defaultdict(set)
        for key in self.of(action):
            for view in action.views or _VIEWS:
                other = taken.setdefault((view, key), action.name)
                if other != action.name:
                    owners[key].add(other)
        return [
            f"the key {key} is given to {action.name} and to {', '.join(sorted(who))}" for key, who in owners.items()
        ]


_NAMES = {action.name for action in ACTIONS}
_VIEWS = tuple(sorted({view for action in ACTIONS for view in action.views}))


def _unknown(chosen: Mapping[str, str]) -> list[str]:
    return [
        f"keys: there is no action {found(name)}; {did_you_mean(name, _NAMES)}".rstrip("; ")
        for name in chosen
        if name not in _NAMES
    ]


def _unusable(chosen: Mapping[str, str]) -> list[str]:
    return [
        f"keys: {name} cannot be {key}: terminals keep that key for themselves"
        for name, keys in chosen.items()
        for key in keys.split(",")
        if key.strip() in MODAL or key.strip().startswith("ctrl+shift+")
    ]
