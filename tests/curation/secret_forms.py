"""Secrets made up when a test runs, so that none stands in the repository."""

from __future__ import annotations

import random
import string

LOWER = string.ascii_lowercase
WORD = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
CAPITALS = string.ascii_uppercase + string.digits
URL_SAFE = f"{WORD}-_"

FORMS: dict[str, tuple[tuple[str, int], ...]] = {
    "GitHub": (("ghp_", 0), (WORD, 36)),
    "GitHub server": (("ghs_", 0), (WORD, 36)),
    "GitHub fine-grained": (("github_pat_", 0), (WORD, 22), ("_", 0), (WORD, 59)),
    "GitLab": (("glpat-", 0), (URL_SAFE, 20)),
    "Slack bot": (("xoxb-", 0), (string.digits, 12), ("-", 0), (string.digits, 12), ("-", 0), (WORD, 24)),
    "Slack app": (("xapp-1-", 0), (CAPITALS, 11), ("-", 0), (string.digits, 13), ("-", 0), (HEX, 64)),
    "Slack hook": (
        ("https://hooks.slack.com/services/", 0),
        ("T", 0),
        (CAPITALS, 8),
        ("/B", 0),
        (CAPITALS, 8),
        ("/", 0),
        (WORD, 24),
    ),
    "Amazon": (("AKIA", 0), (CAPITALS, 16)),
    "Google": (("AIza", 0), (URL_SAFE, 35)),
    "Google OAuth": (("ya29.", 0), (URL_SAFE, 60)),
    "Stripe": (("sk_live_", 0), (WORD, 24)),
    "OpenAI": (("sk-", 0), (WORD, 46), ("A1", 0)),
    "Anthropic": (("sk-ant-api03-", 0), (URL_SAFE, 90), ("A1", 0)),
    "npm": (("npm_", 0), (WORD, 36)),
    "PyPI": (("pypi-", 0), (URL_SAFE, 120)),
    "JWT": (("eyJ", 0), (WORD, 20), (".eyJ", 0), (WORD, 40), (".", 0), (URL_SAFE, 43)),
    "Telegram": (("12345", 0), (string.digits, 5), (":AA", 0), (WORD, 33)),
    "Discord hook": (("https://discord.com/api/webhooks/1", 0), (string.digits, 18), ("/", 0), (WORD, 68)),
    "Twilio": (("SK", 0), (HEX, 32)),
    "SendGrid": (("SG.", 0), (WORD, 22), (".", 0), (WORD, 43)),
    "Mailgun": (("key-", 0), (HEX, 32)),
    "Mailchimp": ((HEX, 32), ("-us12", 0)),
    "DigitalOcean": (("dop_v1_", 0), (HEX, 64)),
    "Hugging Face": (("hf_", 0), (string.ascii_letters, 34)),
    "Shopify": (("shpat_", 0), (HEX, 32)),
    "Databricks": (("dapi", 0), (HEX, 32)),
    "Vault": (("hvs.", 0), (WORD, 90)),
    "Azure storage": (("AccountKey=", 0), (WORD, 86), ("==", 0)),
    "Azure client secret": ((WORD, 3), ("8Q~", 0), (WORD, 34)),
    "age": (("AGE-SECRET-KEY-1", 0), (CAPITALS, 58)),
    "bearer": (("Authorization: Bearer ", 0), (WORD, 40), ("a1B", 0)),
    "named key": (("api_key = '", 0), (WORD, 30), ("a1B", 0), ("'", 0)),
    "named secret": (("client_secret: ", 0), (HEX, 40)),
    "query": (("https://example.org/a?access_token=", 0), (HEX, 32)),
}


def token(name: str, rng: random.Random) -> str:
    """A made-up token of a known form."""
    return "".join(
        "".join(rng.choices(alphabet, k=count)) if count else alphabet for alphabet, count in FORMS[name]
    )


def private_key(kind: str, rng: random.Random) -> str:
    """A made-up private key block, such as for RSA or OPENSSH."""
    lines = "\n".join("".join(rng.choices(f"{WORD}+/", k=64)) for _ in range(6))
    return f"-----BEGIN {kind} PRIVATE KEY-----\n{lines}\n-----END {kind} PRIVATE KEY-----"


def card(prefix: str, size: int, rng: random.Random) -> str:
    """A number of this length that begins so and ends with its check digit."""
    digits = prefix + "".join(rng.choices(string.digits, k=size - 1 - len(prefix)))
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


_LETTERS_FIRST = {"GB": 4, "MT": 4, "NL": 4, "IT": 1}


def account(country: str, size: int, rng: random.Random) -> str:
    """A bank account number with the right check digits."""
    letters = _LETTERS_FIRST.get(country, 0)
    body = "".join(rng.choices(string.ascii_uppercase, k=letters))
    body += "".join(rng.choices(string.digits, k=size - 4 - letters))
    digits = "".join(str(int(one, 36)) for one in f"{body}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{body}"
