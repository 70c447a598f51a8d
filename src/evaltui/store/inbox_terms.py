"""Owns what each word of an inbox filter asks, as SQL over `listed_items`: fixed fragments, values as parameters."""

from evaltui.domain.query import Query, Term
from evaltui.store.text import text

Values = dict[str, object]

FAILURE = "id IN (SELECT version_id FROM item_failures WHERE repeated = 0 AND reason {like})"
TOOL = "id IN (SELECT version_id FROM item_tools WHERE tool {like})"
ID = "item_id IN (SELECT items.id FROM items WHERE digest {like})"
# Which versions are meant is found first, by all that a search reads: few of them are then looked up.
TEXT = """id IN (SELECT version_id FROM item_texts WHERE folded LIKE :{name}_folded ESCAPE '\\' UNION ALL
    SELECT id FROM item_versions WHERE item_id IN (
        SELECT item_id FROM current_item_notes WHERE note LIKE :{name} ESCAPE '\\'))"""
_FIXED = {"failed": "failures > 0", "noted": "note <> ''"}
_NAMED = {
    "reason": FAILURE, "tool": TOOL, "id": ID, "kind": "kind {like}", "source": "source {like}",
    "model": "model {like}", "signature": "signature {like}",
}  # fmt: skip
_PARTS = {"note": "note {part}", "case": "case_name {part}"}
# The day that is named belongs to what is asked; `~` comes after all that may follow it.
_DAYS = {"since": "told_at >= :{name}", "until": "told_at <> '' AND told_at < :{name} || '~'"}


def where(query: Query) -> tuple[str, Values]:
    """The condition that all terms make together, and its parameters."""
    made = [_sql(term, f"v{number}") for number, term in enumerate(query.terms)]
    values = {name: value for _, some in made for name, value in some.items()}
    return " AND ".join(sql for sql, _ in made) or "1", values


def _sql(term: Term, name: str) -> tuple[str, Values]:
    asked, values = (_text if term.field == "text" else _asked)(term, name)
    return f"(({asked}) IS NOT TRUE)" if term.negated else f"({asked})", values


def _asked(term: Term, name: str) -> tuple[str, Values]:
    if term.field in _FIXED:
        return _FIXED[term.field], {}
    if term.field == "state":
        return f"state = :{name}", {name: term.value}
    if term.operator is not None:
        return f"{term.field} {term.operator} :{name}", {name: term.number}
    if term.field in _DAYS:
        return _DAYS[term.field].format(name=name), {name: term.value}
    if term.field in _PARTS:
        return _PARTS[term.field].format(part=f"LIKE :{name} ESCAPE '\\'"), {name: _part(text(term.value))}
    like, value = _like(text(term.value), name)
    return _NAMED[term.field].format(like=like), {name: value}


def _text(term: Term, name: str) -> tuple[str, Values]:
    """A plain word, whatever its case; in notes whatever the case of its ASCII letters."""
    part = _part(text(term.value))
    return TEXT.format(name=name), {name: part, f"{name}_folded": part.casefold()}


def _like(value: str, name: str) -> tuple[str, str]:
    """Equal, or with a star GLOB, whose other signs are taken literally."""
    if "*" not in value:
        return f"= :{name}", value
    return f"GLOB :{name}", value.replace("[", "[[]").replace("?", "[?]")


def _part(value: str) -> str:
    """A part of a text, whatever the case of ASCII letters."""
    literal = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literal.replace('*', '%')}%"
