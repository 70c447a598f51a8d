"""Owns e-mail addresses."""

import re
from collections.abc import Iterator

from evaltui.logs.redact.kinds import Found
from evaltui.logs.redact.view import View

_EMAIL = re.compile(
    r"://[^\s/@]{0,300}+@"  # the user part of a URL is no address; `find_userinfo` reads it
    r"|(?<![\w.+'-])(?P<local>[\w.+'-]{1,64}+)(?:@|%40)(?P<domain>[\w-]{1,63}+(?:\.[\w-]{1,63}+)+)"
)
_SPOKEN = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}+ ?[\[(]at[\])] ?[a-z0-9-]{1,63}+(?:(?: ?[\[(]dot[\])] ?|\.)[a-z0-9-]{1,63}){1,4}"
)
_TOP = re.compile(r"[^\W\d_]{2,24}|xn--[a-z0-9-]{2,40}", re.IGNORECASE)
_FILE = re.compile(
    "setter|getter|deleter|tool|instructions|fixture|validator|route|callback"  # what decorators end with
    "|png|jpe?g|gif|svg|webp|s?css|[cm]?jsx?|tsx?|py|md|json|ya?ml|html|map|lock|txt"
)


def find_emails(view: View) -> Iterator[Found]:
    """Addresses with a domain that may exist, `name (at) host (dot) com` too; not `icon@2x.png`, not `git@host`."""
    if "@" in view.text or "%40" in view.text:
        yield from (_found(each) for each in _EMAIL.finditer(view.text) if each["local"] and _is_address(each))
    if "(at)" in view.low or "[at]" in view.low:
        yield from (Found(*each.span(), "email") for each in _SPOKEN.finditer(view.low))


def _is_address(found: re.Match[str]) -> bool:
    top = found["domain"].rsplit(".", 1)[1].rstrip("-_")
    return (
        found["local"].strip(".'-") not in ("", "git")
        and bool(_TOP.fullmatch(top))
        and not _FILE.fullmatch(top.lower())
    )


def _found(found: re.Match[str]) -> Found:
    """Without the signs before it that belong to the sentence."""
    start = found.start() + len(found["local"]) - len(found["local"].lstrip(".'-"))
    return Found(start, found.start() + len(found[0].rstrip("-_")), "email")
