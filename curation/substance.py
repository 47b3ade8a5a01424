"""Whether an item has anything to learn from: not a greeting, not a machine's notice, not three words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from curation.greetings import GREETINGS
from curation.text.boundaries import addresses, count_words, without_addresses
from curation.text.folding import fold
from gleanery import ports
from gleanery.ports import Concept, Finding, Subject

_LONGEST_GREETING = 12
_LONGEST_NOTICE = 300

_mention = re.compile(r"<?[@#][\w.|-]+>?|:[a-z0-9_+-]+:", re.IGNORECASE)
_word = re.compile(r"[^\W\d_]+")

_WHO = r"(?:@?[\w.-]+ ){0,3}"
_WHERE = r"(?:channel|group|conversation|team|workspace|room|chat)\b[^:?]{0,60}"
_NOTICES = (
    rf"{_WHO}(?:has |was )?(?:joined|left|added to|removed from|invited to) (?:the |this )?{_WHERE}",
    rf"{_WHO}(?:has )?(?:set|changed|cleared|updated|renamed) the (?:channel|group|room)(?:'s)?\b.{{0,250}}",
    rf"{_WHO}(?:has )?(?:un)?(?:pinned|archived) (?:a |an |the |this )?(?:message|file|channel|image|post|group)\b"
    r".{0,60}",
    rf"{_WHO}(?:has )?(?:started|ended) (?:a |the )?(?:call|huddle|meeting)\b.{{0,60}}",
    r"(?:this )?(?:message|comment|post) (?:was|has been) (?:deleted|removed)\b.{0,60}",
    r".{0,60}\bkanal (?:beigetreten|verlassen|hinzugefügt|umbenannt)\b.{0,20}",
    rf"{_WHO}(?:a rejoint|a quitté) (?:le canal|la conversation|le groupe|l['’]équipe)\b.{{0,60}}",
    rf"{_WHO}(?:se ha unido|ha salido|se unió) (?:al?|del) (?:canal|grupo|equipo)\b.{{0,60}}",
    r"(?:just )?(?:a )?test(?:ing|s)?(?: (?:test|message|post|nachricht|only|please ignore|bitte ignorieren))?[\s\d]*",
    r"(?:test\s*){1,9}|ping|pong|bump|up|\+1|push",
    r"(?:reminder|erinnerung|rappel|recordatorio)\s?:? (?:stand ?up|daily|weekly|meeting|timesheets?|lunch)\b.{0,80}",
    r"(?:out of (?:the )?office|ooo|wfh|afk|brb|im urlaub|nicht im büro)\b.{0,80}",
)  # fmt: skip
_notice = re.compile("|".join(f"(?:{form})" for form in _NOTICES), re.DOTALL)


class SubstanceSettings(ports.Settings):
    """From which length on, and what becomes of the rest."""

    min_words: int = Field(
        default=5,
        ge=1,
        description="Words that a post without title must have; two Chinese characters count as one.",
    )
    min_title_words: int = Field(default=2, ge=1, description="Words of a title that speaks for itself.")
    bots: Literal["drop", "ask", "keep"] = Field(
        default="drop", description="What becomes of posts by machines."
    )
    link_only: Literal["drop", "ask", "keep"] = Field(
        default="ask", description="What becomes of a bare link without title."
    )


class Substance:
    """Drops what says nothing; asks about bare links; keeps the rest."""

    name: ClassVar[str] = "substance"
    api_version: ClassVar[int] = 1
    version: ClassVar[str] = "1"
    Settings: ClassVar[type[ports.Settings]] = SubstanceSettings
    reasons: ClassVar[Mapping[str, str]] = {
        "substance.enough": "Says something: {words} words.",
        "substance.title": "Its title speaks for itself.",
        "substance.bot": "Posted by a machine.",
        "substance.no_words": "Holds no words, only signs or pictures.",
        "substance.greeting": "A greeting, thanks or assent and nothing else.",
        "substance.notice": "A notice of housekeeping, such as someone joining a channel.",
        "substance.link_only": "A bare link: neither words with it nor a title of the page.",
        "substance.too_short": "Too short: {words} of at least {least} words.",
    }

    def __init__(self, settings: SubstanceSettings, concepts: Sequence[Concept] = ()) -> None:
        self._settings = settings

    def judge(self, subject: Subject) -> Finding:
        """Drop with the first reason that holds, ask about bare links, else keep."""
        if subject.authored_by_bot and self._settings.bots != "keep":
            return Finding(self._settings.bots, "substance.bot", flags=("bot",))
        words = _own_words(subject.text)
        if self._title_speaks(subject):
            return Finding("keep", "substance.title", scores={"words": float(count_words(words))})
        whole = f"{_own_words(subject.title)} {words}".strip()
        count = count_words(whole)
        if _is_greeting(whole, count) and not _leads_somewhere(subject):
            return Finding("drop", "substance.greeting")
        if len(whole) <= _LONGEST_NOTICE and _notice.fullmatch(fold(whole).text.strip(" .!")):
            return Finding("drop", "substance.notice")
        if count >= self._settings.min_words:
            return Finding("keep", "substance.enough", {"words": count}, scores={"words": float(count)})
        return self._judge_short(subject, count)

    def _judge_short(self, subject: Subject, count: int) -> Finding:
        if _leads_somewhere(subject):
            return Finding(self._settings.link_only, "substance.link_only", flags=("link_only",))
        if not count:
            return Finding("drop", "substance.no_words")
        return Finding("drop", "substance.too_short", {"words": count, "least": self._settings.min_words})

    def _title_speaks(self, subject: Subject) -> bool:
        """A title of some words, or of one that has more than a message behind it, and is no greeting."""
        title = _own_words(subject.title)
        count = count_words(title)
        least = self._settings.min_title_words if subject.kind in ("message", "link") else 1
        return count >= least and not _is_greeting(title, count)


def _own_words(text: str) -> str:
    """The text without addresses, mentions and emoji names."""
    return _mention.sub(" ", without_addresses(text)).strip()


def _is_greeting(text: str, count: int) -> bool:
    """Whether there are words, few, and all of them of greeting."""
    if not 0 < count <= _LONGEST_GREETING:
        return False
    words = _word.findall(fold(text).text)
    return bool(words) and GREETINGS.issuperset(words)


def _leads_somewhere(subject: Subject) -> bool:
    """Whether there is a page behind it: a link of its own, or an address that is not merely the message's."""
    own = any(link != subject.url for link in subject.links)
    is_page = subject.url is not None and (subject.kind != "message" or not subject.text.strip())
    return own or is_page or bool(addresses(subject.text))
