"""Owns what each word of a filter asks of a row of `sides.listed`, as SQL: fixed fragments, with values as parameters.

`tool:` sees the calls that were answered, and those that a scorer of calls names in its detail, made or missing.
`cost`, `tokens` and `turns` are of the answers of the candidate; what judges used is not among them.
"""

# ruff: noqa: S608 - the text is put together from fragments of our own, every value is a parameter

import json
from collections.abc import Callable, Iterable

from evaltui.domain.query import Query, Term
from evaltui.store.sides import Sides
from evaltui.store.text import text

Values = dict[str, object]

CRITICAL = """(case_row IN (SELECT id FROM cases WHERE critical = 1)
    OR (was_row <> case_row AND was_row IN (SELECT id FROM cases WHERE critical = 1)) IS TRUE)"""
GROUP = """coalesce(nullif((SELECT group_name FROM cases WHERE cases.id = was_row), ''),
    (SELECT group_name FROM cases WHERE cases.id = listed.case_row))"""
TAG = "EXISTS (SELECT 1 FROM case_tags WHERE case_tags.case_row = listed.case_row AND tag {like})"

TURNS = """(SELECT max(turn) FROM samples CROSS JOIN requests ON requests.sample_id = samples.id AND purpose = 'answer'
    WHERE samples.run_id = :run_a AND samples.position = key)"""
OUTCOMES = """FROM samples CROSS JOIN requests ON requests.sample_id = samples.id AND purpose = 'answer'
    CROSS JOIN outcomes ON outcomes.request_id = requests.id AND outcomes.result = 'succeeded' {join}
    WHERE samples.run_id = :run_a AND samples.position = key"""
PROMPT = "(input_tokens + cache_creation_input_tokens + cache_read_input_tokens)"
TOKENS = f"(SELECT sum({PROMPT} + output_tokens) {OUTCOMES.format(join='')})"
# A row of :prices is a model, the prompts it is for, and five prices. Where one is missing the cost is not known.
PRICES = """prices AS MATERIALIZED (
    SELECT json_extract(value, '$[0]') AS of_model, json_extract(value, '$[1]') AS over,
        json_extract(value, '$[2]') AS up_to, json_extract(value, '$[3]') AS input,
        json_extract(value, '$[4]') AS output, json_extract(value, '$[5]') AS write_5m,
        json_extract(value, '$[6]') AS write_1h, json_extract(value, '$[7]') AS read FROM json_each(:prices))"""
PRICE = f"""LEFT JOIN prices ON of_model = outcomes.model AND {PROMPT} > over AND {PROMPT} <= up_to"""
COST = f"""(SELECT CASE WHEN count(of_model) = count(*) THEN sum(input_tokens * input + output_tokens * output
        + (cache_creation_input_tokens - cache_creation_1h_input_tokens) * write_5m
        + cache_creation_1h_input_tokens * write_1h + cache_read_input_tokens * read) END
    {OUTCOMES.format(join=PRICE)})"""
NUMBERS = {"cost": COST, "tokens": TOKENS, "turns": TURNS, "value": "value", "drop": "(-fall)"}

SCORER = """key IN (SELECT samples.position FROM scores CROSS JOIN samples ON samples.id = scores.sample_id
    WHERE scores.scoring_id = :scoring_a AND scores.passed = 0
        AND scorer_id IN (SELECT id FROM scorers WHERE name {like})
        AND scores.request_id = (SELECT max(request_id) FROM grades
            WHERE grades.scoring_id = :scoring_a AND grades.sample_id = scores.sample_id))"""
TOOL = """(key IN (SELECT samples.position FROM samples
        CROSS JOIN requests ON requests.sample_id = samples.id AND purpose = 'answer'
        CROSS JOIN tool_results ON tool_results.request_id = requests.id
        WHERE samples.run_id = :run_a AND tool {like})
    OR key IN (SELECT samples.position FROM scores CROSS JOIN samples ON samples.id = scores.sample_id
        WHERE scores.scoring_id = :scoring_a
            AND scorer_id IN (SELECT id FROM scorers WHERE kind IN ('tool_choice', 'trajectory'))
            AND EXISTS (SELECT 1 FROM json_each(scores.detail, '$.calls') AS call
                WHERE json_valid(scores.detail) AND json_extract(call.value, '$.name') {like})))"""
FOUND = "EXISTS (SELECT 1 FROM current_findings WHERE run_id = :run_a AND position = key AND {asked})"
NOTED = FOUND.format(asked="note IS NOT NULL")
JUDGED = FOUND.format(asked="label IS NOT NULL AND label <> 'later'")
LABELS = {"noted": NOTED, "open": f"NOT {JUDGED}"}
FOUND_FLAKY = FOUND.format(asked="label = 'flaky'")
LABEL = FOUND.format(asked="label = {value}")
FINDING = FOUND.format(asked="(label {like} OR note LIKE {part} ESCAPE '\\')")

STATES = {"pass": "passes", "fail": "fails"}
# What a kind implies is asked first, so that most rows are left before the other run is looked at.
IMPLIED = {"broke": "fails", "fixed": "passes", "fail": "fails", "pass": "passes"}


def where(of: Sides, query: Query) -> tuple[str, Values]:
    """The condition that all terms make together, and its parameters."""
    made = [_sql(of, term, number) for number, term in enumerate(query.terms)]
    values = {
        name: text(value) if isinstance(value, str) else value for _, some in made for name, value in some.items()
    }
    return " AND ".join(sql for sql, _ in made) or "1", values


def _sql(of: Sides, term: Term, number: int) -> tuple[str, Values]:
    """Unknown is not true: a case of unknown cost is neither over nor under a number, and only `!` finds it."""
    asked, values = _ASKED[term.field](of, term, f"v{number}")
    return f"(({asked}) IS NOT TRUE)" if term.negated else f"({asked})", values


def _kind(of: Sides, term: Term, _name: str) -> tuple[str, Values]:
    if term.value not in of.kinds:
        return "0", {}
    return _of_kind(term.value, of.kinds), {}


def _of_kind(kind: str, kinds: Iterable[str]) -> str:
    implied = f"{IMPLIED[kind]} AND " if kind in IMPLIED else ""
    return f"{implied}kind = {list(kinds).index(kind)}"


def _like(value: str, name: str) -> tuple[str, Values]:
    """Equal, or with a star GLOB, whose other signs are taken literally."""
    if "*" not in value:
        return f"= :{name}", {name: value}
    return f"GLOB :{name}", {name: value.replace("[", "[[]").replace("?", "[?]")}


def _part(value: str, name: str) -> tuple[str, Values]:
    """A part of a text, whatever the case of ASCII letters."""
    literal = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f":{name}", {name: f"%{literal.replace('*', '%')}%"}


def _named(sql: str) -> "_Ask":
    def ask(_of: Sides, term: Term, name: str) -> tuple[str, Values]:
        like, values = _like(term.value, name)
        return sql.format(like=like), values

    return ask


def _text(sql: str) -> "_Ask":
    def ask(_of: Sides, term: Term, name: str) -> tuple[str, Values]:
        part, values = _part(term.value, name)
        return sql.format(part=part), values

    return ask


def _fixed(sql: str) -> "_Ask":
    return lambda _of, _term, _name: (sql, {})


def _compared(_of: Sides, term: Term, name: str) -> tuple[str, Values]:
    return f"{NUMBERS[term.field]} {term.operator} :{name}", {name: term.number}


def _label(_of: Sides, term: Term, name: str) -> tuple[str, Values]:
    if term.value in LABELS:
        return LABELS[term.value], {}
    return LABEL.format(value=f":{name}"), {name: term.value}


def _finding(_of: Sides, term: Term, name: str) -> tuple[str, Values]:
    (like, values), (part, more) = _like(term.value, name), _part(term.value, f"{name}p")
    return FINDING.format(like=like, part=part), values | more


def _listed(_of: Sides, term: Term, name: str) -> tuple[str, Values]:
    return f"case_id IN (SELECT value FROM json_each(:{name}))", {name: json.dumps(term.value.split(","))}


_Ask = Callable[[Sides, Term, str], tuple[str, Values]]
_ASKED: dict[str, _Ask] = {
    "kind": _kind,
    "state": lambda _of, term, _name: (STATES[term.value], {}),
    "critical": _fixed(CRITICAL),
    "flaky": _fixed(f"(mixed OR {FOUND_FLAKY})"),
    "label": _label,
    "tag": _named(TAG),
    "id": _named("case_id {like}"),
    "group": _named(f"{GROUP} {{like}}"),
    "tool": _named(TOOL),
    "scorer": _named(SCORER),
    "reason": _text("reason LIKE {part} ESCAPE '\\'"),
    "finding": _finding,
    "cases": _listed,
    "text": _text("(case_id LIKE {part} ESCAPE '\\' OR reason LIKE {part} ESCAPE '\\')"),
    **dict.fromkeys(NUMBERS, _compared),
}
