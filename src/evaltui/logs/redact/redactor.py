"""Owns redaction as a whole: every finder over a text or a JSON value, until nothing more is found."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from evaltui.logs.redact import assigned, commands, emails, homes, keys, money, network
from evaltui.logs.redact.kinds import Found, identity
from evaltui.logs.redact.names import name_finder
from evaltui.logs.redact.overlaps import apart, around_marks
from evaltui.logs.redact.patterns import TIMEOUT_S, Patterns
from evaltui.logs.redact.phones import phone_finder
from evaltui.logs.redact.placeholders import Placeholders
from evaltui.logs.redact.result import Redacted, RedactedValue, Span, replaced
from evaltui.logs.redact.rules import Rules
from evaltui.logs.redact.view import MARK, Stretch, View, view
from evaltui.logs.redact.walk import walk

Finder = Callable[[View], Iterator[Found]]
_FINDERS: dict[str, tuple[Finder, ...]] = {
    "private_key": (keys.find_private_keys,), "jwt": (keys.find_jwts,), "key": (keys.find_keys,),
    "credentials": (assigned.find_userinfo, commands.find_users), "token": (assigned.find_headers,),
    "secret": (assigned.find_assigned, commands.find_options, commands.find_mysql),
    "card": (money.find_cards,), "iban": (money.find_ibans,),
    "ssn": (money.find_ssns,), "email": (emails.find_emails,), "ip": (network.find_ips,),
    "host": (network.find_hosts,), "user": (homes.find_homes,),
}  # fmt: skip
_ROUNDS = 8  # a find may uncover a neighbour; more rounds than this only a text made for it needs


class Redactor:
    """One thing has one placeholder in everything that this redactor sees. Not for two threads at once."""

    def __init__(self, rules: Rules, *, timeout_s: float = TIMEOUT_S) -> None:
        self._placeholders = Placeholders(pattern.name for pattern in rules.patterns)
        self._patterns = Patterns(rules.patterns, timeout_s)
        self._finders: list[Finder] = [*_built_in(rules), self._patterns]
        self._allowed = _Allowed(rules)
        self._off = frozenset(rules.off)

    def text(self, text: str, *, under: str = "") -> Redacted:
        """Raises nothing. `under` is the name of the field that holds the text: behind `password` all of it goes."""
        self._patterns.unfinished.clear()
        written = list(self._placeholders.see(text))
        whole = [Found(0, len(text), "secret")] if self._is_secret(under, text) else []
        spans = tuple(self._spans(text, self._found(text, written, whole)))
        return Redacted(replaced(text, spans), spans, tuple(sorted(self._patterns.unfinished)))

    def value(self, value: Any) -> RedactedValue:
        """Any JSON value, keys of objects too; what is a secret only because of its key is found by it."""
        return walk(value, self.text)

    def _is_secret(self, under: str, text: str) -> bool:
        return bool(under) and "secret" not in self._off and assigned.is_secret_under(under, text)

    def _found(self, text: str, written: list[Stretch], whole: list[Found]) -> list[Found]:
        found: list[Found] = []
        for _ in range(_ROUNDS):
            marked = sorted([*written, *((find.start, find.end) for find in found)])
            more = self._search(view(text, marked), whole)
            found += more
            whole = []
            if not more:
                break
        return sorted(found)

    def _search(self, seen: View, whole: list[Found]) -> list[Found]:
        """In offsets of the original."""
        inside = [Found(0, len(seen.text), find.kind) for find in whole]
        finds = chain(inside, *(finder(seen) for finder in self._finders))
        kept = [find for find in around_marks(finds, seen.text) if not self._allowed(find, seen.text)]
        return [Found(seen.origin(find.start), seen.origin(find.end), find.kind) for find in apart(kept)]

    def _spans(self, text: str, found: Iterable[Found]) -> Iterator[Span]:
        for start, end, kind in found:
            secret = view(text[start:end], ()).text
            yield Span(start, end, kind, self._placeholders.of(kind, secret))


def _built_in(rules: Rules) -> list[Finder]:
    finders = _FINDERS | {"phone": (phone_finder(rules.phone_regions),), "name": (name_finder(rules.names),)}
    return [finder for kind, each in finders.items() if kind not in rules.off for finder in each]


class _Allowed:
    """What the rules let stand."""

    def __init__(self, rules: Rules) -> None:
        self._hosts = tuple(host.casefold().lstrip("*.") for host in rules.allow_hosts)
        self._texts = frozenset(text.casefold() for text in rules.allow_texts)
        self._paths = tuple(path.rstrip("/\\") for path in rules.allow_paths)

    def __call__(self, find: Found, text: str) -> bool:
        secret = text[find.start : find.end].casefold()
        if secret in self._texts or MARK in secret:
            return secret in self._texts
        if find.kind in ("host", "ip"):
            return any(secret == host or secret.endswith(f".{host}") for host in self._hosts)
        return find.kind == "user" and any(self._in(path, secret, text, find) for path in self._paths)

    @staticmethod
    def _in(path: str, name: str, text: str, find: Found) -> bool:
        place = path.casefold().rfind(name)
        return (
            place >= 0 and text.startswith(path, max(0, find.start - place)) and identity("user", path[place:]) == name
        )
