"""Every field that is kept about persons. Of a table of ours the columns are named, the record's own tables whole."""

from __future__ import annotations

from gleanery.model.personal import Group, Keeping, Personal, Role, Shown, Use, Whose

_DESK = (Role.CURATOR, Role.ADMINISTRATOR)
_OFFICE = (Role.ADMINISTRATOR, Role.OFFICER)
_AUDIT = (Role.ADMINISTRATOR, Role.AUDITOR)
_NOBODY = (Role.NOBODY,)

_ENTERED_BY = ("who entered it (pseudonym)", "wer es eingetragen hat (Pseudonym)")
_ENDED_BY = ("who ended it (pseudonym)", "wer es beendet hat (Pseudonym)")

_GROUPS = (
    # ------------------------------------------------------------------ authors, as platforms name them
    Group(
        "content", Whose.AUTHOR, Use.READING, Keeping.POLICY, _DESK, Shown.QUEUE,
        {
            "body": (
                "a post's words, address and tags, and its author's name and id",
                "Wortlaut, Adresse und Schlagwörter eines Beitrags, Name und Kennung der Autorin oder des Autors",
            ),
        },
    ),
    Group(
        "content", Whose.AUTHOR, Use.READING, Keeping.POLICY, _NOBODY, Shown.NOWHERE,
        {
            "sealed": (
                "the same, encrypted, where a post holds sensitive data",
                "dasselbe, verschlüsselt, wenn ein Beitrag sensible Daten enthält",
            ),
        },
    ),
    Group(
        "item_search", Whose.AUTHOR, Use.READING, Keeping.POLICY, _DESK, Shown.QUEUE,
        {"*": ("index: which words stand in which item", "Verzeichnis: welche Wörter in welchem Inhalt stehen")},
    ),
    Group(
        "post", Whose.AUTHOR, Use.READING, Keeping.POST, _DESK, Shown.QUEUE,
        {
            "handle_id": ("which account a post is from", "von welchem Konto ein Beitrag stammt"),
            "external_id": ("a post's id on its platform", "Kennung eines Beitrags auf seiner Plattform"),
            "parent_external_id": ("the post it answers", "der Beitrag, auf den er antwortet"),
            "published_at": ("when it was posted", "wann er veröffentlicht wurde"),
            "edited_at": ("when it was edited", "wann er geändert wurde"),
            "act": ("whether it is a post, an answer, a comment", "ob er Beitrag, Antwort oder Kommentar ist"),
        },
    ),
    Group(
        "inbox_event", Whose.AUTHOR, Use.READING, Keeping.INBOX, _NOBODY, Shown.NOWHERE,
        {
            "sealed": (
                "what a platform reported by itself, such as a new post, encrypted",
                "was eine Plattform von sich aus meldet, etwa einen neuen Beitrag, verschlüsselt",
            ),
        },
    ),
    Group(
        "handle", Whose.AUTHOR, Use.READING, Keeping.POST, _OFFICE, Shown.PEOPLE,
        {
            "platform": ("the platform of an account", "Plattform eines Kontos"),
            "realm": ("its workspace or site", "Arbeitsbereich oder Seite des Kontos"),
            "external_id": ("the account's id there", "Kennung des Kontos dort"),
        },
    ),
    # ------------------------------------------------------------------ persons of the organisation
    Group(
        "handle", Whose.PERSON, Use.IDENTITY, Keeping.EMPLOYMENT, _OFFICE, Shown.PEOPLE,
        {"person_id": ("the person an account is linked to", "Person, mit der ein Konto verknüpft ist")},
    ),
    Group(
        "person", Whose.PERSON, Use.IDENTITY, Keeping.PERSON, _OFFICE, Shown.PEOPLE,
        {
            "id": ("a random id in place of the name", "zufällige Kennung anstelle des Namens"),
            "made_at": ("when the person became known", "wann die Person bekannt wurde"),
            "merged_into": ("the same person's older id", "ältere Kennung derselben Person"),
            "unit": ("organisational unit, from the HR list", "Organisationseinheit, aus der Personalliste"),
            "starts_on": ("first day, from the HR list", "erster Tag, aus der Personalliste"),
            "ends_on": ("last day, from the HR list", "letzter Tag, aus der Personalliste"),
            "directory_mark": ("keyed hash of the HR number", "Hashwert der Personalnummer unter einem Schlüssel"),
            "directory_number": ("the HR number, encrypted", "Personalnummer, verschlüsselt"),
        },
    ),
    Group(
        "person", Whose.STAFF, Use.SIGN_IN, Keeping.PERSON, _AUDIT, Shown.AUDIT,
        {"account": ("sign-in name of curators and administrators", "Anmeldename der Kuratierenden und Verwaltenden")},
    ),
    Group(
        "person_merge", Whose.PERSON, Use.IDENTITY, Keeping.PERSON, _OFFICE, Shown.PEOPLE,
        {
            "person_id": ("an id that was found to be another's", "Kennung, die sich als die einer anderen erwies"),
            "into_id": ("the id it was merged into", "Kennung, mit der sie zusammengeführt wurde"),
            "at": ("when", "wann"),
            "undone_at": ("when it was taken back", "wann es zurückgenommen wurde"),
            "by": _ENTERED_BY,
            "undone_by": _ENDED_BY,
        },
    ),
    Group(
        "handle_link", Whose.PERSON, Use.IDENTITY, Keeping.PERSON, _OFFICE, Shown.PEOPLE,
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
    Group(
        "directory_change", Whose.PERSON, Use.IDENTITY, Keeping.PERSON, _OFFICE, Shown.PEOPLE,
        {
            "person_id": ("whom a step of an HR import changed", "wen ein Schritt der Personalliste geändert hat"),
            "subject_id": ("the link or basis it made or ended", "Verknüpfung oder Rechtsgrundlage dazu"),
            "before": ("unit or days before", "Einheit oder Tage vorher"),
            "after": ("unit or days after", "Einheit oder Tage nachher"),
        },
    ),
    Group(
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
    Group(
        "objection", Whose.PERSON, Use.PROOF, Keeping.PERSON, _OFFICE, Shown.BASES,
        {
            "person_id": ("who objects", "wer widerspricht"),
            "purpose": ("to which purpose", "welchem Zweck"),
            "since": ("from when", "ab wann"),
            "ended_at": ("when it was taken back", "wann es zurückgenommen wurde"),
            "by": _ENTERED_BY,
            "ended_by": _ENDED_BY,
        },
    ),
    Group(
        "stated", Whose.PERSON, Use.PROOF, Keeping.PERSON, _OFFICE, Shown.BASES,
        {
            "statement_id": ("that a statement is about a person", "dass eine Aussage von einer Person handelt"),
            "person_id": ("which person", "welche Person"),
            "handle_id": ("by which account", "über welches Konto"),
            "basis_id": ("on which basis it rests", "auf welcher Grundlage sie beruht"),
            "purpose": ("for which purpose", "für welchen Zweck"),
            "at": ("when it was stated", "wann sie getroffen wurde"),
            "voided_at": ("when it was voided", "wann sie für ungültig erklärt wurde"),
            "post_id": ("of which post it tells", "von welchem Beitrag sie handelt"),
            "event": ("the deed's id on its platform", "Kennung der Handlung auf ihrer Plattform"),
        },
    ),
    # ------------------------------------------------------------------ inquiries and erasures
    Group(
        "inquiry", Whose.PERSON, Use.PROOF, Keeping.HOURS, _OFFICE, Shown.PEOPLE,
        {
            "asked": ("whom an inquiry is about, encrypted", "wen eine Anfrage betrifft, verschlüsselt"),
            "found": ("what it found, encrypted", "was sie ergab, verschlüsselt"),
        },
    ),
    Group(
        "inquiry", Whose.STAFF, Use.DECISIONS, Keeping.HOURS, _AUDIT, Shown.PEOPLE,
        {
            "opened_by": ("who asked (pseudonym)", "wer gefragt hat (Pseudonym)"),
            "opened_at": ("when", "wann"),
        },
    ),
    Group(
        "erasure", Whose.PERSON, Use.PROOF, Keeping.ERASURE, _OFFICE, Shown.PEOPLE,
        {
            "sealed": (
                "whom an erasure is about, encrypted, until it is done",
                "wen eine Löschung betrifft, verschlüsselt, bis sie getan ist",
            ),
        },
    ),
    Group(
        "erasure", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _AUDIT, Shown.PEOPLE,
        {
            "asked_by": ("who asked for an erasure (pseudonym)", "wer eine Löschung beantragt hat (Pseudonym)"),
            "decided_by": ("who agreed to it (pseudonym)", "wer ihr zugestimmt hat (Pseudonym)"),
        },
    ),
    Group(
        "erased_handle", Whose.AUTHOR, Use.PROOF, Keeping.HOUSE, _NOBODY, Shown.NOWHERE,
        {
            "handle_id": (
                "an account whose posts are no longer taken in, as a derived id",
                "ein Konto, dessen Beiträge nicht mehr aufgenommen werden, als abgeleitete Kennung",
            ),
        },
    ),
    # ------------------------------------------------------------------ the record
    Group(
        "lrs_statement", Whose.PERSON, Use.STATEMENTS, Keeping.RECORD, _AUDIT, Shown.STATEMENTS,
        {
            "*": (
                "what a pseudonym, or whom another sender names, did with which item, when",
                "was ein Pseudonym, oder wen ein anderer Sender nennt, wann mit welchem Inhalt getan hat",
            ),
        },
    ),
    Group(
        "lrs_term", Whose.PERSON, Use.STATEMENTS, Keeping.RECORD, _AUDIT, Shown.STATEMENTS,
        {
            "*": (
                "the pseudonyms themselves, and whom other senders name, as they do",
                "die Pseudonyme selbst, und wen andere Sender nennen, wie sie es tun",
            ),
        },
    ),
    Group(
        "lrs_statement_agent", Whose.PERSON, Use.STATEMENTS, Keeping.RECORD, _NOBODY, Shown.NOWHERE,
        {"*": ("index: which statements name a pseudonym", "Verzeichnis: welche Aussagen ein Pseudonym nennen")},
    ),
    Group(
        "lrs_statement_registration", Whose.PERSON, Use.STATEMENTS, Keeping.RECORD, _NOBODY, Shown.NOWHERE,
        {"*": ("index: which statements belong to an assignment", "Verzeichnis: Aussagen einer Zuweisung")},
    ),
    Group(
        "lrs_attachment", Whose.PERSON, Use.STATEMENTS, Keeping.RECORD, _AUDIT, Shown.STATEMENTS,
        {"*": ("files that came with statements", "Dateien, die mit Aussagen kamen")},
    ),
    Group(
        "lrs_document", Whose.PERSON, Use.STATEMENTS, Keeping.PERSON, _AUDIT, Shown.STATEMENTS,
        {"*": ("where a learner was in an activity (state, profile)", "wo jemand in einer Aktivität steht")},
    ),
    # ------------------------------------------------------------------ staff
    Group(
        "decision", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _AUDIT, Shown.QUEUE,
        {
            "actor": ("who decided (pseudonym)", "wer entschieden hat (Pseudonym)"),
            "undone_by": ("who took it back (pseudonym)", "wer es zurückgenommen hat (Pseudonym)"),
            "reason": ("the reason they gave", "die angegebene Begründung"),
            "at": ("when", "wann"),
        },
    ),
    Group(
        "release", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _AUDIT, Shown.QUEUE,
        {
            "actor": ("who let an item out of quarantine (pseudonym)", "wer einen Inhalt freigab (Pseudonym)"),
            "reason": ("the reason they gave", "die angegebene Begründung"),
            "at": ("when", "wann"),
        },
    ),
    Group(
        "bulk", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _AUDIT, Shown.QUEUE,
        {
            "by": ("who decided on many items at once (pseudonym)", "wer über viele Inhalte entschied (Pseudonym)"),
            "undo_by": ("who took that back (pseudonym)", "wer es zurückgenommen hat (Pseudonym)"),
            "reason": ("the reason they gave", "die angegebene Begründung"),
        },
    ),
    Group(
        "item_claim", Whose.STAFF, Use.DECISIONS, Keeping.HOURS, _DESK, Shown.QUEUE,
        {
            "person_id": ("who has an item open just now", "wer einen Inhalt gerade geöffnet hat"),
            "item_id": ("which item", "welchen Inhalt"),
        },
    ),
    Group(
        "item_later", Whose.STAFF, Use.DECISIONS, Keeping.PERSON, _DESK, Shown.QUEUE,
        {
            "person_id": ("who put an item off", "wer einen Inhalt zurückgestellt hat"),
            "item_id": ("which item", "welchen Inhalt"),
        },
    ),
    Group(
        "saved_view", Whose.STAFF, Use.DECISIONS, Keeping.PERSON, _DESK, Shown.QUEUE,
        {
            "person_id": ("who keeps a filter of the queue", "wer einen Filter der Warteschlange gespeichert hat"),
            "name": ("the name they gave it", "der Name, den sie ihm gaben"),
            "query": ("what it looks for", "wonach er sucht"),
        },
    ),
    Group(
        "learned_model", Whose.AUTHOR, Use.READING, Keeping.POLICY, _DESK, Shown.QUEUE,
        {
            "data": (
                "what was learned from decisions: words that stand in at least three decided items, others as hashes",
                "was aus Entscheidungen gelernt wurde: Wörter aus mindestens drei Inhalten, andere als Hashwerte",
            ),
        },
    ),
    Group(
        "learning_off", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _DESK, Shown.AUDIT,
        {"by": ("who switched learning off for a goal", "wer das Lernen für ein Ziel abgeschaltet hat")},
    ),
    Group(
        "tag", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _DESK, Shown.QUEUE,
        {"said_by": ("who tagged an item, if it was a person", "wer einen Inhalt verschlagwortet hat")},
    ),
    Group(
        "collection", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _DESK, Shown.QUEUE,
        {"changed_by": ("who changed a collection last (pseudonym)", "wer eine Sammlung zuletzt änderte (Pseudonym)")},
    ),
    Group(
        "collection_change", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _DESK, Shown.QUEUE,
        {"by": ("who changed a collection (pseudonym)", "wer eine Sammlung geändert hat (Pseudonym)")},
    ),
    Group(
        "item_edit", Whose.AUTHOR, Use.READING, Keeping.POLICY, _DESK, Shown.QUEUE,
        {
            "title": ("a curator's title for an item, often after the post's", "Titel, oft nach dem des Beitrags"),
            "summary": ("a curator's summary of it", "Zusammenfassung eines Inhalts durch die Kuratierenden"),
            "address": ("the address a curator gave it", "Adresse, die ihm die Kuratierenden gaben"),
        },
    ),
    Group(
        "item_edit", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _DESK, Shown.QUEUE,
        {
            "actor": ("who wrote them (pseudonym)", "wer sie geschrieben hat (Pseudonym)"),
            "undone_by": ("who took them back (pseudonym)", "wer sie zurückgenommen hat (Pseudonym)"),
        },
    ),
    Group(
        "item_note", Whose.STAFF, Use.DECISIONS, Keeping.PERSON, _DESK, Shown.QUEUE,
        {
            "body": ("a note on an item, in their own words", "Notiz zu einem Inhalt, in eigenen Worten"),
            "person_id": ("who wrote it (pseudonym)", "wer sie geschrieben hat (Pseudonym)"),
        },
    ),
    Group(
        "refused_tag", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _DESK, Shown.QUEUE,
        {"actor": ("who took a tag off an item (pseudonym)", "wer ein Schlagwort entfernt hat (Pseudonym)")},
    ),
    Group(
        "regrouping", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _DESK, Shown.QUEUE,
        {
            "actor": ("who merged or split items (pseudonym)", "wer Inhalte verbunden oder getrennt hat (Pseudonym)"),
            "undone_by": ("who took it back (pseudonym)", "wer es zurückgenommen hat (Pseudonym)"),
        },
    ),
    Group(
        "rule_version", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _DESK, Shown.QUEUE,
        {
            "body": ("what a rule says, as a curator wrote it", "was eine Regel sagt, wie sie geschrieben wurde"),
            "note": ("why they wrote it so, in their own words", "warum sie so lautet, in eigenen Worten"),
            "actor": ("who wrote it (pseudonym)", "wer sie geschrieben hat (Pseudonym)"),
        },
    ),
    Group(
        "rule_set", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _DESK, Shown.QUEUE,
        {
            "note": ("why a rule was switched, in their own words", "warum sie geschaltet wurde, in eigenen Worten"),
            "actor": ("who switched or moved it (pseudonym)", "wer sie geschaltet oder verschoben hat (Pseudonym)"),
        },
    ),
    Group(
        "audit_entry", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _AUDIT, Shown.AUDIT,
        {
            "actor": ("who did or read something (pseudonym)", "wer etwas tat oder las (Pseudonym)"),
            "subject": ("to what, or about whom (id)", "woran oder über wen (Kennung)"),
            "detail": ("ids and codes of what was done", "Kennungen und Schlüssel dazu"),
            "at": ("when", "wann"),
        },
    ),
    Group(
        "saved_search", Whose.STAFF, Use.DECISIONS, Keeping.PERSON, _AUDIT, Shown.AUDIT,
        {
            "person_id": ("who keeps a search of the record (pseudonym)", "wer sich eine Suche merkt (Pseudonym)"),
            "name": ("the name they gave it", "wie sie genannt wurde"),
            "asked": ("what they look for, which may be a person", "wonach gesucht wird, auch nach einer Person"),
        },
    ),
    Group(
        "consent_text", Whose.STAFF, Use.PROOF, Keeping.PROOF, _OFFICE, Shown.BASES, {"made_by": _ENTERED_BY}
    ),
    Group(
        "directory_import", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _OFFICE, Shown.AUDIT,
        {"by": _ENTERED_BY, "undone_by": _ENDED_BY},
    ),
    Group(
        "account", Whose.STAFF, Use.SIGN_IN, Keeping.PERSON, _OFFICE, Shown.ACCOUNTS,
        {
            "person_id": ("who may sign in", "wer sich anmelden darf"),
            "mail": ("mail address, if they want the digest", "Mailadresse, wenn sie die Übersicht wünschen"),
            "settings": ("language, colours and keys they chose", "gewählte Sprache, Farben und Tasten"),
            "made_at": ("since when", "seit wann"),
            "disabled_at": ("since when they may not", "seit wann nicht mehr"),
            "password_set_at": ("when the password was set", "wann das Passwort gesetzt wurde"),
        },
    ),
    Group(
        "account", Whose.STAFF, Use.SIGN_IN, Keeping.PERSON, _NOBODY, Shown.NOWHERE,
        {"password": ("the password's hash (argon2id)", "Hashwert des Passwortes (argon2id)")},
    ),
    Group(
        "account_role", Whose.STAFF, Use.SIGN_IN, Keeping.PERSON, _OFFICE, Shown.ACCOUNTS,
        {
            "person_id": ("who holds a role", "wer eine Rolle hat"),
            "role": ("which role", "welche Rolle"),
            "since": ("from when", "ab wann"),
            "by": _ENTERED_BY,
        },
    ),
    Group(
        "account_identity", Whose.STAFF, Use.SIGN_IN, Keeping.PERSON, _NOBODY, Shown.NOWHERE,
        {
            "issuer": ("the identity provider that vouches for them", "der Identitätsanbieter, der für sie bürgt"),
            "subject": ("its id for them", "dessen Kennung für sie"),
            "person_id": ("whom it means here", "wen sie hier meint"),
            "since": ("from when", "ab wann"),
        },
    ),
    Group(
        "pending_sign_in", Whose.STAFF, Use.SIGN_IN, Keeping.WAITING, _OFFICE, Shown.ACCOUNTS,
        {
            "issuer": ("a provider that vouches for somebody without an account", "Anbieter, der für jemand bürgt"),
            "subject": ("its id for them", "dessen Kennung für sie"),
            "name": ("the sign-in name it suggests", "der Anmeldename, den er vorschlägt"),
            "roles": ("the roles it says", "die Rollen, die er nennt"),
            "at": ("when they asked to come in", "wann um Einlass gebeten wurde"),
        },
    ),
    Group(
        "web_session", Whose.STAFF, Use.SIGN_IN, Keeping.HOURS, _NOBODY, Shown.ACCOUNTS,
        {
            "mark": ("hash of a browser's session", "Hashwert einer Sitzung"),
            "person_id": ("whose it is", "wessen sie ist"),
            "way": ("by link, password or provider", "per Link, Passwort oder Anbieter"),
            "made_at": ("since when", "seit wann"),
            "seen_at": ("when it was used last", "wann sie zuletzt benutzt wurde"),
            "expires_at": ("when it ends", "wann sie endet"),
        },
    ),
    Group(
        "api_token", Whose.STAFF, Use.SIGN_IN, Keeping.PERSON, _OFFICE, Shown.ACCOUNTS,
        {
            "mark": ("hash of a token for programs", "Hashwert eines Tokens für Programme"),
            "person_id": ("whose it is", "wessen es ist"),
            "label": ("what it is for, in their words", "wofür es ist, in eigenen Worten"),
            "rights": ("what it may do", "was es darf"),
            "made_at": ("since when", "seit wann"),
            "expires_at": ("when it ends", "wann es endet"),
            "used_at": ("when it was used last", "wann es zuletzt benutzt wurde"),
            "revoked_at": ("when it was revoked", "wann es widerrufen wurde"),
        },
    ),
    Group(
        "sign_in_try", Whose.STAFF, Use.SIGN_IN, Keeping.HOURS, _NOBODY, Shown.NOWHERE,
        {
            "mark": (
                "keyed hash of a name and address from which a sign-in failed",
                "Hashwert von Name und Adresse einer fehlgeschlagenen Anmeldung, unter einem Schlüssel",
            ),
            "at": ("when", "wann"),
        },
    ),
    Group(
        "run", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _AUDIT, Shown.QUEUE,
        {"by": ("who asked for longer work (pseudonym)", "wer um längere Arbeit bat (Pseudonym)")},
    ),
    Group(
        "digest", Whose.STAFF, Use.SIGN_IN, Keeping.PERSON, _NOBODY, Shown.NOWHERE,
        {
            "person_id": ("who wants to be written to", "wer angeschrieben werden möchte"),
            "address": ("their mail address or Slack member id", "eigene Mailadresse oder Slack-Kennung"),
            "made_at": ("since when", "seit wann"),
            "last_sent_at": ("when they were last written to", "wann sie zuletzt angeschrieben wurden"),
        },
    ),
    # ------------------------------------------------------------------ learners, as their LMS names them
    Group(
        "learner_visit", Whose.PERSON, Use.LEARNING, Keeping.VISIT, _NOBODY, Shown.NOWHERE,
        {
            "handle_id": ("which account an LMS sent", "welches Konto ein LMS geschickt hat"),
            "account": ("the LMS's own id of the user", "die Kennung, unter der das LMS die Person führt"),
            "place": ("the link that was followed there", "der Link, dem dort gefolgt wurde"),
            "thing": ("what they came for", "wofür sie kamen"),
            "is_teacher": ("whether as a teacher", "ob als Lehrkraft"),
            "arrived": (
                "what the LMS gave along: its gradebook's address, the language",
                "was das LMS mitgab: die Adresse seines Notenbuchs, die Sprache",
            ),
            "ticket_mark": ("hash of what let the browser in", "Hashwert dessen, was den Browser einließ"),
            "key_mark": ("hash of the key it has since", "Hashwert des Schlüssels, den er seitdem hat"),
            "seen_at": ("when they were last there", "wann sie zuletzt da waren"),
        },
    ),
    Group(
        "learner_item", Whose.PERSON, Use.LEARNING, Keeping.LEARNING, _NOBODY, Shown.LEARNING,
        {
            "handle_id": ("which account opened an item", "welches Konto einen Inhalt geöffnet hat"),
            "item_id": ("which item", "welchen Inhalt"),
            "opened_at": ("when it was opened", "wann er geöffnet wurde"),
            "completed_at": ("when it was completed", "wann er abgeschlossen wurde"),
            "evidence": ("how well that is known", "wie gut das belegt ist"),
            "progress": ("how far they came", "wie weit sie kamen"),
            "segments": ("which parts of a recording were played", "welche Teile einer Aufnahme liefen"),
            "length": ("how long the recording is", "wie lang die Aufnahme ist"),
            "heard_at": ("when the player was last heard of", "wann sich der Player zuletzt meldete"),
            "reports": ("how often it reported", "wie oft er sich meldete"),
            "tries": ("wrong answers to its question", "falsche Antworten auf die Frage dazu"),
            "wrote": ("whether a reflection was written", "ob eine Reflexion geschrieben wurde"),
            "reflection": (
                "the reflection, only where the house keeps it",
                "die Reflexion, nur wenn das Haus sie aufbewahrt",
            ),
            "rating": ("how useful they found it", "wie nützlich sie ihn fanden"),
            "changed_at": ("when any of this changed", "wann sich etwas davon änderte"),
        },
    ),
    Group(
        "learner_score", Whose.PERSON, Use.LEARNING, Keeping.LEARNING, (Role.ADMINISTRATOR,), Shown.LEARNING,
        {
            "handle_id": ("whose score a gradebook is owed", "wessen Ergebnis ein Notenbuch bekommt"),
            "account": ("the LMS's own id of the user", "die Kennung, unter der das LMS die Person führt"),
            "place": ("for which link of the course", "für welchen Link des Kurses"),
            "thing": ("for which item or path", "für welchen Inhalt oder Pfad"),
            "to": ("where the LMS wants it", "wohin das LMS es haben will"),
            "progress": ("how far they came", "wie weit sie kamen"),
            "share": ("the score itself", "das Ergebnis selbst"),
            "at": ("when that was", "wann das war"),
        },
    ),
    Group(
        "learner_note", Whose.PERSON, Use.LEARNING, Keeping.LEARNING, _DESK, Shown.QUEUE,
        {
            "handle_id": ("which account wrote to the curators", "welches Konto den Kuratierenden schrieb"),
            "words": ("what they wrote", "was geschrieben wurde"),
            "url": ("a link they suggested", "ein vorgeschlagener Link"),
            "at": ("when", "wann"),
        },
    ),
    Group(
        "learner_note", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _DESK, Shown.QUEUE,
        {"settled_by": ("who took care of a learner's note (pseudonym)", "wer sich darum gekümmert hat (Pseudonym)")},
    ),
    Group(
        "item_question", Whose.STAFF, Use.DECISIONS, Keeping.HOUSE, _DESK, Shown.QUEUE,
        {"changed_by": ("who wrote the question of an item (pseudonym)", "wer die Frage schrieb (Pseudonym)")},
    ),
    Group(
        "kept", Whose.STAFF, Use.SIGN_IN, Keeping.HOURS, _NOBODY, Shown.NOWHERE,
        {
            "key": ("hash of a sign-in link or session", "Hashwert eines Anmeldelinks oder einer Sitzung"),
            "value": ("the account it signs in", "das Konto, das er anmeldet"),
        },
    ),
    Group(
        "source_draft", Whose.STAFF, Use.CONNECTION, Keeping.CONNECTION, _NOBODY, Shown.NOWHERE,
        {
            "person_id": ("who is setting up a source (pseudonym)", "wer eine Quelle einrichtet (Pseudonym)"),
            "sealed": ("what they entered so far, encrypted", "was bisher eingegeben wurde, verschlüsselt"),
        },
    ),
    Group(
        "source_token", Whose.STAFF, Use.CONNECTION, Keeping.CONNECTION, _NOBODY, Shown.NOWHERE,
        {
            "sealed": (
                "the sign-in at a platform that a source is read with, encrypted",
                "die Anmeldung bei einer Plattform, mit der eine Quelle gelesen wird, verschlüsselt",
            ),
        },
    ),
)  # fmt: skip

PERSONAL: tuple[Personal, ...] = tuple(field for group in _GROUPS for field in group.fields())
"""Every field kept about persons."""
