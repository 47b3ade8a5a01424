"""What the second version adds to the statements: references, weeks, definitions and attachments.

Link rows are derived from the statements, so the first version's are dropped and written anew; see
`xapi.lrs.reindex`. A link row is the statement's own where `via` is 0; otherwise `via` is the seq of a statement
that it refers to, whose row it repeats: a reference is found by what its target is found by.
"""

from __future__ import annotations

CREATE: tuple[str, ...] = (
    # 1 or 2: the family of xAPI that a statement was received under.
    "ALTER TABLE lrs_statement ADD COLUMN version BIGINT NOT NULL DEFAULT 1",
    # The whole of a term that is too long to be looked up by; its value is a digest then.
    "ALTER TABLE lrs_term ADD COLUMN text TEXT",
    "CREATE INDEX lrs_statement_authority ON lrs_statement (store, authority, seq)",
    "DROP INDEX lrs_statement_verb",
    "DROP TABLE lrs_statement_agent",
    "DROP TABLE lrs_statement_activity",
    "DROP TABLE lrs_void",
    # week: of the event, counted from Monday 0001-01-01.
    """CREATE TABLE lrs_statement_verb (
        store BIGINT NOT NULL,
        verb BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        via BIGINT NOT NULL,
        week BIGINT NOT NULL,
        PRIMARY KEY (store, verb, seq, via)
    ){clustered}""",
    """CREATE TABLE lrs_statement_agent (
        store BIGINT NOT NULL,
        agent BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        via BIGINT NOT NULL,
        verb BIGINT NOT NULL,
        roles BIGINT NOT NULL,
        PRIMARY KEY (store, agent, seq, via)
    ){clustered}""",
    "CREATE INDEX lrs_statement_agent_verb ON lrs_statement_agent (store, agent, verb, seq)",
    """CREATE TABLE lrs_statement_activity (
        store BIGINT NOT NULL,
        activity BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        via BIGINT NOT NULL,
        verb BIGINT NOT NULL,
        roles BIGINT NOT NULL,
        PRIMARY KEY (store, activity, seq, via)
    ){clustered}""",
    """CREATE TABLE lrs_statement_registration (
        store BIGINT NOT NULL,
        registration {bytes} NOT NULL,
        seq BIGINT NOT NULL,
        via BIGINT NOT NULL,
        verb BIGINT NOT NULL,
        PRIMARY KEY (store, registration, seq, via)
    ){clustered}""",
    # Who refers to which id; the target may come later. voids: 1 where the verb is voided.
    """CREATE TABLE lrs_reference (
        store BIGINT NOT NULL,
        target {bytes} NOT NULL,
        seq BIGINT NOT NULL,
        voids BIGINT NOT NULL,
        PRIMARY KEY (store, target, seq)
    ){clustered}""",
    # Each definition ever given of an activity, once; seq: the first statement that gave it.
    """CREATE TABLE lrs_definition (
        store BIGINT NOT NULL,
        activity BIGINT NOT NULL,
        digest BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        dictionary BIGINT NOT NULL,
        raw {bytes} NOT NULL,
        PRIMARY KEY (store, activity, digest)
    ){clustered}""",
    # Files, each once; the type is the statement's affair, for two may call one file differently.
    """CREATE TABLE lrs_attachment (
        store BIGINT NOT NULL,
        sha2 {bytes} NOT NULL,
        size BIGINT NOT NULL,
        content {bytes} NOT NULL,
        PRIMARY KEY (store, sha2)
    )""",
    """CREATE TABLE lrs_statement_attachment (
        store BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        sha2 {bytes} NOT NULL,
        type TEXT NOT NULL,
        PRIMARY KEY (store, seq, sha2)
    ){clustered}""",
    "CREATE INDEX lrs_statement_attachment_sha2 ON lrs_statement_attachment (store, sha2, seq)",
)
"""The statements that make them; see `xapi.lrs.schema`."""

TABLES: tuple[str, ...] = (
    "lrs_head",
    "lrs_term",
    "lrs_statement",
    "lrs_statement_verb",
    "lrs_statement_agent",
    "lrs_statement_activity",
    "lrs_statement_registration",
    "lrs_reference",
    "lrs_definition",
    "lrs_attachment",
    "lrs_statement_attachment",
)
"""Their names, with those of the first version that stay."""
