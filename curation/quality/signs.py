"""Signs of advertising, of bait and of rude words: rules that anybody can follow, each with its weight."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from curation.addresses.shorteners import is_short
from curation.quality.lists import BAIT, PROMOTION, RUDE
from curation.text.boundaries import addresses, without_addresses
from curation.text.measures import LOOKED_AT, Measures
from curation.text.phrases import Phrases
from gleanery.ports import Span, Subject

_PLACES = Phrases((*PROMOTION, *BAIT, *RUDE), wildcards=True)
_FIRST_BAIT, _FIRST_RUDE = len(PROMOTION), len(PROMOTION) + len(BAIT)

TITLE = 300
"""Characters of a title that are looked at; of an untitled text, its first line counts as one."""

_loud = re.compile(r"[!?]{3,}|!\s*!\s*!|\?!|!\?|\${3,}|€{3,}")
_money = re.compile(
    r"[$€£]\s?\d[\d.,]*\s?(?:k|m|/|per|a|pro|am)\b|\b\d+\s?(?:x|fach)\s+(?:return|profit|gewinn)", re.I
)
_listicle = re.compile(
    r"^\W{0,3}(?:the |die |top )?\d{1,3} (?:\w+ ){0,2}"
    r"(?:reasons|things|ways|tricks|hacks|secrets|facts|mistakes|signs|gründe|dinge|wege|geheimnisse|fehler|fakten)\b",
    re.I,
)
_capitals = re.compile(r"\b[A-ZÀ-ÖØ-Þ]{4,}\b")
_repeated = re.compile(r"(\S)\1{5,}|(\b\w{2,20}\b)(?:\W{1,3}\2\b){2,}", re.I)

_WORDS_A_LINK = 8
_FLAGGED = 0.6
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
    promoting: set[int] = set()
    baiting: set[int] = set()
    for name, words in (("title", title), ("text", text)):
        for start, end, place in _PLACES.find(words):
            if place >= _FIRST_RUDE:
                signs.rude += 1
                signs.spans.append(Span("title" if name == "title" else "text", start, end, "rude"))
            elif place >= _FIRST_BAIT:
                baiting.add(place)
            else:
                promoting.add(place)
    # one such phrase in a long text is ordinary; in a short one it is the message
    density = 1.0 if measures.words < 80 else 80 / measures.words
    if promoting:
        signs.advertises("promotion", min(0.75, 0.3 * len(promoting)) * max(0.3, density))
    if baiting:
        signs.baits("bait", min(0.8, 0.4 * len(baiting)) * max(0.3, density))


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
