"""Owns secrets in command lines: behind an option that tells, and the user of curl."""

import re
from collections.abc import Iterator

from evaltui.logs.redact.kinds import Found
from evaltui.logs.redact.randomness import has_digit
from evaltui.logs.redact.view import View

_OPTION = re.compile(
    r"(?<=--)(?:[\w-]{0,20}-)?(?:password|passwd|pass|token|secret|api-key|secret-key) {1,3}[\"']?"
    r"(?P<value>[^\s\"'`<>$\ue000-][^\s\"'`<>$\ue000]{3,300})"
)
_MYSQL = re.compile(r"(?:mysql|mariadb)\w{0,12} [^\n]{0,120}?(?<= -p)(?P<value>[^\s\"'`$\ue000]{4,100})")
_USER = re.compile(r" (?:-u|--user) {0,2}[\"']?(?P<value>[^\s:\"'$@/\ue000]{1,64}:[^\s\"'$\ue000]{3,200})")
_CURL = re.compile(r"curl|https?:|wget")


def find_options(view: View) -> Iterator[Found]:
    """`--password hunter2`: a value with a digit in it, since prose speaks of options too."""
    if "--" in view.text:
        for found in _OPTION.finditer(view.low):
            if has_digit(found["value"]):
                yield Found(*found.span("value"), "secret")


def find_mysql(view: View) -> Iterator[Found]:
    """`mysql -u root -pPASSWORD`, without a blank."""
    if " -p" in view.low and ("mysql" in view.low or "mariadb" in view.low):
        yield from (Found(*found.span("value"), "secret") for found in _MYSQL.finditer(view.low))


def find_users(view: View) -> Iterator[Found]:
    """`curl -u name:password`."""
    for found in _USER.finditer(view.text):
        if _CURL.search(view.low, max(0, found.start() - 200), found.start()):
            yield Found(*found.span("value"), "credentials")
