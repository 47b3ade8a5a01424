"""Personal data: the whole step `sensitive` beside Presidio's recognisers by pattern and beside plain patterns.

Presidio's analyser itself wants a language model; its recognisers of addresses, cards, accounts and numbers do not.
"""

from __future__ import annotations

import random
import re
from functools import partial
from typing import Any

from _curation_part import Part, Run
from _curation_peers import peer

from curation.sensitive import Sensitive, SensitiveSettings
from gleanery.testing import subject
from tests.curation.secret_forms import account, card

POSTS, SLOW = 1_000, 200
WORDS = (
    "the",
    "course",
    "starts",
    "on",
    "monday",
    "and",
    "you",
    "can",
    "find",
    "slides",
    "with",
    "all",
    "examples",
)
PLAIN = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+|\b\d(?:[ -]?\d){12,18}\b|\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b|\+?\d[\d ()/-]{7,}\d"
)
"""What one writes at first: an address, a card, an account, a telephone number."""

Post = tuple[str, bool]


def part() -> Part:
    """All contenders over invented posts: in every second something is planted or only looks so."""
    step = Sensitive(SensitiveSettings())
    posts = _posts(random.Random(9))
    runs: dict[str, Run] = {
        "gleanery": lambda text: step.judge(subject(text)).reason != "sensitive.none",
        "plain patterns": lambda text: PLAIN.search(text) is not None,
    }
    if presidio := _presidio():
        runs["presidio"] = presidio
    right = {name: _judged(run, posts) for name, run in runs.items()}
    return Part([text for text, _ in posts], runs, right, few={"presidio": SLOW})


def _presidio() -> Run | None:
    """Its recognisers of what is planted; as it comes it would fetch the list of domains, so it has its own copy."""
    recognizers, domains = peer("presidio_analyzer.predefined_recognizers"), peer("tldextract.tldextract")
    if not (recognizers and domains):
        return None
    domains.TLD_EXTRACTOR = domains.TLDExtract(cache_dir=None, suffix_list_urls=())
    kinds = {
        "EMAIL_ADDRESS": recognizers.EmailRecognizer(),
        "CREDIT_CARD": recognizers.CreditCardRecognizer(),
        "IBAN_CODE": recognizers.IbanRecognizer(),
        "PHONE_NUMBER": recognizers.PhoneRecognizer(),
    }
    return partial(_found, kinds)


def _found(kinds: dict[str, Any], text: str) -> bool:
    found = [recognizer.analyze(text, [kind], None) for kind, recognizer in kinds.items()]
    return any(found)  # each was asked, as the analyser and we ask for every kind


def _judged(run: Run, posts: list[Post]) -> dict[str, str]:
    """How many of the planted are found, and how many of the others are taken for such."""
    planted = [text for text, is_planted in posts if is_planted]
    others = [text for text, is_planted in posts if not is_planted]
    return {
        "found": f"{sum(map(run, planted))}/{len(planted)}",
        "false_alarms": f"{sum(map(run, others))}/{len(others)}",
    }


def _posts(rng: random.Random) -> list[Post]:
    return [_post(rng, number) for number in range(POSTS)]


def _post(rng: random.Random, number: int) -> Post:
    said = rng.choices(WORDS, k=rng.randint(15, 40))
    put = _planted(rng) if number % 4 == 0 else _harmless(rng) if number % 4 == 2 else ""
    said.insert(rng.randrange(len(said)), put)
    return " ".join(filter(None, said)), number % 4 == 0


def _planted(rng: random.Random) -> str:
    kind = rng.randrange(4)
    if kind == 0:
        return f"learner{rng.randrange(999)}@mail.example.com"
    if kind == 1:
        digits = card("4", 16, rng)
        return " ".join(digits[at : at + 4] for at in range(0, 16, 4))
    if kind == 2:
        return account("DE", 22, rng)
    return f"call me at +49 30 9018{rng.randrange(10, 99)} {rng.randrange(100, 999)}"


def _harmless(rng: random.Random) -> str:
    """What only looks like it: numbers with a wrong check digit, of an order, a version, a date and time."""
    digits = card("4", 16, rng)
    wrong = f"{digits[:-1]}{(int(digits[-1]) + 1) % 10}"
    date = f"2024-0{rng.randrange(1, 10)}-1{rng.randrange(10)} 10:{rng.randrange(10, 60)}"
    return rng.choice(
        [f"order {wrong}", f"version 10.{rng.randrange(99)}.{rng.randrange(99)}", date, "pages 10-12, 14"]
    )
