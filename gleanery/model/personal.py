"""What is kept about persons: every column of every table is declared here, as personal or as telling of nobody.

The privacy sheet is written from this, and a test holds it against the tables as they are: a new column that is in
neither list fails it, and its maker has to say whom it speaks of and what for. Of a table of ours every column is
named; the record's own tables (lrs_*) are named whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple


class Whose(StrEnum):
    """Whom a column speaks of."""

    AUTHOR = "author"
    PERSON = "person"
    STAFF = "staff"


class Use(StrEnum):
    """What a column is kept for."""

    READING = "reading"
    IDENTITY = "identity"
    PROOF = "proof"
    STATEMENTS = "statements"
    DECISIONS = "decisions"
    SIGN_IN = "sign-in"


class Keeping(StrEnum):
    """How long a column is kept."""

    POLICY = "policy"
    POST = "post"
    EMPLOYMENT = "employment"
    PROOF = "proof"
    RECORD = "record"
    ERASURE = "erasure"
    HOURS = "hours"


class Role(StrEnum):
    """Who sees a column in the course of their work."""

    CURATOR = "curator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    NOBODY = "nobody"


class Shown(StrEnum):
    """Where a column is shown."""

    QUEUE = "queue"
    PEOPLE = "people"
    BASES = "bases"
    AUDIT = "audit"
    STATEMENTS = "statements"
    NOWHERE = "nowhere"


class Personal(NamedTuple):
    """One field kept about persons."""

    table: str
    column: str
    english: str
    german: str
    whose: Whose
    use: Use
    kept: Keeping
    seen_by: tuple[Role, ...]
    shown: Shown


class _Group(NamedTuple):
    """The personal columns of a table that are alike in all but their words: (English, German) each."""

    table: str
    whose: Whose
    use: Use
    kept: Keeping
    seen_by: tuple[Role, ...]
    shown: Shown
    columns: Mapping[str, tuple[str, str]]

    def fields(self) -> Iterator[Personal]:
        """The group's columns, each on its own."""
        for column, (english, german) in self.columns.items():
            yield Personal(
                self.table,
                column,
                english,
                german,
                self.whose,
                self.use,
                self.kept,
                self.seen_by,
                self.shown,
            )


_DESK = (Role.CURATOR, Role.ADMINISTRATOR)
_OFFICE = (Role.ADMINISTRATOR,)
_AUDIT = (Role.ADMINISTRATOR, Role.AUDITOR)
_NOBODY = (Role.NOBODY,)

_ENTERED_BY = ("who entered it (pseudonym)", "wer es eingetragen hat (Pseudonym)")
_ENDED_BY = ("who ended it (pseudonym)", "wer es beendet hat (Pseudonym)")

_GROUPS = (
    # ------------------------------------------------------------------ authors, as platforms name them
    _Group(
        "content", Whose.AUTHOR, Use.READING, Keeping.POLICY, _DESK, Shown.QUEUE,
        {
            "body": (
                "a post's words, address and tags, and its author's name and id",
                "Wortlaut, Adresse und Schlagwörter eines Beitrags, Name und Kennung der Autorin oder des Autors",
            ),
        },
    ),
    _Group(
        "content", Whose.AUTHOR, Use.READING, Keeping.POLICY, _NOBODY, Shown.NOWHERE,
        {
            "sealed": (
                "the same, encrypted, where a post holds sensitive data",
                "dasselbe, verschlüsselt, wenn ein Beitrag sensible Daten enthält",
            ),
        },
    ),
    _Group(
        "post", Whose.AUTHOR, Use.READING, Keeping.POST, _DESK, Shown.QUEUE,
        {
            "handle_id": ("which account a post is from", "von welchem Konto ein Beitrag stammt"),
            "external_id": ("a post's id on its platform", "Kennung eines Beitrags auf seiner Plattform"),
            "parent_external_id": ("the post it answers", "der Beitrag, auf den er antwortet"),
            "published_at": ("when it was posted", "wann er veröffentlicht wurde"),
            "edited_at": ("when it was edited", "wann er geändert wurde"),
        },
    ),
    _Group(
        "handle", Whose.AUTHOR, Use.READING, Keeping.POST, _OFFICE, Shown.PEOPLE,
        {
            "platform": ("the platform of an account", "Plattform eines Kontos"),
            "realm": ("its workspace or site", "Arbeitsbereich oder Seite des Kontos"),
            "external_id": ("the account's id there", "Kennung des Kontos dort"),
        },
    ),
    # ------------------------------------------------------------------ persons of the organisation
    _Group(
        "handle", Whose.PERSON, Use.IDENTITY, Keeping.EMPLOYMENT, _OFFICE, Shown.PEOPLE,
        {"person_id": ("the person an account is linked to", "Person, mit der ein Konto verknüpft ist")},
    ),
    _Group(
        "person", Whose.PERSON, Use.IDENTITY, Keeping.EMPLOYMENT, _OFFICE, Shown.PEOPLE,
        {
            "id": ("a random id in place of the name", "zufällige Kennung anstelle des Namens"),
            "made_at": ("when the person became known", "wann die Person bekannt wurde"),
            "merged_into": ("the same person's older id", "ältere Kennung derselben Person"),
            "unit": ("organisational unit, from the HR list", "Organisationseinheit, aus der Personalliste"),
            "starts_on": ("first day, from the HR list", "erster Tag, aus der Personalliste"),
            "ends_on": ("last day, from the HR list", "letzter Tag, aus der Personalliste"),
            "directory_mark": ("keyed hash of the HR number", "verschlüsselter Hashwert der Personalnummer"),
            "directory_number": ("the HR number, encrypted", "Personalnummer, verschlüsselt"),
        },
    ),
    _Group(
        "person", Whose.STAFF, Use.SIGN_IN, Keeping.EMPLOYMENT, _AUDIT, Shown.AUDIT,
        {"account": ("sign-in name of curators and administrators", "Anmeldename der Kuratierenden und Verwaltenden")},
    ),
    _Group(
        "person_merge", Whose.PERSON, Use.IDENTITY, Keeping.RECORD, _OFFICE, Shown.PEOPLE,
        {
            "person_id": ("an id that was found to be another's", "Kennung, die sich als die einer anderen erwies"),
            "into_id": ("the id it was merged into", "Kennung, mit der sie zusammengeführt wurde"),
            "at": ("when", "wann"),
            "undone_at": ("when it was taken back", "wann es zurückgenommen wurde"),
            "by": _ENTERED_BY,
            "undone_by": _ENDED_BY,
        },
    ),
    _Group(
        "handle_link", Whose.PERSON, Use.IDENTITY, Keeping.RECORD, _OFFICE, Shown.PEOPLE,
        {
            "handle_id": ("an account", "ein Konto"),
            "person_id": ("whose it was", "wem es gehörte"),
            "how": ("who says so: sign-in, HR list, administrator", "wer es sagt: Anmeldung, Liste, Verwaltung"),
            "verified": ("whether it is verified", "ob es bestätigt ist"),
            "since": ("from when", "ab wann"),
            "until": ("until when", "bis wann"),
            "ended_why": ("why it ended", "warum es endete"),
            "by": _ENTERED_BY,
            "ended_by": _ENDED_BY,
        },
    ),
    _Group(
        "directory_change", Whose.PERSON, Use.IDENTITY, Keeping.RECORD, _OFFICE, Shown.PEOPLE,
        {
            "person_id": ("whom a step of an HR import changed", "wen ein Schritt der Personalliste geändert hat"),
            "subject_id": ("the link or basis it made or ended", "Verknüpfung oder Rechtsgrundlage dazu"),
            "before": ("unit or days before", "Einheit oder Tage vorher"),
            "after": ("unit or days after", "Einheit oder Tage nachher"),
        },
    ),
    _Group(
        "basis", Whose.PERSON, Use.PROOF, Keeping.PROOF, _OFFICE, Shown.BASES,
        {
            "person_id": ("whose consent or agreement it is", "wessen Einwilligung oder Vereinbarung es ist"),
            "purpose": ("for which purpose", "für welchen Zweck"),
            "text_id": ("which text was consented to", "in welchen Text eingewilligt wurde"),
            "reference": ("reference of the agreement or law", "Fundstelle der Vereinbarung oder des Gesetzes"),
            "given_at": ("when it was given", "wann sie gegeben wurde"),
            "ended_at": ("when it was withdrawn or ended", "wann sie widerrufen oder beendet wurde"),
            "ended_why": ("whether it was withdrawn", "ob sie widerrufen wurde"),
            "given_by": _ENTERED_BY,
            "ended_by": _ENDED_BY,
        },
    ),
    _Group(
        "stated", Whose.PERSON, Use.PROOF, Keeping.RECORD, _OFFICE, Shown.BASES,
        {
            "statement_id": ("that a statement is about a person", "dass eine Aussage von einer Person handelt"),
            "person_id": ("which person", "welche Person"),
            "handle_id": ("by which account", "über welches Konto"),
            "basis_id": ("on which basis it rests", "auf welcher Grundlage sie beruht"),
            "purpose": ("for which purpose", "für welchen Zweck"),
            "at": ("when it was stated", "wann sie getroffen wurde"),
            "voided_at": ("when it was voided", "wann sie für ungültig erklärt wurde"),
        },
    ),
    # ------------------------------------------------------------------ erasures
    _Group(
        "erasure", Whose.PERSON, Use.PROOF, Keeping.ERASURE, _OFFICE, Shown.PEOPLE,
        {
            "sealed": (
                "whom an erasure is about, encrypted, until it is done",
                "wen eine Löschung betrifft, verschlüsselt, bis sie getan ist",
            ),
        },
    ),
    _Group(
        "erasure", Whose.STAFF, Use.DECISIONS, Keeping.RECORD, _AUDIT, Shown.PEOPLE,
        {
            "asked_by": ("who asked for an erasure (pseudonym)", "wer eine Löschung beantragt hat (Pseudonym)"),
            "decided_by": ("who agreed to it (pseudonym)", "wer ihr zugestimmt hat (Pseudonym)"),
        },
    ),
    _Group(
        "erased_handle", Whose.AUTHOR, Use.PROOF, Keeping.RECORD, _NOBODY, Shown.NOWHERE,
        {
            "handle_id": (
                "an account whose posts are no longer taken in, as a derived id",
                "ein Konto, dessen Beiträge nicht mehr aufgenommen werden, als abgeleitete Kennung",
            ),
        },
    ),
    # ------------------------------------------------------------------ the record
    _Group(
        "lrs_statement", Whose.PERSON, Use.STATEMENTS, Keeping.RECORD, _AUDIT, Shown.STATEMENTS,
        {"*": ("what a pseudonym did with which item, when", "was ein Pseudonym wann mit welchem Inhalt getan hat")},
    ),
    _Group(
        "lrs_term", Whose.PERSON, Use.STATEMENTS, Keeping.RECORD, _AUDIT, Shown.STATEMENTS,
        {"*": ("the pseudonyms themselves", "die Pseudonyme selbst")},
    ),
    _Group(
        "lrs_statement_agent", Whose.PERSON, Use.STATEMENTS, Keeping.RECORD, _NOBODY, Shown.NOWHERE,
        {"*": ("index: which statements name a pseudonym", "Verzeichnis: welche Aussagen ein Pseudonym nennen")},
    ),
    _Group(
        "lrs_statement_registration", Whose.PERSON, Use.STATEMENTS, Keeping.RECORD, _NOBODY, Shown.NOWHERE,
        {"*": ("index: which statements belong to an assignment", "Verzeichnis: Aussagen einer Zuweisung")},
    ),
    _Group(
        "lrs_attachment", Whose.PERSON, Use.STATEMENTS, Keeping.RECORD, _AUDIT, Shown.STATEMENTS,
        {"*": ("files that came with statements", "Dateien, die mit Aussagen kamen")},
    ),
    _Group(
        "lrs_document", Whose.PERSON, Use.STATEMENTS, Keeping.RECORD, _AUDIT, Shown.STATEMENTS,
        {"*": ("where a learner was in an activity (state, profile)", "wo jemand in einer Aktivität steht")},
    ),
    # ------------------------------------------------------------------ staff
    _Group(
        "decision", Whose.STAFF, Use.DECISIONS, Keeping.RECORD, _AUDIT, Shown.QUEUE,
        {
            "actor": ("who decided (pseudonym)", "wer entschieden hat (Pseudonym)"),
            "undone_by": ("who took it back (pseudonym)", "wer es zurückgenommen hat (Pseudonym)"),
            "reason": ("the reason they gave", "die angegebene Begründung"),
            "at": ("when", "wann"),
        },
    ),
    _Group(
        "tag", Whose.STAFF, Use.DECISIONS, Keeping.RECORD, _DESK, Shown.QUEUE,
        {"said_by": ("who tagged an item, if it was a person", "wer einen Inhalt verschlagwortet hat")},
    ),
    _Group(
        "audit_entry", Whose.STAFF, Use.DECISIONS, Keeping.RECORD, _AUDIT, Shown.AUDIT,
        {
            "actor": ("who did or read something (pseudonym)", "wer etwas tat oder las (Pseudonym)"),
            "subject": ("to what, or about whom (id)", "woran oder über wen (Kennung)"),
            "detail": ("ids and codes of what was done", "Kennungen und Schlüssel dazu"),
            "at": ("when", "wann"),
        },
    ),
    _Group(
        "consent_text", Whose.STAFF, Use.PROOF, Keeping.PROOF, _OFFICE, Shown.BASES, {"made_by": _ENTERED_BY}
    ),
    _Group(
        "directory_import", Whose.STAFF, Use.DECISIONS, Keeping.RECORD, _OFFICE, Shown.AUDIT,
        {"by": _ENTERED_BY, "undone_by": _ENDED_BY},
    ),
    _Group(
        "kept", Whose.STAFF, Use.SIGN_IN, Keeping.HOURS, _NOBODY, Shown.NOWHERE,
        {
            "key": ("hash of a sign-in link or session", "Hashwert eines Anmeldelinks oder einer Sitzung"),
            "value": ("the account it signs in", "das Konto, das er anmeldet"),
        },
    ),
)  # fmt: skip

PERSONAL: tuple[Personal, ...] = tuple(field for group in _GROUPS for field in group.fields())
"""Every field kept about persons."""

IMPERSONAL: Mapping[str, frozenset[str]] = {
    table: frozenset(columns.split())
    for table, columns in {
        "alike": "item_id other_id likeness settled",
        "audit_entry": "seq action salt hash",
        "audit_head": "id seq hash",
        "basis": "id unit platform source kind needs_consent since until",
        "competency": "framework iri parent retired",
        "competency_label": "framework iri language kind label",
        "consent_text": "id purpose language version body made_at",
        "content": "id withheld guarded_as hash_key policy fetched_at purge_at gone gone_at",
        "decision": "id item_id number verdict revision state_before statement_id undone_at",
        "delivery": "id item_id destination action state revision decision_id turn not_before next_try_at attempts "
        "reason remote_id url note started_at delivered_at",
        "directory_change": "import_id number step",
        "directory_import": "id at file_hash undone_at",
        "erased_handle": "erasure_id",
        "erased_statement": "erasure_id store statement_id seq redacted roles old_hash told_by holders voided",
        "erasure": "id state asked_at decided_at begun_at done_at counts receipt",
        "finding": "id item_id revision step step_version settings_hash verdict reason params flags scores spans "
        "language current made_at",
        "framework": "name source_hash imported_at competencies",
        "handle": "id",
        "handle_link": "id",
        "item": "seq id founding_post_id link kind state revision words_mark screened_as imported taggings reason "
        "language made_at merged_into",
        "item_goal": "item_id goal why evidence",
        "item_post": "item_id post_id role link by_person since",
        "kept": "plugin expires_at",
        "lease": "name holder fence until",
        "match_key": "item_id post_id key exact",
        "organisation": "id name people_home bridge_home made_at",
        "partition": "source_id name state complete message read_at",
        "person_merge": "id",
        "post": "seq id platform realm kind internal by_bot first_seen_at version screened_version gone gone_at",
        "post_version": "post_id number content_id content_hash seen_at",
        "read_fault": "source_id partition place message seen_at",
        "sighting": "post_id source_id first_seen_at",
        "source": "id name connector status message failures last_success_at next_due_at",
        "stated": "deed revision voided_by",
        "tag": "item_id framework concept confidence",
        **dict.fromkeys(
            (
                "lrs_version",
                "lrs_head",
                "lrs_statement_verb",
                "lrs_statement_activity",
                "lrs_reference",
                "lrs_definition",
                "lrs_statement_attachment",
                "lrs_key",
                "lrs_token",
                "lrs_forward",
                "lrs_forward_sent",
                "lrs_forward_dead",
            ),
            "*",
        ),
    }.items()
}
"""By table: the columns that tell of no person."""


def undeclared(tables: Mapping[str, frozenset[str]]) -> list[str]:
    """The `table.column` of tables as they are that no declaration knows, and declared ones that are no more."""
    declared: dict[str, set[str]] = {table: set(columns) for table, columns in IMPERSONAL.items()}
    for field in PERSONAL:
        declared.setdefault(field.table, set()).add(field.column)
    unknown = [
        f"{table}.{column}"
        for table, columns in tables.items()
        for column in ([] if "*" in declared.get(table, ()) else columns - declared.get(table, set()))
    ]
    gone = [
        f"{table}.{column} is declared and not there"
        for table, columns in declared.items()
        for column in columns - {"*"} - tables.get(table, frozenset())
    ]
    return sorted(
        [*unknown, *gone, *(f"{table} is declared and not there" for table in declared.keys() - tables)]
    )
