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
        "inbox_event": "seq id source at",
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
        "post": "seq id platform realm channel kind internal by_bot held_by first_seen_at version screened_version "
        "gone gone_at",
        "post_version": "post_id number content_id content_hash seen_at",
        "read_fault": "source_id partition place message seen_at",
        "sighting": "post_id source_id first_seen_at",
        "source": "id name connector status message failures last_success_at next_due_at released first_read_done "
        "paused_at",
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
