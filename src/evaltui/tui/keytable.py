"""Owns the table of keys in the README, made from the registry of actions."""

from evaltui.tui.actions import ACTIONS, VIEWS, Action, key_words

HEAD = ("| key | does | where |", "|---|---|---|")


def key_table() -> str:
    """Every action as a row of Markdown; its name is what `keys:` of the settings take."""
    return "\n".join([*HEAD, *map(_row, ACTIONS)])


def _row(action: Action) -> str:
    keys = " ".join(f"`{key_words(key)}`" for key in action.all_keys).replace("|", "\\|")
    return f"| {keys} `{action.name}` | {action.help} | {_where(action)} |"


def _where(action: Action) -> str:
    if not action.views:
        return "everywhere"
    return ", ".join(VIEWS[view][1] if view in VIEWS else view.capitalize() for view in action.views)
