"""What the health of an evalset of N cases costs, in this process: `python -m tests.benchmarks.health [100000]`.

Three kinds of sets: texts of random words of which a tenth is copied with one word changed, real-looking questions that
are all alike, and cases of one template, which is the worst there is.
"""

import random
import resource
import sys
import time
from collections.abc import Callable
from functools import partial

from evaltui.domain.case import Case
from evaltui.domain.leak import Source
from evaltui.evalsets.health.conflicts import conflicts
from evaltui.evalsets.health.coverage import coverage
from evaltui.evalsets.health.duplicates import copies, duplicates
from evaltui.evalsets.health.leakage import leaks
from evaltui.evalsets.health.templates import templates
from evaltui.evalsets.health.verdicts import records, saturation, suspects

LABELS = ("refund", "shipping", "invoice", "password", "cancel")
PROMPT_WORDS, EXAMPLES = 1_500, 50
RUNS = 12


def main(count: int) -> None:
    chance = random.Random(5)
    varied = mixed(count, chance)
    checks(varied, prompt(varied, chance))
    for name, made in (("everyday", everyday(count, chance)), ("one template", template(count))):
        said(f"duplicates, {name}", partial(duplicates, made))
        said(f"templates, {name}", partial(templates, made))
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def checks(made: list[Case], source: Source) -> None:
    half = len(made) // 2
    passes = {case.id: [hash((case.id, run)) % 9 > 0 for run in range(RUNS)] for case in made}
    acts: dict[str, Callable[[], object]] = {
        "duplicates": partial(duplicates, made),
        "copies of a half in the other": partial(copies, made[half:], made[:half]),
        "conflicts": partial(conflicts, made),
        "templates": partial(templates, made),
        f"leaks into {PROMPT_WORDS:,} words": partial(leaks, made, [source]),
        "coverage": partial(coverage, made, {case: runs[-1] for case, runs in passes.items()}),
        f"records of {RUNS} runs": partial(records, passes),
        "suspects": partial(suspects, passes, {case.id: case.tags[0] for case in made}),
        "saturation": partial(saturation, passes, 0.02),
    }
    for name, act in acts.items():
        said(name, act)


def mixed(count: int, chance: random.Random) -> list[Case]:
    """Five to twenty-five words each; the last tenth are copies of the first with one word changed."""
    known = [f"w{n}" for n in range(3_000)]
    texts = [chance.choices(known, k=chance.randint(5, 25)) for _ in range(count - count // 10)]
    texts += [[*words[:3], "changed", *words[4:]] for words in texts[: count // 10]]
    return [case(n, " ".join(words)) for n, words in enumerate(texts)]


def everyday(count: int, chance: random.Random) -> list[Case]:
    """Questions of few words, many of which are alike."""
    starts = ("how do I", "why can't I", "please help me to", "I would like to", "is there a way to", "when can I")
    acts = ("cancel", "change", "track", "return", "pay for", "find", "receive", "replace", "see")
    things = [
        f"{kind} {thing}" for kind in ("my", "the new", "a lost") for thing in ("card", "order", "bill", "parcel")
    ]
    ends = [" ".join(chance.choices([f"v{n}" for n in range(400)], k=5)) for _ in range(2_000)]
    parts = (starts, acts, things, ends)
    return [case(n, " ".join(chance.choice(part) for part in parts)) for n in range(count)]


def template(count: int) -> list[Case]:
    """One sentence with one number in it."""
    return [
        case(n, f"Hello, where is my order FW-{n} that I paid for on the {n % 28}. of March?") for n in range(count)
    ]


def case(number: int, text: str) -> Case:
    label = LABELS[number % len(LABELS)]
    return Case(id=f"case-{number}", input=text, expected=label, tags=[label, f"area-{number % 50}"])


def prompt(made: list[Case], chance: random.Random) -> Source:
    """Words of the set, and some of its cases."""
    filler = " ".join(chance.choices([f"w{n}" for n in range(3_000)], k=PROMPT_WORDS))
    return Source("system prompt", "system.md", "\n".join([filler, *(str(each.input) for each in made[:EXAMPLES])]))


def said(name: str, act: Callable[[], object]) -> None:
    """One act: processor seconds, because machines are shared, and how much it found."""
    started = time.process_time()
    result = act()
    found = getattr(result, "clusters", None) or getattr(result, "near", None) or result
    size = f"{len(found):>8,} found" if isinstance(found, tuple) else ""
    print(f"{name:<32}{time.process_time() - started:6.2f} s {size}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
