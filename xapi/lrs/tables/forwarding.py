"""The tables of forwarding: the second version of the record store.

The record itself is the outbox: a target has a place in it, so nothing is queued twice and nothing can be
missed. What is kept beside the place is small: runs of what a target may hold, and what it refused.
"""

from __future__ import annotations

CREATE: tuple[str, ...] = (
    # One row a target. `settled`: the last seq that is dealt with; `refused`: refusals since the last yes;
    # `speaks`: the families it understands; times in microseconds, NULL for none.
    """CREATE TABLE lrs_forward (
        store BIGINT NOT NULL,
        target TEXT NOT NULL,
        settled BIGINT NOT NULL,
        tries BIGINT NOT NULL,
        refused BIGINT NOT NULL,
        stopped BIGINT NOT NULL,
        next_try BIGINT,
        answered BIGINT,
        probed BIGINT,
        speaks TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (store, target)
    ){clustered}""",
    # What a target may hold, as runs of seqs that neither touch nor overlap; noted before it is sent.
    """CREATE TABLE lrs_forward_sent (
        store BIGINT NOT NULL,
        target TEXT NOT NULL,
        first_seq BIGINT NOT NULL,
        last_seq BIGINT NOT NULL,
        PRIMARY KEY (store, target, first_seq)
    ){clustered}""",
    # What a target refused for good. `again`: 1 when a person wants it sent once more.
    """CREATE TABLE lrs_forward_dead (
        store BIGINT NOT NULL,
        target TEXT NOT NULL,
        seq BIGINT NOT NULL,
        status BIGINT NOT NULL,
        reason TEXT NOT NULL,
        tries BIGINT NOT NULL,
        died BIGINT NOT NULL,
        again BIGINT NOT NULL,
        PRIMARY KEY (store, target, seq)
    ){clustered}""",
)
"""The statements that make them; see `xapi.lrs.schema`."""

TABLES: tuple[str, ...] = ("lrs_forward", "lrs_forward_sent", "lrs_forward_dead")
"""Their names."""
