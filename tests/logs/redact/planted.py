"""Builds texts with planted secrets. All are invented, and none stands in this file whole."""

import json
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from random import Random

UPPER, DIGITS, HEX = string.ascii_uppercase, string.digits, "0123456789abcdef"
ALNUM, URLSAFE = string.ascii_letters + DIGITS, string.ascii_letters + DIGITS + "_-"

MAILS = ["example.com", "mail.example.org", "uni.example.ac.uk"]
SIX = "2001:0db8:85a3:0000:0000:8a2e:0370:7334"
NETWORKS = ["eu.corp", "prod.internal", "office.local"]


@dataclass(frozen=True)
class Planted:
    """A text, and what must not be left of it; no `secrets`: nothing in it may be touched."""

    name: str
    text: str
    secrets: tuple[str, ...] = ()


def planted() -> list[Planted]:
    """The same list each time."""
    rng = Random(20261)
    return [*_generated(rng), *_hard(rng)]


def _body(rng: Random, length: int, alphabet: str = ALNUM) -> str:
    """Obviously fake, and of the right shape: FAKE inside where the alphabet has it; a digit, and both cases."""
    body = "".join(rng.choice(alphabet) for _ in range(length))
    mark = next(mark for mark in ("FAKE9x", "FAKE9", "0fa4e", "0") if set(mark) <= set(alphabet))
    return mark + body[len(mark) :]


def _luhn(head: str, length: int, rng: Random) -> str:
    body = head + "".join(rng.choice(DIGITS) for _ in range(length - len(head) - 1))
    total = sum(sum(divmod(int(d) * (2 - place % 2), 10)) for place, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def _iban(country: str, body: str) -> str:
    digits = "".join(str(int(char, 36)) for char in body + country + "00")
    return f"{country}{98 - int(digits) % 97:02}{body}"


def _groups(text: str, size: int = 4, by: str = " ") -> str:
    return by.join(text[at : at + size] for at in range(0, len(text), size))


SHAPES: dict[str, Callable[[Random], str]] = {
    "anthropic": lambda r: "sk" + "-ant-" + "api03-" + _body(r, 93, URLSAFE) + "AA",
    "openai": lambda r: "sk" + "-" + _body(r, 48),
    "openai project": lambda r: "sk" + "-proj-" + _body(r, 64, URLSAFE),
    "aws id": lambda r: "AK" + "IA" + _body(r, 16, UPPER + "0123456789"),
    "github": lambda r: "gh" + r.choice("pousr") + "_" + _body(r, 36),
    "github fine-grained": lambda r: "github" + "_pat_" + _body(r, 22) + "_" + _body(r, 59),
    "gitlab": lambda r: "gl" + "pat-" + _body(r, 20),
    "slack": lambda r: "xo" + "xb-" + _body(r, 12, DIGITS) + "-" + _body(r, 24),
    "stripe": lambda r: "sk" + r.choice(["_live_", "_test_"]) + _body(r, 24),
    "google": lambda r: "AI" + "za" + _body(r, 35),
    "npm": lambda r: "np" + "m_" + _body(r, 36),
    "pypi": lambda r: "py" + "pi-AgEI" + _body(r, 60),
    "hugging face": lambda r: "h" + "f_" + _body(r, 34),
    "sendgrid": lambda r: "S" + "G." + _body(r, 22) + "." + _body(r, 43),
    "jwt": lambda r: "ey" + "J" + _body(r, 30) + ".ey" + "J" + _body(r, 50) + "." + _body(r, 43),
    "visa": lambda r: _luhn("4", 16, r),
    "mastercard grouped": lambda r: _groups(_luhn("53", 16, r)),
    "visa dashed": lambda r: _groups(_luhn("4", 16, r), by="-"),
    "amex": lambda r: _luhn("37", 15, r),
    "iban de": lambda r: _iban("DE", _body(r, 18, DIGITS)),
    "iban gb grouped": lambda r: _groups(_iban("GB", "FAKE" + _body(r, 14, DIGITS))),
    "email": lambda r: r.choice(["ana", "li.wei", "o_brien", "zoe+shop"]) + f"{r.randrange(99)}@" + r.choice(MAILS),
    "phone us": lambda r: f"({r.choice([212, 415, 617, 305])}) {r.randrange(201, 990)}-{r.randrange(1000, 9999)}",
    "phone us dashed": lambda r: f"{r.choice([212, 415, 617, 305])}-{r.randrange(220, 990)}-{r.randrange(1000, 9999)}",
    "phone de": lambda r: f"+49 30 {r.randrange(100000, 999999)}",
    "phone gb": lambda r: f"+44 7700 900{r.randrange(100, 999)}",
    "ipv4": lambda r: f"10.{r.randrange(10, 250)}.{r.randrange(10, 250)}.{r.randrange(10, 250)}",
    "ipv6": lambda r: f"2001:db8:{r.randrange(16, 4095):x}::{r.randrange(4096, 65535):x}:{r.randrange(1, 15):x}",
    "ssn": lambda r: f"{r.randrange(100, 600)}-{r.randrange(10, 99)}-{r.randrange(1000, 9999)}",
    "host": lambda r: r.choice(["db", "ci", "vault"]) + f"{r.randrange(9)}." + r.choice(NETWORKS),
    "replicate": lambda r: "r" + "8_" + _body(r, 37),
    "perplexity": lambda r: "pp" + "lx-" + _body(r, 40),
    "mailgun": lambda r: "ke" + "y-" + _body(r, 32, HEX),
    "notion": lambda r: r.choice(["secr" + "et_", "nt" + "n_"]) + _body(r, 43),
    "figma": lambda r: "fi" + "gd_" + _body(r, 40, URLSAFE),
    "grafana": lambda r: "gl" + "sa_" + _body(r, 32) + "_" + _body(r, 8, HEX),
    "new relic": lambda r: "NR" + "AK-" + _body(r, 27, UPPER + DIGITS),
    "sentry": lambda r: "sn" + "trys_" + _body(r, 60),
    "docker": lambda r: "dc" + "kr_pat_" + _body(r, 27, URLSAFE),
    "tailscale": lambda r: "ts" + "key-auth-" + _body(r, 12) + "-" + _body(r, 32),
    "supabase": lambda r: "sb" + "p_" + _body(r, 40, HEX),
    "circleci": lambda r: "CCI" + "PAT_" + _body(r, 22) + "_" + _body(r, 40, HEX),
    "posthog": lambda r: "ph" + r.choice("cx") + "_" + _body(r, 43),
    "atlassian": lambda r: "AT" + "ATT3" + _body(r, 180),
    "square": lambda r: "sq" + "0atp-" + _body(r, 22, URLSAFE),
    "airtable": lambda r: "pa" + "t" + _body(r, 14) + "." + _body(r, 64, HEX),
    "discord bot": lambda r: "M" + _body(r, 23) + "." + _body(r, 6) + "." + _body(r, 38),
    "visa dotted": lambda r: _groups(_luhn("4", 16, r), by="."),
}  # fmt: skip

FRAMES: tuple[Callable[[str], str], ...] = (
    lambda s: f"Hi, you can use {s} for now, thanks!",
    lambda s: json.dumps({"note": f"customer sent {s}", "n": 3}),
    lambda s: f"2026-03-04T10:11:12Z INFO handler value={s} status=200",
    lambda s: f'value = "{s}"  # from the console',
    lambda s: f"config:\n  retries: 3\n  value: {s}\n  debug: true\n",
    lambda s: f"First line.\nThen: {s}\nLast line.",
    lambda s: f"It was ({s}), I think.",
    lambda s: f"curl -s https://api.example.com/v2/things -d 'x={s}'",
)
FIELDS: dict[str, Callable[[str], str]] = {
    "env": lambda s: f"export DB_PASSWORD={s}\n",
    "yaml": lambda s: f"database:\n  host: db\n  password: {s}\n  port: 5432\n",
    "json": lambda s: json.dumps({"user": "ana", "client_secret": s}),
    "json in json": lambda s: json.dumps({"body": json.dumps({"password": s})}),
    "python": lambda s: f'connect(user="ana", password="{s}")',
    "said": lambda s: f"my password is {s} and it still fails",
    "api key": lambda s: f"API_KEY = '{s}'",
    "header": lambda s: f"curl -H 'x-api-key: {s}' https://api.example.com",
    "token": lambda s: f"access_token={s}&expires_in=3600",
    "bearer": lambda s: f"Authorization: Bearer {s}",
    "json bearer": lambda s: json.dumps({"headers": {"authorization": f"Bearer {s}"}}),
    "basic": lambda s: f"authorization: Basic {s}==",
    "url": lambda s: f"postgres://svc:{s}@db.example.com:5432/shop",
    "french": lambda s: f"le mot de passe : {s}",
    "mysql": lambda s: f"mysql -u root -h db -p{s} shop",
    "aws": lambda s: f"aws_secret_access_key = {s}",
}
HOMES: dict[str, Callable[[str], str]] = {
    "linux": lambda s: f"File /home/{s}/work/app.py, line 3",
    "mac": lambda s: json.dumps({"cwd": f"/Users/{s}/dev/shop"}),
    "windows": lambda s: f"C:\\Users\\{s}\\Documents\\a.txt is missing",
    "windows share": lambda s: f"\\\\srv\\c$\\Users\\{s}\\a.txt",
    "windows in json": lambda s: json.dumps({"path": f"C:\\Users\\{s}\\a.txt"}),
    "url": lambda s: f"see file:///home/{s}/notes.md",
    "far": lambda s: f"cd /usr/local/google/home/{s}/src",
    "other root": lambda s: f"/var/home/{s}/src",
    "exported": lambda s: f"/export/home/{s}/src",
    "dashed": lambda s: f"~/.claude/projects/-Users-{s}-dev-shop/x.jsonl",
}


def _generated(rng: Random) -> Iterator[Planted]:
    frames = cycle(FRAMES)
    for name, make in SHAPES.items():
        for number in range(6):
            secret = make(rng)
            yield Planted(f"{name} {number}", next(frames)(secret), (secret,))
    for name, field in FIELDS.items():
        for number in range(4):
            secret = _body(rng, 40)
            yield Planted(f"field {name} {number}", field(secret), (secret,))
    for name, home in HOMES.items():
        for person in ("mmustermann", "a.example", "jo42"):
            yield Planted(f"home {name} {person}", home(person), (person,))


def _block(rng: Random, kind: str, by: str) -> str:
    lines = [_body(rng, 64) for _ in range(6)]
    return by.join(["-----BEGIN " + kind + "PRIVATE KEY-----", *lines, "-----END " + kind + "PRIVATE KEY-----"])


def _wide(text: str) -> str:
    """In full-width letters, as a Japanese keyboard writes them."""
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


def _hard(rng: Random) -> Iterator[Planted]:
    """What a plain pattern misses."""
    email, card, key = "ana.lopez@example.com", _luhn("4", 16, rng), SHAPES["anthropic"](rng)
    block, escaped = _block(rng, "RSA ", "\n"), _block(rng, "", "\\n")
    cut = _block(rng, "EC ", "\n").rsplit("\n", 1)[0]
    wide, iban = _wide(email), _iban("DE", "370400440532013001").lower()
    hidden = "\u200b".join([key[:20], key[20:50], key[50:]])
    word = "Tr0ub4dor" + "&3"
    phrase = "correct horse " + "battery staple"
    texts: dict[str, tuple[str, str]] = {
        "key block": (f"here:\n{block}\nthanks", block),
        "key block in JSON": (f'{{"private_key": "{escaped}"}}', escaped),
        "key block cut off": (f"log:\n{cut}", cut),
        "key block quoted": ("> " + block.replace("\n", "\n> "), block.split("\n")[3]),
        "full-width e-mail": (f"write to {wide} please", wide),
        "full-width card": (f"card {_wide(card)}", _wide(card)),
        "zero-width key": (f"key {hidden} end", hidden),
        "zero-width e-mail": ("to ana\u200b.lopez@exam\u200bple.com!", "ana\u200b.lopez@exam\u200bple.com"),
        "soft hyphen in card": (f"card {card[:8]}\u00ad{card[8:]}", f"{card[:8]}\u00ad{card[8:]}"),
        "spoken e-mail": ("ana.lopez (at) example (dot) com", "ana.lopez (at) example (dot) com"),
        "mailto": (f'<a href="mailto:{email}">', email),
        "angle brackets": (f"From: Ana <{email}>", email),
        "end of sentence": (f"Mine is {email}.", email),
        "umlaut e-mail": ("an jürgen.groß@example.de bitte", "jürgen.groß@example.de"),
        "capital e-mail": ("ANA.LOPEZ@EXAMPLE.COM", "ANA.LOPEZ@EXAMPLE.COM"),
        "e-mail in query": ("https://shop.example/u?mail=ana.lopez@example.com&x=1", email),
        "two separated by comma": (f"{email},bo@example.org", f"{email},bo@example.org"),
        "password with signs": (f"password={word}", word),
        "password in prose": (f"The password is: {word}.", word),
        "passphrase": (f'passphrase: "{phrase}"', phrase),
        "plain yaml password": ("user: ana\npassword: sunflower\nport: 1\n", "sunflower"),
        "plain env password": ("PGPASSWORD=sunflower psql", "sunflower"),
        "german password": ("Passwort: Sonne77!", "Sonne77!"),
        "escaped JSON password": ('{\\"password\\": \\"sunflower\\"}', "sunflower"),
        "arrow": (f"'secret' => '{word}'", word),
        "url with odd password": ("redis://:p4ss-w0rd-x@cache:6379/0", "p4ss-w0rd-x"),
        "token in url": ("git clone https://" + _body(rng, 40) + "@git.example.com/a/b", ""),
        "slack webhook": ("https://hooks.slack.com/services/" + "T0FAKE0A/B0FAKE0B/" + _body(rng, 24), ""),
        "azure": ("AccountName=x;Account" + "Key=" + _body(rng, 86) + "==;", ""),
        "telegram": ("bot " + _body(rng, 9, DIGITS) + ":AA" + _body(rng, 33), ""),
        "amex grouped": ("amex 3782 822463 " + "10005", "3782 822463 " + "10005"),
        "lower-case iban": (f"iban {iban}", iban),
        "iban dashes": ("IBAN: " + _groups(_iban("FR", "20041010050500013M02607"), by="-"), "0505"),
        "ssn told": ("her SSN is 219 09 " + "9998", "219 09 " + "9998"),
        "ssn without dashes": ("ssn: 21909" + "9998", "21909" + "9998"),
        "german phone": ("Tel. 030 " + "901820, abends", "030 " + "901820"),
        "british phone": ("call me on 020 7946 " + "0018 today", "020 7946 " + "0018"),
        "phone without blanks": ("my mobile: 07911" + "123456", "07911" + "123456"),
        "00 prefix": ("erreichbar unter 0049 30 " + "901820", "0049 30 " + "901820"),
        "us with one": ("1-415-555-" + "2671 is mine", "1-415-555-" + "2671"),
        "us dots": ("reach: 415.555." + "2671", "415.555." + "2671"),
        "plus compact": ("whatsapp +1415555" + "2671!", "+1415555" + "2671"),
        "no-break blanks": ("+49\u00a030\u00a0" + "901820", "901820"),
        "ip with port": ("connect 192.168.7.14:8443 refused", "192.168.7.14"),
        "ip in url": ("http://172.16.31.9/admin", "172.16.31.9"),
        "full ipv6": (f"from {SIX} port 22", SIX),
        "link-local": ("fe80::1ff:fe23:4567:890a%eth0 up", "fe80::1ff:fe23:4567:890a"),
        "bracketed ipv6": ("http://[2001:db8:0:1::7]:8080/", "2001:db8:0:1::7"),
        "host in url": ("https://wiki.eu.corp/page?id=1", "wiki.eu.corp"),
        "mac host": ("Anas-MacBook-Pro.local said", "Anas-MacBook-Pro.local"),
        "windows name of two words": ("C:\\Users\\Ana Lopez\\Desktop\\x", "Ana Lopez"),
        "wsl": ("/mnt/c/Users/alopez/x", "alopez"),
        "after an escaped line end": (f'"body": "Hello\\n{email}\\nbye"', email),
        "key after an escaped line end": (f'"log": "start\\n{key}\\n"', key),
        "e-mail in a URL": ("https://shop.example/?to=ana.lopez%40example.com", "ana.lopez%40example.com"),
        "option": ("mysql --password sun" + "flower7 shop", "sun" + "flower7"),
        "curl user": ("curl -s -u ana:sun" + "flower https://x.example", "ana:sun" + "flower"),
        "xml": ("<password>sun" + "flower</password>", "sun" + "flower"),
        "pass": ("DB_PASS=sun" + "flower\n", "sun" + "flower"),
        "signed URL": (f"https://x.example/f?sv=1&sig={_body(rng, 43)}", ""),
        "ampersand": ("password=sun" + "&flower", "sun" + "&flower"),
        "form": ("user=ana&password=sun" + "flower&x=1", "sun" + "flower"),
        "discord": ("https://discord.example/api/webhooks/" + _body(rng, 18, DIGITS) + "/" + _body(rng, 68), ""),
        "nora at home": (r"C:\Users\nora\x", "nora"),
        "card and its code": (f"{_groups(card)} 123", _groups(card)),
        "range of IPs": ("10.20.0.5-10.20.0.9 are ours", "10.20.0.5-10.20.0.9"),
        "my number": ("Meine Nummer: 0171 234" + "5678", "0171 234" + "5678"),
        "lone surrogate": (f"\ud800{email}\udfff", email),
    }  # fmt: skip
    for name, (text, secret) in texts.items():
        yield Planted(name, text, (secret or _longest(text),))


def _longest(text: str) -> str:
    """The longest row of letters and digits: the secret of those texts that hold one random row."""
    return max("".join(char if char.isalnum() else " " for char in text).split(), key=len)
