"""The deliberate errors of this library, by what their catcher must do.

XapiError
├── InvalidStatement   the sender must correct the statement
├── Conflict           somebody must look: one id, two contents
├── Tampered           somebody must look: the record is not what was signed
└── UnsafeKey          the administrator must protect or replace the signing key
"""

from __future__ import annotations

from uuid import UUID


class XapiError(Exception):
    """Any deliberate error of this library."""


class InvalidStatement(XapiError):
    """A statement breaks a rule of xAPI 1.0.3.

    `path` is the JSON path of the value (`$.actor.mbox`), `rule` the rule's name (`one-identifier`).
    The message never quotes a value: statements speak about persons.
    """

    def __init__(self, path: str, rule: str, message: str) -> None:
        super().__init__(f"{path}: {message} ({rule})")
        self.path = path
        self.rule = rule
        self.message = message


class Conflict(XapiError):
    """The store holds a statement of this id with other content; nothing was written."""

    def __init__(self, statement_id: UUID) -> None:
        super().__init__(
            f"statement {statement_id} is already stored with other content: "
            "void it and record a new one, or correct the sender that reuses the id"
        )
        self.statement_id = statement_id


class Tampered(XapiError):
    """A record does not follow from its chain and its signed checkpoints."""


class UnsafeKey(XapiError):
    """The signing key is missing, unreadable, no Ed25519 key, or readable by others."""
