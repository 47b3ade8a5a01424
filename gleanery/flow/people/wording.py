"""The words of the privacy sheet, in English and German."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from gleanery.model.bases import BasisKind, Purpose
from gleanery.model.personal import Keeping, Role, Shown, Use, Whose

Language = Literal["en", "de"]

WHOSE: Mapping[Language, Mapping[Whose, str]] = {
    "en": {
        Whose.AUTHOR: "authors on platforms",
        Whose.PERSON: "persons of the organisation",
        Whose.STAFF: "curators and administrators",
    },
    "de": {
        Whose.AUTHOR: "Autorinnen und Autoren auf Plattformen",
        Whose.PERSON: "Personen der Organisation",
        Whose.STAFF: "Kuratierende und Verwaltende",
    },
}
USES: Mapping[Language, Mapping[Use, str]] = {
    "en": {
        Use.READING: "find posts that are worth learning from",
        Use.IDENTITY: "know whose an account is, without a name",
        Use.PROOF: "prove on which basis something was stated",
        Use.STATEMENTS: "keep the learning record",
        Use.DECISIONS: "account for who decided what",
        Use.SIGN_IN: "sign curators in",
        Use.CONNECTION: "read the sources that were connected",
    },
    "de": {
        Use.READING: "Beiträge finden, aus denen sich lernen lässt",
        Use.IDENTITY: "wissen, wem ein Konto gehört, ohne Namen",
        Use.PROOF: "nachweisen, auf welcher Grundlage etwas festgehalten wurde",
        Use.STATEMENTS: "den Lernnachweis führen",
        Use.DECISIONS: "belegen, wer was entschieden hat",
        Use.SIGN_IN: "Kuratierende anmelden",
        Use.CONNECTION: "verbundene Quellen lesen",
    },
}
KEEPING: Mapping[Language, Mapping[Keeping, str]] = {
    "en": {
        Keeping.POLICY: "as the source allows: {sources}; undecided posts {undecided}, rejected ones {rejected}",
        Keeping.POST: "as long as the post is known; ids without words",
        Keeping.EMPLOYMENT: "until the last day in the HR list or until unlinked ({leavers})",
        Keeping.PERSON: "until the person is erased",
        Keeping.PROOF: "as long as something rests on it, and as proof after that",
        Keeping.RECORD: "as long as the record: {record}",
        Keeping.HOUSE: "as long as the house",
        Keeping.ERASURE: "until the erasure is done",
        Keeping.HOURS: "15 minutes (links), 12 hours (sessions)",
        Keeping.INBOX: "until it is taken in, as a rule seconds",
        Keeping.CONNECTION: "until the source is disconnected",
    },
    "de": {
        Keeping.POLICY: "wie es die Quelle erlaubt: {sources}; Unentschiedenes {undecided}, Abgelehntes {rejected}",
        Keeping.POST: "solange der Beitrag bekannt ist; Kennungen ohne Wortlaut",
        Keeping.EMPLOYMENT: "bis zum letzten Tag der Personalliste oder bis zur Trennung ({leavers})",
        Keeping.PERSON: "bis die Person gelöscht wird",
        Keeping.PROOF: "solange etwas darauf beruht, danach als Nachweis",
        Keeping.RECORD: "wie der Lernnachweis: {record}",
        Keeping.HOUSE: "solange das Haus besteht",
        Keeping.ERASURE: "bis die Löschung getan ist",
        Keeping.HOURS: "15 Minuten (Links), 12 Stunden (Sitzungen)",
        Keeping.INBOX: "bis es aufgenommen ist, in der Regel Sekunden",
        Keeping.CONNECTION: "bis die Quelle getrennt wird",
    },
}
ROLES: Mapping[Language, Mapping[Role, str]] = {
    "en": {
        Role.CURATOR: "curators",
        Role.ADMINISTRATOR: "administrators",
        Role.AUDITOR: "auditors",
        Role.NOBODY: "nobody: the program alone",
    },
    "de": {
        Role.CURATOR: "Kuratierende",
        Role.ADMINISTRATOR: "Verwaltende",
        Role.AUDITOR: "Prüfende",
        Role.NOBODY: "niemand: nur das Programm",
    },
}
SHOWN: Mapping[Language, Mapping[Shown, str]] = {
    "en": {
        Shown.QUEUE: "queue, item page",
        Shown.PEOPLE: "`gleanery people`; every reading is in the audit log",
        Shown.BASES: "`gleanery basis`",
        Shown.AUDIT: "audit export",
        Shown.STATEMENTS: "statements, their exports; counts only of groups",
        Shown.NOWHERE: "in no report",
    },
    "de": {
        Shown.QUEUE: "Warteschlange, Seite des Inhalts",
        Shown.PEOPLE: "`gleanery people`; jeder Blick steht im Prüfprotokoll",
        Shown.BASES: "`gleanery basis`",
        Shown.AUDIT: "Ausfuhr des Prüfprotokolls",
        Shown.STATEMENTS: "Aussagen und ihre Ausfuhr; gezählt nur in Gruppen",
        Shown.NOWHERE: "in keinem Bericht",
    },
}
PURPOSES: Mapping[Language, Mapping[Purpose, str]] = {
    "en": {
        Purpose.LEARNING_RECORD: "learning record: what a person opened, watched, completed, earned",
        Purpose.CURATION_CREDIT: "credit: that a person's post became a learning item",
        Purpose.SOCIAL_ACTIVITY: "social activity: what a person posts, answers, shares, likes",
        Purpose.INDIVIDUAL_REPORT: "reports that show single persons",
    },
    "de": {
        Purpose.LEARNING_RECORD: "Lernnachweis: was jemand geöffnet, gesehen, abgeschlossen, erworben hat",
        Purpose.CURATION_CREDIT: "Nennung: dass ein Beitrag von jemandem zum Lerninhalt wurde",
        Purpose.SOCIAL_ACTIVITY: "soziale Aktivität: was jemand schreibt, beantwortet, teilt, mag",
        Purpose.INDIVIDUAL_REPORT: "Berichte, die einzelne Personen zeigen",
    },
}
KINDS: Mapping[Language, Mapping[BasisKind, str]] = {
    "en": {
        BasisKind.LEGAL_OBLIGATION: "legal obligation, Art. 6 (1) (c) GDPR",
        BasisKind.CONTRACT: "contract, Art. 6 (1) (b) GDPR",
        BasisKind.WORKS_AGREEMENT: "works agreement, Art. 88 GDPR",
        BasisKind.CONSENT: "consent, Art. 6 (1) (a) GDPR",
    },
    "de": {
        BasisKind.LEGAL_OBLIGATION: "rechtliche Verpflichtung, Art. 6 Abs. 1 lit. c DSGVO",
        BasisKind.CONTRACT: "Vertrag, Art. 6 Abs. 1 lit. b DSGVO",
        BasisKind.WORKS_AGREEMENT: "Betriebsvereinbarung, Art. 88 DSGVO",
        BasisKind.CONSENT: "Einwilligung, Art. 6 Abs. 1 lit. a DSGVO",
    },
}
PHRASES: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "What is kept about persons",
        "made": "Written from the configuration of {organisation} at {at}.",
        "gaps": "Still open",
        "gap": "[enter {setting}]",
        "fields": "Every field",
        "purposes": "Purposes and legal bases",
        "readers": "Who else receives something",
        "notices": "Notices to authors (Art. 14 GDPR)",
        "notice": "Notice for {connector}",
        "columns": "what|field|of whom|for what|legal basis|recipients|kept|seen by|shown in",
        "purpose_columns": "purpose|stated|on which basis",
        "recipient_columns": "recipient|kind|receives",
        "off": "off: no agreement's reference is entered",
        "unstated": "off: no basis is in force",
        "on": "on",
        "everyone": "everyone",
        "unit": "unit {unit}",
        "persons": "persons: {count}",
        "with_consent": "with each person's consent",
        "nobody": "nobody outside the house",
        "destination": "learning platform or file",
        "forward": "record store that statements are forwarded to",
        "paused": "record store, forwarding is paused",
        "key": "key of the record store",
        "gets_items": "approved items; words and author only where the source lets words be passed on",
        "gets_own": "statements with pseudonyms",
        "gets_all": "statements with pseudonyms; those of other senders as they came",
        "gets_scopes": "as its scopes say: {scopes}",
        "days": "{days} days",
        "no_limit": "until the source removes it",
        "unlimited": "no time set",
        "untold": "cannot be told: the source's settings are not valid",
        "unlink": "links end with the last day",
        "keep": "links stay after the last day",
        "rule": "{name}: {days} days",
        "bases_of_statements": "that of the statement's purpose, see below",
        "proof": "accountability, Art. 5 (2) and 7 (1) GDPR",
        "by_person": "A person decides on every post.",
        "by_policy": "A rule of ours accepts posts that every check keeps; people decide on the others.",
        "undecided": "Posts that nobody decides on go after {days} days.",
        "undecided_stay": "Posts that nobody decides on have no shorter time.",
        "rejected": "Rejected posts go after {days} days.",
        "rejected_stay": "Rejected posts have no shorter time.",
    },
    "de": {
        "title": "Was über Personen gespeichert wird",
        "made": "Geschrieben aus der Konfiguration von {organisation} am {at}.",
        "gaps": "Noch offen",
        "gap": "[{setting} eintragen]",
        "fields": "Jedes Feld",
        "purposes": "Zwecke und Rechtsgrundlagen",
        "readers": "Wer sonst etwas erhält",
        "notices": "Hinweise für Autorinnen und Autoren (Art. 14 DSGVO)",
        "notice": "Hinweis für {connector}",
        "columns": "was|Feld|von wem|wozu|Rechtsgrundlage|Empfänger|Dauer|wer es sieht|wo es erscheint",
        "purpose_columns": "Zweck|Stand|auf welcher Grundlage",
        "recipient_columns": "Empfänger|Art|erhält",
        "off": "aus: keine Fundstelle einer Vereinbarung eingetragen",
        "unstated": "aus: keine Rechtsgrundlage in Kraft",
        "on": "an",
        "everyone": "alle",
        "unit": "Einheit {unit}",
        "persons": "Personen: {count}",
        "with_consent": "mit Einwilligung jeder Person",
        "nobody": "niemand außerhalb des Hauses",
        "destination": "Lernplattform oder Datei",
        "forward": "Datenspeicher, an den Aussagen weitergegeben werden",
        "paused": "Datenspeicher, Weitergabe angehalten",
        "key": "Schlüssel zum Datenspeicher",
        "gets_items": "freigegebene Inhalte; Wortlaut und Name nur, wenn die Quelle die Weitergabe erlaubt",
        "gets_own": "Aussagen mit Pseudonymen",
        "gets_all": "Aussagen mit Pseudonymen; die anderer Sender, wie sie kamen",
        "gets_scopes": "nach seinen Rechten: {scopes}",
        "days": "{days} Tage",
        "no_limit": "bis die Quelle es entfernt",
        "unlimited": "keine Frist gesetzt",
        "untold": "nicht zu sagen: die Einstellungen der Quelle sind ungültig",
        "unlink": "Verknüpfungen enden mit dem letzten Tag",
        "keep": "Verknüpfungen bleiben nach dem letzten Tag",
        "rule": "{name}: {days} Tage",
        "bases_of_statements": "die des Zwecks der Aussage, siehe unten",
        "proof": "Rechenschaftspflicht, Art. 5 Abs. 2 und 7 Abs. 1 DSGVO",
        "by_person": "Über jeden Beitrag entscheidet ein Mensch.",
        "by_policy": "Eine Regel nimmt an, was jede Prüfung behält; über das Übrige entscheiden Menschen.",
        "undecided": "Beiträge, über die niemand entscheidet, gehen nach {days} Tagen.",
        "undecided_stay": "Für Beiträge, über die niemand entscheidet, gilt keine kürzere Frist.",
        "rejected": "Abgelehnte Beiträge gehen nach {days} Tagen.",
        "rejected_stay": "Für abgelehnte Beiträge gilt keine kürzere Frist.",
    },
}
