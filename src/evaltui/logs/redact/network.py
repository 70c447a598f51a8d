"""Owns addresses of machines: IPv4, IPv6 and the names of hosts that only an internal network knows."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from evaltui.logs.redact.kinds import Found
from evaltui.logs.redact.view import View

_V4 = re.compile(
    r"(?:(?<![\w.+-])|(?<=\.[0-9]-)|(?<=\.[0-9]{2}-)|(?<=\.[0-9]{3}-))"
    r"(?<![A-Za-z]/)[0-9]{1,3}(?:\.[0-9]{1,3}){3}+(?![\w%+]|\.[0-9A-Za-z]|-(?![0-9]{1,3}\.)[A-Za-z0-9])"
)
_VERSION = re.compile(
    r"(?:version|ver|v|release|revision|rev|build|section|chapter|clause|firmware|driver|§|[=~<>!^]=|\bto|[<>~^])"
    r"[ \"':.=]{0,4}\Z"
)
_TOLD = re.compile(r"(?:\bip|addr|host|server|dns|ping|client|peer|gateway|remote|ssh|//|@)[^\n]{0,16}\Z")
_V6 = re.compile(r"(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:%[\w.-]{1,15})?(?![0-9A-Za-z:.])")
_ANY_V6 = re.compile("[0-9A-Fa-f]{3,4}:.*")
_INTERNAL = re.compile(r"\.(?:internal|local|corp|lan|intranet)(?![\w(=-]|\.[\w-])")
_LABELS = re.compile(r"[a-z0-9-]{1,63}+(?:\.[a-z0-9-]{1,63}+){0,8}")
_COMMON = re.compile(
    r"(?:host|gateway|kubernetes)\.docker\.internal|metadata\.google\.internal|(?:self|cls|this|threading|env|settings|config|values)\.(?:local|internal)"
)
_CODE = re.compile(r"(?:import|from|package|self|this|def|class)[ .]\Z")


def find_ips(view: View) -> Iterator[Found]:
    """Addresses of other machines: not loopback, masks, nor what is a version or a section."""
    for found in _V4.finditer(view.text):
        if _is_v4(view, found):
            yield Found(*found.span(), "ip")
    if view.text.count(":") > 1:
        yield from (Found(*found.span(), "ip") for found in _V6.finditer(view.text) if _is_v6(found[0]))


def find_hosts(view: View) -> Iterator[Found]:
    """`db.internal`, `ci.eu.corp`; not the files, modules and hosts that everybody has under such a name."""
    for found in _INTERNAL.finditer(view.low):
        start = _first_label(view.low, found.start())
        if start is not None and not _is_common(view, start, found.end()):
            yield Found(start, found.end(), "host")


def _is_v4(view: View, found: re.Match[str]) -> bool:
    address = _address(found[0])
    before = view.low[max(0, found.start() - 24) : found.start()]
    if not isinstance(address, IPv4Address) or _is_everywhere(address):
        return False
    if _VERSION.search(before) and not _TOLD.search(before):
        return False
    return len(found[0]) > 7 or view.text.startswith(":", found.end()) or bool(_TOLD.search(before))


def _is_everywhere(address: IPv4Address) -> bool:
    """Loopback, this host, masks and broadcast."""
    return address.is_loopback or address.packed[0] == 0 or address.packed[0] == 255


def _is_v6(text: str) -> bool:
    """Three groups and a digit: `a::b` is a name in many languages."""
    address = _address(text.partition("%")[0])
    if not isinstance(address, IPv6Address) or address.is_loopback:
        return False
    return bool(_ANY_V6.match(text)) and any(map(str.isdigit, text))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _first_label(low: str, dot: int) -> int | None:
    """Where the name that ends at `dot` begins; None where nothing that can be a host stands before it."""
    labels = _LABELS.match(low[max(0, dot - 200) : dot][::-1])
    start = dot - labels.end() if labels else dot
    before = low[start - 1 : start] if start else ""
    return None if labels is None or before in ("_", ".", "@", "$", "-") or low[start] == "-" else start


def _is_common(view: View, start: int, end: int) -> bool:
    """Also a constant of a class: `Kind.INTERNAL`."""
    low, name = view.low, view.text[start:end]
    if name.rpartition(".")[2].isupper() and not name.isupper():
        return True
    return _COMMON.fullmatch(low, start, end) is not None or _CODE.search(low, max(0, start - 12), start) is not None
