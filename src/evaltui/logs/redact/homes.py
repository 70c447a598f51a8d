"""Owns the names of people in paths of their home folders."""

import re
from collections.abc import Iterator

from evaltui.logs.redact.kinds import Found
from evaltui.logs.redact.view import View

_NAME = r"[^\s/\\\"'`<>:|?*,;()\[\]{}$&=#!@%\ue000]{1,64}"
_POSIX = re.compile(
    rf"(?:(?<![\w.~*-])|(?<=/[a-zA-Z])|(?<=[a-z]:)|(?<=/usr/local/google)|(?<=/(?:var|mnt|nfs))|(?<=/export))/(?:home|Users)/(?P<name>{_NAME})"
)
_WINDOWS = re.compile(
    rf"[a-z][:$][\\/]{{1,4}}(?:users|documents and settings)[\\/]{{1,4}}"
    rf"(?P<name>[^\s/\\\"'`<>:|?*,;$%\ue000][^/\\\"'`<>:|?*\n\r\t,;$%\ue000]{{0,40}}(?=[\\/])|{_NAME})",
    re.IGNORECASE,
)
_DASHED = re.compile(r"(?<![\w-])-(?:Users|home)-(?P<name>[A-Za-z0-9_.]{1,64})(?=-)")
_NOBODY = re.compile(
    r"shared|public|default|all users|default user|users?|user-?name|name|you|your-?name|me|root|runner|runneradmin"
    r"|ubuntu|administrator|node|app|admin|vscode|ec2-user|linuxbrew|jovyan|x+|\.+",
    re.IGNORECASE,
)


def find_homes(view: View) -> Iterator[Found]:
    """The name in `/home/name`, `/Users/name`, `C:\\Users\\name` and `-Users-name-`; names that are nobody's stay."""
    if "/home/" not in view.low and "users" not in view.low and "-home-" not in view.low:
        return
    for pattern in (_POSIX, _WINDOWS, _DASHED):
        for found in pattern.finditer(view.text):
            if (name := found["name"].rstrip(".-")) and not _NOBODY.fullmatch(name):
                yield Found(found.start("name"), found.start("name") + len(name), "user")
