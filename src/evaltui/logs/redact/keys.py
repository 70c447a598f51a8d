"""Owns keys and tokens that are known by their shape: each provider's prefix and alphabet."""

import re
from collections.abc import Iterator

from evaltui.logs.redact.kinds import Found
from evaltui.logs.redact.randomness import has_digit, is_hex, is_mixed
from evaltui.logs.redact.view import View

_URLSAFE = "[A-Za-z0-9_-]"
_SHAPES = {  # what must stand in the text, for speed → what a key looks like
    "sk-": rf"sk-{_URLSAFE}{{20,}}",  # Anthropic (sk-ant-), OpenAI (sk-proj-), OpenRouter
    "AKIA": "AKIA[A-Z0-9]{16}(?![A-Z0-9])",
    "ASIA": "ASIA[A-Z0-9]{16}(?![A-Z0-9])",
    "ghp_": "ghp_[A-Za-z0-9]{30,}", "gho_": "gho_[A-Za-z0-9]{30,}", "ghu_": "ghu_[A-Za-z0-9]{30,}",
    "ghs_": "ghs_[A-Za-z0-9]{30,}", "ghr_": "ghr_[A-Za-z0-9]{30,}",
    "github_pat_": "github_pat_[A-Za-z0-9_]{22,}",
    "gl": rf"gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt)-{_URLSAFE}{{20,}}",
    "xox": "xox[abeoprs]-[A-Za-z0-9-]{10,}",
    "xapp-": "xapp-[0-9]-[A-Za-z0-9-]{10,}",
    "hooks.slack.com/services/": "(?<=hooks.slack.com/services/)T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{16,}",
    "_live_": "[srp]k_live_[A-Za-z0-9]{16,}", "_test_": "[srp]k_test_[A-Za-z0-9]{16,}",
    "whsec_": "whsec_[A-Za-z0-9+/]{24,}=*",
    "AIza": rf"AIza{_URLSAFE}{{35}}(?!{_URLSAFE})",
    "ya29.": rf"ya29\.{_URLSAFE}{{20,}}",
    "GOCSPX-": rf"GOCSPX-{_URLSAFE}{{24,}}",
    "npm_": "npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])",
    "pypi-": rf"pypi-{_URLSAFE}{{40,}}",
    "hf_": "hf_[A-Za-z0-9]{30,}",
    "gsk_": "gsk_[A-Za-z0-9]{30,}",
    "xai-": "xai-[A-Za-z0-9]{30,}",
    "SG.": rf"SG\.{_URLSAFE}{{16,}}\.{_URLSAFE}{{16,}}",
    "do": "do[opr]_v1_[a-f0-9]{40,}",
    "SK": "SK[a-f0-9]{32}(?![a-z0-9])",  # Twilio
    "api/webhooks/": rf"(?<=api/webhooks/)[0-9]{{15,20}}/{_URLSAFE}{{40,}}",  # Discord
    "dapi": "dapi[a-f0-9]{32}(?![A-Za-z0-9])",
    "shp": "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    "lin_api_": "lin_api_[A-Za-z0-9]{32,}",
    "hvs.": rf"hvs\.{_URLSAFE}{{20,}}",
    "AGE-SECRET-KEY-1": "AGE-SECRET-KEY-1[A-Z0-9]{50,}",
    "r8_": "r8_[A-Za-z0-9]{30,}",  # Replicate
    "pplx-": "pplx-[A-Za-z0-9]{30,}",
    "key-": "key-[a-f0-9]{32}(?![A-Za-z0-9])",  # Mailgun
    "secret_": "secret_[A-Za-z0-9]{40,}", "ntn_": "ntn_[A-Za-z0-9]{40,}",  # Notion
    "figd_": rf"figd_{_URLSAFE}{{30,}}",
    "glsa_": "glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}", "glc_": "glc_[A-Za-z0-9+/]{40,}=*",  # Grafana
    "NRAK-": "NRAK-[A-Z0-9]{27}",
    "sntry": "sntry[su]_[A-Za-z0-9_=+/-]{40,}",
    "dckr_": rf"dckr_[op]at_{_URLSAFE}{{20,}}",
    "tskey-": "tskey-[a-z]+-[A-Za-z0-9]{8,}-[A-Za-z0-9]{16,}",
    "sbp_": "sbp_[a-f0-9]{40}", "sb_secret_": rf"sb_secret_{_URLSAFE}{{20,}}",
    "pul-": "pul-[a-f0-9]{40}",
    "CCIPAT_": "CCIPAT_[A-Za-z0-9_]{30,}",
    "ph": "ph[cx]_[A-Za-z0-9]{30,}",  # PostHog
    "ATATT3": "ATATT3[A-Za-z0-9_=-]{60,}",
    "sq0": rf"sq0[a-z]{{3}}-{_URLSAFE}{{22,}}",
    "pscale_": rf"pscale_(?:tkn|pw|oauth)_{_URLSAFE}{{30,}}",
    "dp.": r"dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9.]{40,}",
    "nfp_": "nfp_[A-Za-z0-9]{36}", "bkua_": "bkua_[a-f0-9]{40}", "lsv2_": "lsv2_[a-z]{2}_[a-f0-9]{32}_[a-f0-9]{10}",
    "pat": r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}",  # Airtable
    ".": rf"[MNO][A-Za-z0-9]{{22,25}}\.{_URLSAFE}{{6}}\.{_URLSAFE}{{27,38}}(?!{_URLSAFE})",  # Discord's bots
    ":AA": rf"[0-9]{{8,10}}:AA{_URLSAFE}{{33}}(?!{_URLSAFE})",  # Telegram
}  # fmt: skip
_KEYS = [(literal, re.compile(f"(?<![A-Za-z0-9]){shape}")) for literal, shape in _SHAPES.items()]
_JWT = re.compile(rf"(?<![A-Za-z0-9_.-])eyJ{_URLSAFE}{{8,8000}}+\.eyJ{_URLSAFE}{{4,}}+(?:\.{_URLSAFE}*+)?")
_AWS_SECRET = re.compile("(?<![A-Za-z0-9/+_-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])")
_AWS_CONTEXT = re.compile("aws|secret")
_BEGIN = re.compile("-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile("-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_UNENDED = re.compile(r"(?:[\s>+|\"']|\\[nr]|[A-Za-z0-9+/=]{8,})*+")
_LONGEST_BLOCK = 16_000  # characters; an RSA key of 16,384 bits takes 12,800


def find_keys(view: View) -> Iterator[Found]:
    """Keys with a provider's prefix, and AWS secret keys near a word that tells."""
    for literal, pattern in _KEYS:
        if literal in view.text:
            yield from (Found(*found.span(), "key") for found in pattern.finditer(view.text) if has_digit(found[0]))
    if "aws" in view.low:
        yield from _aws_secrets(view)


def find_jwts(view: View) -> Iterator[Found]:
    """JSON Web Tokens: two parts that begin as JSON does, and a signature."""
    if "eyJ" in view.text:
        yield from (Found(*found.span(), "jwt") for found in _JWT.finditer(view.text))


def find_private_keys(view: View) -> Iterator[Found]:
    """PEM and PGP blocks, line ends real or escaped; one that is cut off goes as far as it looks like one."""
    done = 0
    while begin := _BEGIN.search(view.text, done):
        end = _END.search(view.text, begin.end(), begin.end() + _LONGEST_BLOCK)
        done = end.end() if end else begin.end() + len(_unended(view.text, begin.end()))
        yield Found(begin.start(), done, "private_key")


def _unended(text: str, at: int) -> str:
    body = _UNENDED.match(text, at)
    return body[0].rstrip() if body else ""


def _aws_secrets(view: View) -> Iterator[Found]:
    for found in _AWS_SECRET.finditer(view.text):
        near = _AWS_CONTEXT.search(view.low, max(0, found.start() - 120), found.start())
        if near and is_mixed(found[0]) and not is_hex(found[0]):
            yield Found(*found.span(), "key")
