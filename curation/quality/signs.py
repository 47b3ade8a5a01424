"""Signs of advertising, of bait and of rude words: rules that anybody can follow, each with its weight."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from curation.addresses.shorteners import is_short
from curation.quality.lists import BAIT, PROMOTION, RUDE, SELLING
from curation.text.boundaries import addresses, without_addresses
from curation.text.measures import LOOKED_AT, Measures
from curation.text.phrases import Phrases
from gleanery.ports import Span, Subject

_KINDS = {"promotion": PROMOTION, "selling": SELLING, "bait": BAIT, "rude": RUDE}
_PLACES = Phrases((phrase for phrases in _KINDS.values() for phrase in phrases), wildcards=True)
_KIND = [kind for kind, phrases in _KINDS.items() for _ in phrases]
"""By place of a phrase: the list it is from."""

TITLE = 300
"""Characters of a title that are looked at; of an untitled text, its first line counts as one."""

_loud = re.compile(r"[!?]{3,}|!\s*!\s*!|\?!|!\?|\${3,}|€{3,}")
_money = re.compile(
    r"[$€£]\s?\d[\d.,]*\s?(?:k|m|/|per|a|pro|am)\b|\b\d+\s?(?:x|fach)\s+(?:return|profit|gewinn)", re.I
)
_number = re.compile(
    r"\b(?:call|txt|text|ring|dial|reply|send|whatsapp|ruf(?:e|t)?|anrufen?|sende)\b[^.!?\n]{0,40}?\b\d{5,}",
    re.I,
)
_listicle = re.compile(
    r"^\W{0,3}(?:the |die |top )?\d{1,3} (?:\w+ ){0,2}"
    r"(?:reasons|things|ways|tricks|hacks|secrets|facts|mistakes|signs|gründe|dinge|wege|geheimnisse|fehler|fakten)\b",
    re.I,
)
_capitals = re.compile(r"\b[A-ZÀ-ÖØ-Þ]{4,}\b")
_repeated = re.compile(r"(\S)\1{5,}|(\b\w{2,20}\b)(?:\W{1,3}\2\b){2,}", re.I)

_WORDS_A_LINK = 8
_SHORT_TEXT, _CROWDED = 80, 0.05
_FLAGGED = 0.5
"""The weight of signs from which something is flagged."""


@dataclass
class Signs:
    """What was found: the weight of all signs (0..1) of advertising and of bait, their names, and places."""

    promotion: float = 0.0
    bait: float = 0.0
    names: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    rude: int = 0

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of what is clear enough; a rude word is flagged and weighs nothing."""
        found = {
            "spam": self.promotion >= _FLAGGED,
            "clickbait": self.bait >= _FLAGGED,
            "rude": self.rude > 0,
        }
        return tuple(name for name, is_so in found.items() if is_so)

    def advertises(self, name: str, weight: float) -> None:
        """Note a sign of advertising."""
        self.promotion = min(1.0, self.promotion + weight)
        self.names.append(name)

    def baits(self, name: str, weight: float) -> None:
        """Note a sign of bait."""
        self.bait = min(1.0, self.bait + weight)
        self.names.append(name)


def signs_in(subject: Subject, measures: Measures) -> Signs:
    """The signs in title and text."""
    signs = Signs()
    text = subject.text[:LOOKED_AT]
    title = (subject.title or text.lstrip().partition("\n")[0])[:TITLE]
    _phrases(signs, subject.title[:TITLE], text, measures)
    _links(signs, text, measures)
    _voice(signs, title, text)
    _title(signs, title)
    return signs


def _phrases(signs: Signs, title: str, text: str, measures: Measures) -> None:
    found: dict[str, set[int]] = {kind: set() for kind in _KINDS}
    fields: tuple[tuple[Literal["title", "text"], str], ...] = (("title", title), ("text", text))
    for place_in, words in fields:
        for start, end, place in _PLACES.find(words):
            found[_KIND[place]].add(place)
            if _KIND[place] == "rude":
                signs.rude += 1
                signs.spans.append(Span(place_in, start, end, "rude"))
    # one such phrase in a long text is ordinary; in a short one it is the message
    density = min(1.0, max(0.3, _SHORT_TEXT / max(1, measures.words)))
    if found["promotion"]:
        signs.advertises("promotion", min(0.75, 0.3 * len(found["promotion"])) * density)
    selling = len(found["selling"])
    if selling >= max(1, _CROWDED * measures.words) and measures.words < _SHORT_TEXT:
        signs.advertises("selling", min(0.6, 0.2 * selling))
    if found["bait"]:
        signs.baits("bait", min(0.8, 0.4 * len(found["bait"])) * density)


def _links(signs: Signs, text: str, measures: Measures) -> None:
    found = addresses(text)
    if len(found) >= 3 and measures.words < _WORDS_A_LINK * len(found):
        signs.advertises("many_links", 0.4)
    if any(is_short(address.lower()) for address in found):
        signs.advertises("short_link", 0.2)
    if len(found) > 1 and len(set(found)) <= len(found) // 2:
        signs.advertises("same_link", 0.3)


def _voice(signs: Signs, title: str, text: str) -> None:
    bare = without_addresses(text[:4_000])
    if _shouts(bare):
        signs.advertises("shouting", 0.3)
    loud = len(_loud.findall(bare))
    if loud:
        signs.advertises("punctuation", min(0.4, 0.2 * loud))
    if _number.search(bare):
        signs.advertises("number_to_call", 0.3)
    if _money.search(bare):
        signs.advertises("money", 0.3)
    if _repeated.search(bare[:2_000]):
        signs.advertises("repetition", 0.2)


def _shouts(text: str) -> bool:
    """Whether most letters that have a case are capitals, and there are enough of them."""
    upper = sum(map(str.isupper, text))
    return upper >= 20 and upper > sum(map(str.islower, text))


def _title(signs: Signs, title: str) -> None:
    if _listicle.search(title):
        signs.baits("list_title", 0.3)
    if _loud.search(title):
        signs.baits("loud_title", 0.3)
    if len(_capitals.findall(title)) >= 3:
        signs.baits("capitals", 0.3)
    if title.rstrip().endswith(("...", "…")) and len(title) > 20:
        signs.baits("trailing_off", 0.2)
