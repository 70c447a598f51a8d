"""Owns secrets known by what stands before them: a telling name, an Authorization header, the user part of a URL."""

import re
from collections.abc import Iterator

from evaltui.logs.redact.kinds import Found
from evaltui.logs.redact.randomness import has_digit, looks_random
from evaltui.logs.redact.view import View

_ANY_VALUE = (
    "passw(?:or)?d|passphrase|passcode|passwort|kennwort|mot de passe|contraseña|senha|wachtwoord|pwd|secret"
    r"|(?:db|user|admin|root|smtp|mail|ftp|my_?sql|pg|redis|auth|proxy)[_-]?pass(?![a-z0-9])"  # else it speaks of tests
)
_RANDOM_VALUE = (
    r"token|api[ _-]?key|apikey|(?:access|private|auth|account|encryption|signing|master|service|session)[ _-]?key"
    r"|credentials?|cookie|(?<=[?&])sig(?:nature)?|x-amz-signature|sess(?:ion)?id|authorization"
)
_NAME = re.compile(rf"(?:(?P<any>{_ANY_VALUE})|(?P<random>{_RANDOM_VALUE}))(?P<more>[\w-]{{0,24}}+)")
_SEPARATOR = re.compile(
    r"(?:\\{0,3}[\"'`])?(?:\])?\s{0,4}(?:(?P<sign>:=|=>|==?|:|>)|(?P<prose>is\b:?))[ \t]{0,8}(?P<turn>\n[ \t]{0,12})?"
)
_QUOTED = re.compile(r"[bru]?(?P<quote>\\{0,3}[\"'`])(?P<value>[^\n\"'`]{1,1000}?|[^\n\"]{1,1000}?)(?P=quote)")
_BARE = re.compile(r"(?:[^\s\"'`<>,;()\[\]{}|\\&\ue000]|&(?![\w.-]{0,40}=)){1,1000}")  # & before the next of a query
_LINE = re.compile(r"[ \t]{0,20}(?:- |export |set )?[\w.-]*\Z")
_HARMLESS = re.compile(
    r"(?:none|null|nil|true|false|undefined|str|string|text|bytes?|int|bool|any|optional|required|required\S*|password\S*"
    r"|passwd|secret|token|value|changeme|redacted|hidden|masked|your\S*|\[.*\]|example|\.{3}|[x*•.#_/-]+|\S*[$%]\{?[a-z_]\w*\}?"
    r"|\$\S+|%\S+%|\{\{?.*|<.*|[a-z_]\w*(?:\.[a-z_]\w*)+|(?:process|os|config|settings|self|args|env)\b.*"
    r"|https?://.*|[a-z_]*(?:password|passwd|secret|token|api_?key|hash)[a-z_]*)",
    re.IGNORECASE,
)
_UUID = re.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_BEARER = re.compile(r"(?<![a-z])(?:bearer|basic|token)[ \t]{1,4}")
_HEADER = re.compile(r"authorization[\"'\\]{0,4}\s{0,2}[:=]\s{0,2}[\"'\\]{0,4}\Z")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{8,}")
_USERINFO = re.compile(r"(?<=://)(?:[^\s/@:\"'<>`]{0,100}+:[^\s/\"'<>`]{1,300}|[^\s/@:\"'<>`]{16,300})(?=@[\w\[])")
_TEMPLATE = re.compile(r"[^:]*:(?:\$\{?\w+\}?|\{.*\}|\*+|%\w+%|\[\w+\]|x{3,}|\.{3})")
_NOT_SECRET = re.compile(
    r"(?:next|page|continuation|cancellation|sync|stop|first|last|per|special|eos|pad|csrf)[ _-]?\Z"
)
_COUNTED = re.compile(
    r"s(?![a-z0-9]*(?:_key|_access))|iz|_?(?:count|limit|usage|type|name|id\b|url|uri|file|path|length|policy|expir|hash|field|hint)"
)


def find_assigned(view: View) -> Iterator[Found]:
    """`password=…`, `"client_secret": "…"`: any value behind a password's name, a random one behind a key's."""
    for name in _NAME.finditer(view.low):
        if not _is_about(name["more"]) and not _NOT_SECRET.search(view.low, max(0, name.start() - 14), name.start()):
            yield from _value_after(view, name)


def find_headers(view: View) -> Iterator[Found]:
    """What stands behind `Authorization: Bearer`, and behind a mere `Bearer` when it looks random."""
    for word in _BEARER.finditer(view.low):
        token = _TOKEN.match(view.text, word.end())
        if token and _is_token(view, word, token[0]):
            yield Found(*token.span(), "token")


def find_userinfo(view: View) -> Iterator[Found]:
    """`user:password` in `https://user:password@host`."""
    if "://" in view.text:
        for found in _USERINFO.finditer(view.text):
            if not _TEMPLATE.fullmatch(found[0]) and (":" in found[0] or has_digit(found[0])):
                yield Found(*found.span(), "credentials")


def is_secret_under(name: str, text: str) -> bool:
    """Whether the whole `text` is a secret because it is the value of a field called `name`."""
    found = _last_name(name.lower())
    if found is None or not text or _is_about(found["more"]):
        return False
    return _is_password(text, quoted=True) if found["any"] else _is_key(found["random"], text)


def _last_name(name: str) -> re.Match[str] | None:
    """Of `secret_token_password` the first: it takes the rest with it."""
    found = _NAME.search(name)
    return None if found and _NOT_SECRET.search(name, 0, found.start()) else found


def _is_about(more: str) -> bool:
    """`token_count` and `tokens` are no tokens, `password_policy` is no password."""
    return _COUNTED.match(more) is not None


def _value_after(view: View, name: re.Match[str]) -> Iterator[Found]:
    between = _SEPARATOR.match(view.low, name.end())
    if between is None:
        return
    quoted = _QUOTED.match(view.text, between.end())
    value = quoted or (None if between["turn"] else _BARE.match(view.text, between.end()))
    if value and _is_value(view, name, between, value):
        start, end = value.span("value") if quoted else _trimmed(value)
        yield Found(start, end, "secret")


def _trimmed(value: re.Match[str]) -> tuple[int, int]:
    """Without the full stop that ends a sentence."""
    return value.start(), value.start() + max(1, len(value[0].rstrip(".:")))


def _is_value(view: View, name: re.Match[str], between: re.Match[str], value: re.Match[str]) -> bool:
    quoted = "value" in value.re.groupindex
    text = value["value"] if quoted else value[0].rstrip(".:")
    if _is_call(view.text, value.end()) and not quoted:
        return False
    if name["random"] or between["prose"]:
        return _is_key(name["random"] or "", text) or bool(name["any"] and _is_made_up(text))
    return _is_password(text, quoted=quoted) and (quoted or _stands_alone(view, name, between, text))


def _is_key(name: str, text: str) -> bool:
    """Sessions are numbered by UUIDs that open nothing; elsewhere a UUID may be a key."""
    return looks_random(text) and not (name.startswith("sess") and _UUID.search(text))


def _is_call(text: str, at: int) -> bool:
    return text.startswith(("(", "[", "{"), at)


def _is_password(text: str, *, quoted: bool) -> bool:
    return len(text) >= 4 and _HARMLESS.fullmatch(text) is None and (not quoted or _is_short(text))


def _is_short(text: str) -> bool:
    """A quoted sentence is about a password, not one; a passphrase of some words is."""
    return text.count(" ") <= 6 and not text.endswith((".", "?", "…"))


def _stands_alone(view: View, name: re.Match[str], between: re.Match[str], text: str) -> bool:
    """`password=word` without blanks, a line of its own as in YAML, or a word that no sentence holds."""
    if between[0] in ("=", ":", ">") or _is_made_up(text):
        return True
    line = view.text.rfind("\n", 0, name.start()) + 1
    rest = view.text[between.end() + len(text) : between.end() + len(text) + 3].lstrip(" \t\r")
    return name.start() - line < 60 and rest[:1] in ("", "\n") and bool(_LINE.match(view.text[line : name.start()]))


def _is_made_up(text: str) -> bool:
    """A word with a digit or a sign in it, of 6 characters and more."""
    return (
        len(text) >= 6
        and (has_digit(text) or re.search(r"[!#$%^*?@+~]", text) is not None)
        and not _HARMLESS.fullmatch(text)
    )


def _is_token(view: View, word: re.Match[str], token: str) -> bool:
    if _HEADER.search(view.low, max(0, word.start() - 24), word.start()):
        return not _HARMLESS.fullmatch(token)
    return word[0][0] == "b" and looks_random(token)
