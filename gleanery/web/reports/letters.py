"""A digest in words: as text and as HTML, in its reader's language. Its links only open a page, they change nothing:
programs that check mails follow them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

from gleanery.flow.digests.gathering import News, Proposal
from gleanery.flow.digests.sending import Letter, Reader, Render
from gleanery.flow.house import House
from gleanery.web import words
from gleanery.web.pages import platform, templates
from gleanery.web.telling import FILTERS
from gleanery.web.words import gettext as _
from gleanery.web.words import ngettext


class Letters:
    """Writes digests for one house."""

    def __init__(self, house: House) -> None:
        self._house, self._env = house, templates()

    @property
    def _base(self) -> str:
        from gleanery.web.serving import address  # it serves these pages, and so knows of them

        serve = self._house.config.serve
        return serve.address or address(serve)

    def __call__(self, news: News, reader: Reader) -> Letter:
        """The letter for one reader."""
        with words.speaking(words.chosen(reader.locale, None)):
            lines, base = list(self._lines(news)), self._base
            proposals = [(_title(one), f"{base}/items/{one.id}") for one in news.proposals]
            leave = f"{base}{leaving_path(reader)}" if reader.person_id else ""
            opening = _("What waits at %(house)s") % {"house": self._house.organisation.name}
            told = [opening, "", *(f"- {words}: {link}" if link else f"- {words}" for words, link in lines)]
            told += (
                ["", _("Most promising:"), *(f"- {title}\n  {link}" for title, link in proposals)]
                if proposals
                else []
            )
            told += ["", f"{_('Stop these messages')}: {leave}"] if leave else []
            html = self._env.get_template("digests/letter.html").render(
                opening=opening, lines=lines, proposals=proposals, leave=leave, language=words.language()
            )
            return Letter(_subject(news, self._house.organisation.name), "\n".join(told) + "\n", html)

    def _lines(self, news: News) -> Iterator[tuple[str, str]]:
        """What is told, each with the address where it can be seen."""
        if news.waiting is not None:
            yield _waiting(news, self._house.now()), f"{self._base}/"
        for name, reason in news.broken.items():
            yield (
                _("The source %(name)s is not read: %(reason)s") % {"name": name, "reason": reason},
                self._source(name),
            )
        for name, at in news.expiring.items():
            told = _("The sign-in of the source %(name)s ends on %(day)s") % {
                "name": name,
                "day": words.day(at),
            }
            yield told, self._source(name)
        if news.dead:
            told = ngettext(
                "%(number)s delivery waits for a person", "%(number)s deliveries wait for a person", news.dead
            )
            yield told % {"number": words.number(news.dead)}, f"{self._base}/destinations"

    def _source(self, name: str) -> str:
        return f"{self._base}/sources/{name}"


def leaving_path(reader: Reader) -> str:
    """Where one ends a digest without signing in; opening it only asks."""
    return "/digest/leave?" + urlencode({"person": str(reader.person_id), "key": reader.leaving_key})


def letters(house: House) -> Render:
    """What writes the digests of this house."""
    return Letters(house)


def _subject(news: News, house: str) -> str:
    if not news.waiting:
        return _("%(house)s: nothing waits") % {"house": house}
    told = ngettext("%(house)s: %(number)s item waits", "%(house)s: %(number)s items wait", news.waiting)
    return told % {"house": house, "number": words.number(news.waiting)}


def _waiting(news: News, now: datetime) -> str:
    number = news.waiting or 0
    if not number:
        return _("Nothing waits for a decision")
    told = ngettext("%(number)s item waits for a decision", "%(number)s items wait for a decision", number)
    told = told % {"number": words.number(number)}
    if news.oldest is None:
        return told
    since = words.ago(news.oldest.astimezone(UTC), now)
    return f"{told} ({_('the oldest came %(ago)s') % {'ago': since}})"


def _title(one: Proposal) -> str:
    """The title, or what kind of thing it is where the words may not leave."""
    if one.title:
        return one.title
    kind = FILTERS["kind_told"](one.kind)
    return (
        _("%(kind)s on %(platform)s") % {"kind": kind, "platform": platform(one.platform)}
        if one.platform
        else kind
    )
