"""Which faults to play, how often, and in which order: the `--faults` option.

A specification is a comma-separated list. Every item is one of

    name            always
    name:3          the first three times
    name:0.2        each time with probability 0.2 (a number with a point, 0.0 to 1.0)
    name=value      always, with a value of the fault's own (seconds, an operation, a framing …)
    name:1=value    both
    setting=number  seed, retry-after, cancel-ended

for example `commit-then-drop:1,results-truncated:0.5=chunked,rate-limit:2,retry-after=3,seed=7`.
The names are the keys of `FAULTS` and `SETTINGS` in `fault_table`. Random choices depend on the seed and on what
they are about (the ordinal of a batch; the custom_id of a request after its first `-`), so a run can be repeated.
"""

import re
import threading
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256

from evaltui.sandbox.fault_table import FAULTS, SETTINGS

_ITEM = re.compile(r"(?P<name>[^:=]+)(?::(?P<often>[^=]*))?(?:=(?P<value>.*))?")
_WINDOW = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)")
_PROSE = ("foreign-results-url",)


@dataclass(frozen=True, slots=True)
class Rule:
    """`times` first times, else `share` of the times; `value` is the fault's own."""

    times: int | None
    share: float
    value: str


class Faults:
    """The rules of one server, and how often each fault has struck so far. Safe to use from several threads."""

    def __init__(self, rules: dict[str, Rule] | None = None, settings: dict[str, float] | None = None) -> None:
        self.rules, self.settings = rules or {}, settings or {}
        self.struck: Counter[str] = Counter()
        self._chances: Counter[str] = Counter()
        self._decided: dict[tuple[str, str], bool] = {}
        self._lock = threading.Lock()

    @classmethod
    def parse(cls, spec: str) -> "Faults":
        """Read a specification; raises ValueError that names the item and what is allowed."""
        rules: dict[str, Rule] = {}
        settings: dict[str, float] = {}
        for item in filter(None, (part.strip() for part in spec.split(","))):
            found = _ITEM.fullmatch(item)
            name = found["name"] if found else item
            if found and name in FAULTS:
                rules[name] = _rule(item, name, found["often"], found["value"])
            elif found and name in SETTINGS:
                settings[name] = _setting(item, found["often"], found["value"])
            else:
                raise ValueError(_unknown(name))
        return cls(rules, settings)

    @property
    def seed(self) -> int:
        return int(self.settings.get("seed", 0))

    def strikes(self, name: str) -> bool:
        """Whether `name` strikes this time."""
        if (rule := self.rules.get(name)) is None:
            return False
        with self._lock:
            self._chances[name] += 1
            return self._count(name, self._hit(rule, name, str(self._chances[name])))

    def strikes_on(self, name: str, subject: str) -> bool:
        """Whether `name` strikes this subject; asked again, the answer is the same."""
        if (rule := self.rules.get(name)) is None:
            return False
        with self._lock:
            if (name, subject) not in self._decided:
                self._decided[name, subject] = self._count(name, self._hit(rule, name, subject))
            return self._decided[name, subject]

    def value(self, name: str) -> str:
        """The fault's value: as specified, else its default."""
        rule = self.rules.get(name)
        return rule.value if rule else FAULTS[name].value or ""

    def seconds(self, name: str) -> float:
        return float(self.value(name))

    def offline(self, elapsed: float) -> bool:
        """Whether the server is unreachable `elapsed` sandbox seconds after its start."""
        if "offline" not in self.rules:
            return False
        windows = (_WINDOW.fullmatch(part) for part in self.value("offline").split("+"))
        hit = any(window and float(window[1]) <= elapsed < float(window[2]) for window in windows)
        return self._count("offline", hit)

    def _hit(self, rule: Rule, name: str, subject: str) -> bool:
        if rule.times is not None:
            return self.struck[name] < rule.times
        return chance(self.seed, name, subject) < rule.share

    def _count(self, name: str, hit: bool) -> bool:
        self.struck[name] += hit
        return hit


def chance(seed: int, *parts: str) -> float:
    """A number in [0, 1) that always belongs to `seed` and `parts`."""
    text = "\0".join((str(seed), *parts)).encode()
    return int.from_bytes(sha256(text).digest()[:7]) / 2**56


def _rule(item: str, name: str, often: str | None, value: str | None) -> Rule:
    times, share = _often(item, often)
    return Rule(times, share, _value(item, name, value))


def _often(item: str, often: str | None) -> tuple[int | None, float]:
    if often is None:
        return None, 1.0
    if often.isdecimal():
        return int(often), 0.0
    if re.fullmatch(r"0?\.\d+|0\.|1\.0*", often):
        return None, float(often)
    raise ValueError(f"fault {item!r}: after ':' expected a count such as 3, or a probability such as 0.2")


def _value(item: str, name: str, value: str | None) -> str:
    fault = FAULTS[name]
    if value is None:
        return fault.value or ""
    if fault.value is None:
        raise ValueError(f"fault {item!r}: {name} takes no value; it {fault.says}")
    if fault.choices and value not in fault.choices:
        raise ValueError(f"fault {item!r}: expected one of {', '.join(fault.choices)} after '='")
    if name == "offline" and not all(_WINDOW.fullmatch(part) for part in value.split("+")):
        raise ValueError(f"fault {item!r}: expected windows such as 10-20+40-50 after '='")
    if not fault.choices and name not in (*_PROSE, "offline") and not _is_number(value):
        raise ValueError(f"fault {item!r}: expected a number above 0 after '='")
    return value


def _setting(item: str, often: str | None, value: str | None) -> float:
    if often is not None or value is None or not re.fullmatch(r"\d+(\.\d+)?", value):
        raise ValueError(f"setting {item!r}: expected name=number with a number of at least 0")
    return float(value)


def _is_number(value: str) -> bool:
    return bool(re.fullmatch(r"\d+(\.\d+)?", value)) and float(value) > 0


def _unknown(name: str) -> str:
    allowed = [*FAULTS, *SETTINGS]
    near = get_close_matches(name, allowed, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"unknown fault {name!r}.{hint} Allowed: {', '.join(allowed)}"
