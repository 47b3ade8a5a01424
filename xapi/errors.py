"""The deliberate errors of this library, by what their catcher must do.

XapiError
├── InvalidStatement   the sender must correct the statement
├── Conflict           somebody must look: one id, two contents
├── Tampered           somebody must look: the record is not what was signed
├── UnsafeKey          the administrator must protect or replace the signing key
├── StoreFull          the administrator must make room on the disk
├── KeyRefused         the sender must show a key that is valid
├── BadKey             the administrator must choose another name, store, scope or secret
├── NotMergeable       the sender must replace the document instead
└── Busy               the sender must try again a little later
"""

from __future__ import annotations

from uuid import UUID


class XapiError(Exception):
    """Any deliberate error of this library."""


class InvalidStatement(XapiError):
    """A statement breaks a rule of xAPI.

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


class StoreFull(XapiError):
    """The disk or the quota of the record store is full; nothing was written, and reading goes on."""

    def __init__(self) -> None:
        super().__init__(
            "the disk of the record store is full or refuses to be written: make room; nothing was half written"
        )


class Busy(XapiError):
    """The record store cannot take this now; nothing was written. `retry_after`: seconds."""

    def __init__(self, reason: str, retry_after: int = 1) -> None:
        super().__init__(f"the record store is busy, {reason}: try again in {retry_after} s")
        self.retry_after = retry_after


class KeyRefused(XapiError):
    """The name or the secret is wrong, or the key is revoked; which of them is told to nobody."""


class BadKey(XapiError):
    """A key cannot be made or revoked as asked; the message says what to change."""


class NotMergeable(XapiError):
    """Two documents cannot be merged, since one of them is no JSON object."""
