"""The receipt of an erasure: what was erased, by whom and when, and what others may still hold; without a name.

It is signed with the record's key. The digests on it are those that stand in the chain, so an auditor can hold it
against the record, or against a bundle of it, without knowing whose it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import BadInput
from gleanery.flow.exporting import places
from gleanery.flow.house import House
from gleanery.flow.record import driver
from gleanery.model.erasures import ErasedStatement, ErasureCase
from xapi.lrs.store import StatementStore
from xapi.signer import signed_by
from xapi.vocabulary import own

FORMAT = "gleanery erasure receipt 1"
_DOMAIN = b"gleanery erasure receipt 1\n"
_WORDS = {
    "statements-erased": "statements emptied; their places in the chain stay",
    "statements-redacted": "statements of others from which the mention was taken",
    "documents": "documents of the record deleted",
    "documents-redacted": "documents of others from which the name was taken",
    "posts": "posts emptied",
    "posts-redacted": "posts of others from which the name was taken",
    "messages": "messages and reasons from which the name was taken",
    "stated": "notes deleted of what rested on which basis",
    "objections": "objections deleted",
    "links": "links of accounts deleted",
    "merges": "merges of persons deleted",
    "hr-steps": "steps of HR imports deleted",
    "bases": "legal bases kept as proof under an id that is nobody's",
    "accounts": "accounts deleted, and read no more",
    "persons": "persons deleted",
    "sign-ins": "sign-in links ended",
    "sessions": "sessions ended",
    "tokens": "tokens of the API deleted",
    "identities": "links to identity providers deleted",
    "roles": "roles taken",
    "desk-accounts": "accounts of the desks deleted, with their passwords",
    "files": "copies in the data folder deleted or blotted",
    "statements-vouched-for": "statements that the person vouched for: the authority is part of the chain and stays",
    "exports-handed-out": "exports were handed out: whoever has one deletes it",
    "backups": "backups were made: they hold the person until they are thrown away; a restore erases again",
    "statement-cannot-be-redacted": "statements of others that would not be valid without the name",
    "document-is-no-json": "documents of others that hold the name and are no JSON: whoever keeps them changes them",
    "screening-is-busy": "items that are judged anew with the next run",
    "database-holds-name": "places in the database where the name is part of something else, as a channel's name",
    "log-in-use": "old pages in the database's log: another program was reading; they go when it ends",
}


class Holder(NamedTuple):
    """A target that may hold statements as they were: of those emptied it was told; none can be deleted by xAPI."""

    target: str
    voided: int
    unredacted: int

    @property
    def told(self) -> dict[str, Any]:
        """As it stands on the receipt."""
        return {**self._asdict(), "can_delete": False}


def written(house: House, session: Session, case: ErasureCase, left: dict[str, int]) -> str:
    """The signed receipt of an erasure as JSON text."""
    rows = session.exec(
        select(ErasedStatement)
        .where(ErasedStatement.erasure_id == case.id)
        .order_by(col(ErasedStatement.store), col(ErasedStatement.seq))
    ).all()
    told: dict[str, Any] = {
        "format": FORMAT,
        "id": str(case.id),
        "organisation": str(house.organisation.id),
        "asked": _act(case.asked_at, case.asked_by),
        "approved": _act(case.decided_at, case.decided_by),
        "begun": case.begun_at.isoformat() if case.begun_at else None,
        "done": case.done_at.isoformat() if case.done_at else None,
        "counts": dict(sorted(case.counts.items())),
        "left": dict(sorted(left.items())),
        "targets": [holder.told for holder in _holders(rows)],
        "statements": [_statement(row) for row in rows],
        "key_id": house.signer.key_id,
    }
    told["signature"] = house.signer.sign(_signed_bytes(told)).hex()
    return json.dumps(told, indent=2) + "\n"


def read(house: House, text: str | bytes) -> dict[str, Any]:
    """The receipt in a text. Raises: BadInput where this house did not sign it as it stands."""
    try:
        told: dict[str, Any] = json.loads(text)
        signature = bytes.fromhex(told["signature"])
        known = signed_by([house.signer.public_bytes()], told["key_id"], signature, _signed_bytes(told))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("This is no receipt of an erasure.", remedy="Give the JSON file.") from error
    if not known:
        raise BadInput(
            "The receipt was not signed by this house as it stands.", remedy="Keep it as evidence."
        )
    return told


def agreeing(house: House, told: dict[str, Any]) -> int:
    """How many of a receipt's statements the record tells the same of."""
    with house.store.read() as session:
        return sum(_agrees(StatementStore(driver(session), one["store"]), one) for one in told["statements"])


def _agrees(statements: StatementStore, one: dict[str, str]) -> bool:
    """Whether the telling statement is there and tells of this digest, and what was erased is not there."""
    telling = statements.get(UUID(one["told_by"]))
    if telling is None or (one["how"] == "erased" and statements.get(UUID(one["id"])) is not None):
        return False
    said = json.loads(telling.raw)
    is_told = said["verb"]["id"] == own.ERASED.id and said["object"].get("id") == one["id"]
    return bool(is_told and said["result"]["extensions"].get(own.OLD_CONTENT) == one["digest"])


def write(told: dict[str, Any], path: Path) -> None:
    """Write a receipt to a file, and in words beside it. Raises: ConfigError."""
    for target, text in (
        (path, json.dumps(told, indent=2) + "\n"),
        (path.with_suffix(".txt"), readable(told)),
    ):
        with places.writing(target) as passing:
            passing.write_text(text, "utf-8")


def readable(told: dict[str, Any]) -> str:
    """A receipt in words."""
    lines = [
        f"Receipt of erasure {told['id']}",
        "",
        f"Asked for {told['asked']['at']} by {told['asked']['by']}",
    ]
    if told["approved"]:
        lines.append(f"Approved {told['approved']['at']} by {told['approved']['by']}")
    lines += [f"Begun {told['begun']}, done {told['done']}", "", "Erased:"]
    lines += _counted(told["counts"])
    lines += ["", "Not erased here:", *(_counted(told["left"]) or ["  nothing"])]
    if told["targets"]:
        lines += [
            "",
            "Other record stores that may hold copies. They cannot be made to delete by xAPI: ask them.",
        ]
        lines += [
            f"  {one['target']}: told that {one['voided']} are void, {one['unredacted']} not redacted"
            for one in told["targets"]
        ]
    lines += ["", "Statements, with the digest that stands for each in the chain:"]
    lines += [
        f"  {one['store']} {one['seq']} {one['id']} {one['digest']} {one['how']}"
        for one in told["statements"]
    ]
    return "\n".join([*lines, "", f"Signed with key {told['key_id']}: {told['signature']}", ""])


def _counted(counts: dict[str, int]) -> list[str]:
    return [f"  {count} {worded(name)}" for name, count in counts.items() if count]


def worded(name: str) -> str:
    """A count's code in words."""
    kind, _, of = name.partition(":")
    if kind == "destination-owed":
        return f"destination that could not be reached, {of}: what stands there is taken back as soon as it can be"
    return _WORDS.get(name, name)


def _act(at: Any, by: str | None) -> dict[str, str] | None:
    return {"at": at.isoformat(), "by": by} if at is not None and by is not None else None


def _statement(row: ErasedStatement) -> dict[str, Any]:
    return {
        "store": row.store,
        "seq": row.seq,
        "id": str(row.statement_id),
        "how": "redacted" if row.redacted else "erased",
        "roles": row.roles,
        "digest": row.old_hash.hex(),
        "told_by": str(row.told_by),
    }


def _holders(rows: Sequence[ErasedStatement]) -> Iterable[Holder]:
    for target in sorted({name for row in rows for name in row.holders}):
        held = [row for row in rows if target in row.holders]
        yield Holder(target, sum(row.voided for row in held), sum(row.redacted for row in held))


def _signed_bytes(told: dict[str, Any]) -> bytes:
    bare = {name: value for name, value in told.items() if name != "signature"}
    return _DOMAIN + json.dumps(bare, sort_keys=True, separators=(",", ":")).encode()
