"""Owns configurations of promptfoo: their tests with variables and assertions. Prompts and providers stay behind."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from evaltui.domain.errors import BadInput
from evaltui.evalsets.foreign.assertions import take
from evaltui.evalsets.foreign.brought import Brought, Gold, Place, Report, described
from evaltui.evalsets.foreign.look import Looked, look
from evaltui.evalsets.foreign.promptfoo_table import read_table
from evaltui.files.paths import missing

_MARKS = ("prompts", "providers", "targets", "defaultTest", "scenarios")
_TEST = ("description", "vars", "assert", "metadata", "options", "threshold")
_FILE = "file://"
_MOST = 1_000  # cases that one test with lists of values may stand for


def recognises(looked: Looked) -> bool:
    """Whether it has tests, and something else that a configuration has; or is a list of tests by itself."""
    if looked.document is None:
        return False
    if isinstance(looked.document.value, list):
        return any(isinstance(each, dict) and isinstance(each.get("vars"), dict) for each in looked.document.value)
    return any(key in looked.whole for key in ("tests", "scenarios")) and any(key in looked.whole for key in _MARKS)


def read(looked: Looked, report: Report) -> Iterator[Brought]:
    """One case a test; a test with a list of values for a variable stands for one case a value."""
    if looked.document is None:
        return
    root = Place(looked.document, report)
    if isinstance(root.value, list):
        yield from _tests([root.inside(index) for index in range(len(root.value))], None)
        return
    default = root.inside("defaultTest") if isinstance(root.value.get("defaultTest"), dict) else None
    if default is not None:
        default.unknown(("assert", "vars", "options", "metadata"))
        _options(default)
    for key in ("prompts", "providers", "targets"):
        if root.value.get(key):
            root.inside(key).left_out("are not taken: they belong to an agent.yaml, with {{input.NAME}} for {{NAME}}")
    yield from _named(root, root.value.get("tests"), default)
    for scenario in root.items("scenarios"):
        scenario.left_out("a scenario is not taken", "write its tests out", scenario.value)


def _named(root: Place, tests: Any, default: Place | None) -> Iterator[Brought]:
    if isinstance(tests, str):
        yield from _other_file(root.inside("tests"), tests, default)
    elif tests is not None:
        yield from _tests(root.items("tests"), default)


def _tests(places: list[Place], default: Place | None) -> Iterator[Brought]:
    for place in places:
        if isinstance(place.value, str):
            yield from _other_file(place, place.value, default)
        elif isinstance(place.value, dict):
            yield from _test(place, default)
        else:
            place.refuse("is no test that can be taken", place.value)


def _other_file(place: Place, name: str, default: Place | None) -> Iterator[Brought]:
    """Tests in a file beside the configuration."""
    folder, name = Path(place.document.file).parent, name.removeprefix(_FILE)
    path = folder / name
    if missing(folder, name):
        place.refuse("names tests in a file that is not there", name, "put it there, or import that file itself")
        return
    try:
        looked = look(path)
    except BadInput as error:
        for problem in error.problems:
            place.report(problem)
        return
    for problem in looked.problems:
        place.report(problem)
    if looked.table is not None:
        yield from read_table(path, looked.table, default, place.report)
    elif looked.document is not None and isinstance(looked.document.value, list):
        found = Place(looked.document, place.report)
        yield from _tests([found.inside(index) for index in range(len(found.value))], default)
    else:
        place.refuse(
            "names a file whose tests cannot be read", name, "allowed: a list of tests in YAML or JSON, or CSV"
        )


def _test(place: Place, default: Place | None) -> Iterator[Brought]:
    place.unknown(_TEST)
    _options(place)
    if place.value.get("threshold") not in (None, 1):
        place.inside("threshold").left_out("is not taken: a case passes when all holds", value=place.value["threshold"])
    values = _vars(default) | _vars(place)
    tags, note = described(place.value.get("metadata"))
    name = str(place.value.get("description") or "")
    for filled in _spread(place, values):
        gold = expected(place, default, filled)
        more: dict[str, Any] = ({"tags": tags} if tags else {}) | ({"note": note} if note else {})
        yield Brought(place.line, name, {"input": filled, **gold.fields(), **more})


def expected(place: Place | None, default: Place | None, values: dict[str, Any]) -> Gold:
    """What all tests expect and what this one does."""
    gold = Gold()
    for each in (default, place):
        for assertion in each.items("assert") if each is not None else ():
            take(assertion, gold, values)
    return gold


def _vars(place: Place | None) -> dict[str, Any]:
    written = place.value.get("vars") if place is not None else None
    if written is None or place is None:
        return {}
    if not isinstance(written, dict):
        place.inside("vars").left_out("variables in another file are not taken", "write them out", written)
        return {}
    for key, value in written.items():
        if isinstance(value, str) and value.startswith(_FILE):
            place.inside("vars", key).left_out("stands in another file, and is kept as its name", value=value)
    return written


def _spread(place: Place, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every combination of the values that are lists."""
    options = place.value.get("options")
    fixed = isinstance(options, dict) and options.get("disableVarExpansion")
    many = {key: value for key, value in values.items() if isinstance(value, list) and value and not fixed}
    for count, chosen in enumerate(product(*many.values())):
        if count == _MOST:
            place.refuse(f"stands for more than {_MOST:,} cases; the others are not taken")
            return
        yield values | dict(zip(many, chosen, strict=True))


def _options(place: Place) -> None:
    options = place.value.get("options")
    if isinstance(options, dict):
        for key, value in options.items():
            if key != "disableVarExpansion":
                why = ": what is compared is the whole reply" if key.lower().endswith("transform") else ""
                place.inside("options", key).left_out(f"is not taken{why}", value=value)
