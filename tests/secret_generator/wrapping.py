"""Tokens inside what people write: sentences, code blocks, logs, JSON, YAML, links."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import NamedTuple

from tests.secret_generator.formats import TOKENS
from tests.secret_generator.named import NAMED


class Leak(NamedTuple):
    """A post that gives a secret away: its text, the secret, and which format that is."""

    text: str
    secret: str
    form: str


SENTENCES = (
    "Can somebody check why the build fails? I use {} and get a 403.",
    "for the workshop you may use this one: {}",
    "I put {} into the settings and it works now, thanks!",
    "Kann jemand prüfen, ob das noch gilt: {}",
    "Für den Kurs nehmt bitte {} und meldet euch, wenn es nicht geht.",
    "step 3: paste ({}) into the form",
    'they sent me "{}" by mail, is that all I need?',
    "old one was revoked, new: {}",
    "<p>Our bot answers with <code>{}</code> at the moment.</p>",
    "this is what I have so far 👉 {} 👈 does it look right?",
)
BLOCKS = (
    "My script:\n\n```python\nclient = Client('{}')\nclient.run()\n```\n",
    "```\n$ login --with {}\nLogged in.\n```",
    "config.yml:\n```yaml\nservice:\n  region: eu\n  key: {}\n```",
    "2026-03-01T10:12:44Z INFO worker started with {} (pid 4711)",
    "[10:12:44] DEBUG request failed, sent {}, status=401",
    "| name | value |\n|---|---|\n| staging | {} |",
    "the link is https://api.example.org/v1/items?key={}&limit=10",
)
AROUND = (
    "{}",
    "Hi all,\n\nhere is what you need for tomorrow:\n{}\n\nSee you there!",
    "Hallo zusammen, kurz vor dem Termin noch dies: {} Bis morgen!",
    "```\n{}\n```",
    "Notes of the session:\n- bring your laptop\n- {}\n- lunch is at noon",
    "we had this in the repository for years\n\n{}\n\nand nobody saw it",
)


def in_json(token: str) -> str:
    """A token as a value of JSON, escaped the way JSON does."""
    return json.dumps({"name": "course-bot", "enabled": True, "value": token}, indent=2)


def wrapped(token: str, rng: random.Random) -> str:
    """A post around a token; one of several lines stands by itself, as people paste it."""
    if "\n" in token:
        return rng.choice(AROUND).format(token)
    if token.startswith("https:"):
        return rng.choice(SENTENCES[:7]).format(token)
    if rng.random() < 0.15:
        return in_json(token)
    return rng.choice(SENTENCES + BLOCKS).format(token)


def leaks(seed: int, each: int) -> Iterator[Leak]:
    """`each` posts of every format, in the order of the formats; the same seed gives the same posts."""
    rng = random.Random(seed)
    for form, make in TOKENS.items():
        for _ in range(each):
            token = make(rng)
            yield Leak(wrapped(token, rng), token, form)
    for form, name in NAMED.items():
        for _ in range(each):
            line, secret = name(rng)
            yield Leak(rng.choice(AROUND).format(line), secret, form)
