"""Foreign text in a report that some page will render: it can neither break a table nor become anything else."""

from html import escape

from evaltui.domain.text import visible

_BREAK = "<!-- -->"  # splits what a renderer would take for a mention, a reference or an address


def cell(text: str) -> str:
    """Text that can neither break a table nor become a tag, a link, a reference or a mention."""
    marked = "".join("\\" + char if char in "\\|`*_[]~$" else char for char in escape(visible(text), quote=False))
    for sign in ("@", "#", "://", "www."):  # a backslash does not stop a mention
        marked = marked.replace(sign, sign[0] + _BREAK + sign[1:])
    return marked
