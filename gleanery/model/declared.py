"""What is kept about persons: every column of every table is declared, as personal or as telling of nobody.

The privacy sheet is written from the personal ones, and a test holds both lists against the tables as they are: a
new column that is in neither fails it, and its maker has to say whom it speaks of and what for.
"""

from __future__ import annotations

from collections.abc import Mapping

from gleanery.model.personal_fields import PERSONAL

IMPERSONAL: Mapping[str, frozenset[str]] = {
    table: frozenset(columns.split())
    for table, columns in {
        "alike": "item_id other_id likeness settled",
        "api_token": "id",
        "audit_entry": "seq action salt hash",
        "audit_head": "id seq hash",
        "basis": "id unit platform source kind needs_consent since until",
        "bulk": "id verdict query chosen last_seq seen_at total cursor decided refused changed made_at ended_at "
        "undo_asked_at undo_cursor undone kept undo_ended_at",
        "collection": "id kind title size state revision content published published_at published_revision made_at "
        "changed_at",
        "collection_change": "collection_id revision did before at",
        "collection_held": "collection_id destination revision content at",
        "collection_item": "collection_id item_id planned published",
        "competency": "framework iri parent retired code replaced_by retires_on",
        "competency_description": "framework iri language text",
        "competency_label": "framework iri language kind label number",
        "competency_term": "starts term label",
        "consent_text": "id purpose language version body made_at",
        "content": "id withheld guarded_as hash_key policy fetched_at purge_at gone gone_at",
        "decision": "id item_id number verdict revision state_before statement_id undone_at bulk_id",
        "delivery": "id item_id destination action state revision decision_id turn not_before next_try_at attempts "
        "reason remote_id url note started_at delivered_at",
        "digest": "every way sent_for tries next_try_at reason",
        "directory_change": "import_id number step",
        "directory_import": "id at file_hash undone_at",
        "erased_handle": "erasure_id",
        "engagement": "post_id source_id reactions replies bucket",
        "engagement_bucket": "source_id bucket posts",
        "erased_statement": "erasure_id store statement_id seq redacted roles old_hash told_by holders voided",
        "erasure": "id state asked_at decided_at begun_at done_at counts receipt",
        "finding": "id item_id revision step step_version settings_hash verdict reason params flags scores spans "
        "language inputs current made_at",
        "framework": "name source_hash imported_at competencies",
        "framework_change": "framework number iri kind was now",
        "framework_version": "framework number digest reader state held_for at concepts retired counts fault_count "
        "faults",
        "handle": "id",
        "handle_link": "id",
        "inbox_event": "seq id source at",
        "inquiry": "id kind until",
        "item": "seq id founding_post_id link kind state revision words_mark screened_as imported taggings reason "
        "language minutes level made_at merged_into score changed_at "
        "rated_as place teaches",
        "item_claim": "until",
        "item_goal": "item_id goal why evidence",
        "item_later": "until",
        "item_edit": "id item_id number current emptied at undone_at",
        "item_link": "item_id revision mark",
        "item_note": "id item_id at",
        "item_post": "item_id post_id role link by_person since",
        "kept": "plugin expires_at",
        "item_term": "item_id review_by expires_at at",
        "item_question": "item_id kind words options right changed_at",
        "learned_from": "goal number item_id revision label decision_id held_out",
        "learned_model": "goal number trainer mark why wanted unwanted background decisions undone digest measures "
        "made_at emptied_why",
        "learner_note": "id destination item_id kind reason settled_at",
        "learner_score": "id destination state turn attempts next_try_at reason delivered_at",
        "learner_visit": "id destination ticket_until notes reports",
        "learning_off": "goal since",
        "lease": "name holder fence until",
        "link_look": "mark state since looked_at next_look_at how status reason failures definite_at moved_to",
        "match_key": "key item_seq post_seq exact",
        "pending_sign_in": "id",
        "sign_in_try": "id",
        "rule_set": "number members judges_as act rule_id undone_by at",
        "rule_version": "rule_id number at",
        "run": "id kind subject state task done total words made_at seen_at ended_at cancel_asked_at",
        "organisation": "id name people_home bridge_home made_at",
        "partition": "source_id name state complete message read_at",
        "person_merge": "id",
        "objection": "id",
        "post": "seq id platform realm channel kind internal by_bot held_by first_seen_at version screened_version "
        "gone gone_at",
        "release": "content_id item_id masked kinds",
        "report_day": "measure day source key number",
        "post_version": "post_id number content_id content_hash seen_at",
        "reading_log": "seq source_id began_at ended_at end new changed gone faults words",
        "read_fault": "source_id partition place message seen_at",
        "saved_search": "id log shared made_at",
        "saved_view": "id shared made_at",
        "refused_tag": "item_id framework concept at",
        "regrouping": "id kind from_item to_item moved at undone_at",
        "sighting": "post_id source_id first_seen_at",
        "source": "id name connector status message failures last_success_at next_due_at released first_read_done "
        "paused_at failing_since",
        "source_draft": "id source changed_at",
        "source_token": "source expires_at number got_at",
        "stated": "deed revision voided_by",
        "tag": "item_id framework concept confidence",
        "usage": "plugin bucket hour units money_micros",
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


def is_part_of_an_index(table: str) -> bool:
    """Whether a table is one of those in which SQLite keeps the index of words: its own, beside `item_search`."""
    return table.startswith("item_search_")


def undeclared(tables: Mapping[str, frozenset[str]]) -> list[str]:
    """The `table.column` of tables as they are that no declaration knows, and declared ones that are no more."""
    tables = {name: columns for name, columns in tables.items() if not is_part_of_an_index(name)}
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
