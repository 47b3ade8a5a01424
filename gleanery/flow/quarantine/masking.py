"""Words with every passage that a guard marks replaced by the name of its kind.

The guards themselves say where: each field is shown to them alone, and what they mark in it is taken out. A masked
body is only as good as that, so it goes through the guards once more before anybody may keep it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from gleanery.flow.house import House
from gleanery.flow.judging import findings_on
from gleanery.ports import Finding, Subject

_NAMES = {
    "private_key": ("private key", "privater Schlüssel"),
    "token": ("access token", "Zugangs-Token"),
    "password": ("password", "Passwort"),
    "card": ("payment card", "Zahlungskarte"),
    "iban": ("bank account", "Bankkonto"),
    "national_id": ("national number", "Personenkennzahl"),
    "confidential": ("confidential", "vertraulich"),
    "email": ("e-mail address", "E-Mail-Adresse"),
    "phone": ("telephone number", "Telefonnummer"),
    "health": ("health", "Gesundheit"),
    "address": ("postal address", "Anschrift"),
    "ip": ("internet address", "Internetadresse"),
}
"""What stands for a passage, in English and German."""


class Masked(NamedTuple):
    """Words without the marked passages, and the places that lost something: (field, kind)."""

    body: dict[str, Any]
    places: tuple[tuple[str, str], ...]


def masked(house: House, body: Mapping[str, Any], language: str | None) -> Masked:
    """The words of a post, masked. An address that holds anything is gone whole, as is a tag."""
    made = _Masking(house, language)
    links = [
        {
            **link,
            "url": made.address("links", link.get("url")) or "",
            "title": made.text("links", link.get("title") or ""),
            "summary": made.text("links", link.get("summary") or ""),
        }
        for link in body.get("links") or ()
    ]
    author = dict(body["author"]) if body.get("author") else None
    if author is not None:
        author["name"] = made.text("author", author.get("name") or "")
    changed = {
        "title": made.text("title", body.get("title") or ""),
        "text": made.text("text", body.get("text") or ""),
        "url": made.address("url", body.get("url")),
        "links": links,
        "tags": [tag for tag in body.get("tags") or () if made.text("tags", tag) == tag],
        "author": author,
    }
    kept = {name: value for name, value in changed.items() if name in body}
    return Masked({**body, **kept}, tuple(dict.fromkeys(made.places)))


class _Masking:
    """Shows the guards one field after the other, and remembers what they marked where."""

    def __init__(self, house: House, language: str | None) -> None:
        self._guards = [judge for judge in house.steps if getattr(judge.plugin, "guards", False)]
        self._item = house.organisation.id
        self._german = (language or "").startswith("de")
        self.places: list[tuple[str, str]] = []

    def text(self, field: str, words: str) -> str:
        """The words with the name of its kind for each passage."""
        spans = [
            (span.start, span.end, span.kind)
            for finding in self._found(text=words)
            if finding.verdict == "block"
            for span in finding.spans
            if span.field == "text"
        ]
        reach = len(words)
        for start, end, kind in sorted(spans, reverse=True):
            words = words[:start] + self._name(kind) + words[min(end, reach) :]
            reach = start
            self.places.append((field, kind))
        return words

    def address(self, field: str, url: str | None) -> str | None:
        """The address, None where a guard blocks it."""
        found = [*self._found(url=url), *self._found(text=url)] if url else []
        kinds = [
            flag
            for one in found
            if one.verdict == "block"
            for flag in one.flags
            if not flag.startswith("in_")
        ]
        self.places += [(field, kind) for kind in kinds]
        return None if kinds else url

    def _name(self, kind: str) -> str:
        english, german = _NAMES.get(kind, (kind.replace("_", " "),) * 2)
        return f"[{german if self._german else english}]"

    def _found(self, *, text: str | None = None, url: str | None = None) -> list[Finding]:
        subject = Subject(
            item_id=self._item,
            kind="",
            title="",
            text=text or "",
            url=url,
            language=None,
            platforms=(),
            links=(),
        )
        return [one.finding for one in findings_on(self._guards, subject)]
