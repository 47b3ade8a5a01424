"""The record of processing activities (Art. 30 GDPR), written from the live configuration like the privacy sheet.

An activity is a use that fields are kept for. What the configuration does not say stands as a gap in brackets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gleanery.flow.house import House
from gleanery.flow.people.sheet import Described, fields, recipients
from gleanery.flow.people.wording import PHRASES, USES, Language
from gleanery.model.personal import Use

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Record of processing activities (Art. 30 GDPR)",
        "made": "Written from the configuration of {organisation} at {at}.",
        "controller": "Controller",
        "contact": "Contact",
        "officer": "Data protection officer",
        "authority": "Supervisory authority",
        "transfers": "Transfers to third countries",
        "sources": "Sources that are read",
        "recipients": "Recipients",
        "security": "Technical and organisational measures (Art. 32 GDPR)",
        "purpose": "Purpose",
        "subjects": "Data subjects",
        "data": "Categories of personal data",
        "basis": "Legal basis",
        "receivers": "Recipients",
        "access": "Who has access",
        "limits": "Time limits for erasure",
        "none": "none",
    },
    "de": {
        "title": "Verzeichnis von Verarbeitungstätigkeiten (Art. 30 DSGVO)",
        "made": "Geschrieben aus der Konfiguration von {organisation} am {at}.",
        "controller": "Verantwortlicher",
        "contact": "Kontakt",
        "officer": "Datenschutzbeauftragte oder Datenschutzbeauftragter",
        "authority": "Aufsichtsbehörde",
        "transfers": "Übermittlungen in Drittländer",
        "sources": "Quellen, die gelesen werden",
        "recipients": "Empfänger",
        "security": "Technische und organisatorische Maßnahmen (Art. 32 DSGVO)",
        "purpose": "Zweck",
        "subjects": "Betroffene Personen",
        "data": "Kategorien personenbezogener Daten",
        "basis": "Rechtsgrundlage",
        "receivers": "Empfänger",
        "access": "Zugriff",
        "limits": "Fristen für die Löschung",
        "none": "keine",
    },
}

_MEASURES: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "pseudonyms": "Persons stand under random ids; handle and person are joined in one table only.",
        "sealed": "Sensitive words, HR numbers, inquiries and tokens of platforms are encrypted; the keys lie "
        "apart from the data.",
        "chain": "Every change and every reading of personal records is entered in a chained, signed log.",
        "roles": "Rights go by role; whoever curates cannot erase, and nobody can change the log.",
        "two": "An erasure needs the consent of two accounts.",
        "one": "An erasure is decided by one account.",
        "tls": "Connections are encrypted by the program itself (TLS).",
        "proxy": "Encryption of connections is left to what stands in front of the program, or it is reached from its "
        "own machine alone.",
        "second": "Signed checkpoints of the log are kept at a second place.",
    },
    "de": {
        "pseudonyms": "Personen stehen unter zufälligen Kennungen; Konto und Person verbindet nur eine Tabelle.",
        "sealed": "Sensible Wörter, Personalnummern, Anfragen und Schlüssel zu Plattformen sind verschlüsselt; die "
        "Schlüssel liegen getrennt von den Daten.",
        "chain": "Jede Änderung und jeder Blick in personenbezogene Daten steht in einem verketteten, signierten "
        "Protokoll.",
        "roles": "Rechte folgen der Rolle; wer kuratiert, kann nicht löschen, und niemand kann das Protokoll ändern.",
        "two": "Eine Löschung braucht die Zustimmung zweier Konten.",
        "one": "Über eine Löschung entscheidet ein Konto.",
        "tls": "Verbindungen verschlüsselt das Programm selbst (TLS).",
        "proxy": "Verbindungen verschlüsselt, was vor dem Programm steht, oder es ist nur vom eigenen Rechner aus "
        "erreichbar.",
        "second": "Signierte Prüfpunkte des Protokolls liegen an einem zweiten Ort.",
    },
}


@dataclass(frozen=True)
class Activity:
    """One processing activity: heading and the paragraphs below it, each with its title."""

    title: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Record:
    """The whole record in one language. `facts` are about the controller; `gaps` are settings that are empty."""

    language: Language
    title: str
    made: str
    facts: tuple[tuple[str, str], ...]
    gaps: tuple[str, ...]
    activities: tuple[Activity, ...]
    sources: tuple[str, tuple[str, ...]]
    recipients: tuple[str, tuple[str, ...]]
    security: tuple[str, tuple[str, ...]]


def record_of_processing(house: House, language: Language = "en") -> Record:
    """The record as things stand."""
    say, people = _WORDS[language], house.config.people
    described = fields(house, language)
    facts = {
        "controller": house.organisation.name,
        "contact": people.contact or _gap("contact", language),
        "officer": people.data_protection_officer or "-",
        "authority": people.supervisory_authority or _gap("supervisory_authority", language),
        "transfers": people.transfers or _gap("transfers", language),
    }
    return Record(
        language,
        say["title"],
        say["made"].format(
            organisation=house.organisation.name, at=house.now().strftime("%Y-%m-%d %H:%M UTC")
        ),
        tuple((say[name], value) for name, value in facts.items()),
        tuple(value for value in facts.values() if value.startswith("[")),
        tuple(_activity(use, described, language) for use in Use if _of(use, described, language)),
        (say["sources"], tuple(f"{one.name} ({one.connector})" for one in house.config.sources)),
        (
            say["recipients"],
            tuple(f"{name}: {kind}, {gets}" for name, kind, gets in recipients(house, language)),
        ),
        (say["security"], tuple(_MEASURES[language][name] for name in _measures(house))),
    )


def _gap(name: str, language: Language) -> str:
    return PHRASES[language]["gap"].format(setting=f"people.{name}")


def _of(use: Use, described: Sequence[Described], language: Language) -> list[Described]:
    return [one for one in described if one.use == USES[language][use]]


def _activity(use: Use, described: Sequence[Described], language: Language) -> Activity:
    say, mine = _WORDS[language], _of(use, described, language)
    parts = {
        "subjects": [one.whose for one in mine],
        "data": [one.what for one in mine],
        "basis": [one.basis for one in mine],
        "receivers": [one.receivers for one in mine],
        "access": [one.seen_by for one in mine],
        "limits": [one.kept for one in mine],
    }
    title = USES[language][use]
    return Activity(
        title[:1].upper() + title[1:],
        tuple((say[name], tuple(dict.fromkeys(values))) for name, values in parts.items()),
    )


def _measures(house: House) -> Iterator[str]:
    yield from ("pseudonyms", "sealed", "chain", "roles")
    yield "two" if house.config.people.erasure_needs_two else "one"
    yield "tls" if house.config.serve.tls_certificate is not None else "proxy"
    if house.config.record.second_place is not None:
        yield "second"


# --------------------------------------------------------------------------- its forms


def as_data(record: Record) -> dict[str, Any]:
    """Plain values for JSON."""
    lists = {name: list(getattr(record, name)[1]) for name in ("sources", "recipients", "security")}
    return {
        **asdict(record),
        "facts": dict(record.facts),
        "gaps": list(record.gaps),
        "activities": [
            {"title": one.title, **{name: list(values) for name, values in one.parts}}
            for one in record.activities
        ],
        **lists,
    }


def as_markdown(record: Record) -> str:
    """The record as Markdown."""
    return "\n".join(_markdown(record)).rstrip() + "\n"


def _markdown(record: Record) -> Iterator[str]:
    yield f"# {record.title}\n\n{record.made}\n"
    yield from (f"* **{name}:** {_line(value)}" for name, value in record.facts)
    for activity in record.activities:
        yield f"\n## {activity.title}\n"
        yield from (f"* **{name}:** {_line('; '.join(values))}" for name, values in activity.parts)
    for title, lines in (record.sources, record.recipients, record.security):
        yield f"\n## {title}\n"
        yield from (f"* {_line(one)}" for one in lines or (_WORDS[record.language]["none"],))


def _line(text: str) -> str:
    """One line, in which nothing of ours is taken for a mark of HTML."""
    return " ".join(text.split()).replace("<", "&lt;")
