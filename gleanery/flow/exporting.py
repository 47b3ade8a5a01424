"""The logs as files an auditor can take away, and the signed acceptance of a restore."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from gleanery.audit import AuditLog
from gleanery.errors import BadInput, ConfigError
from gleanery.flow import record
from gleanery.flow.desk import account_of
from gleanery.flow.house import House
from xapi import chain
from xapi.errors import Tampered, XapiError


def lines(house: House, log: str, since: int = 0) -> Iterator[str]:
    """The entries of `audit` or `statements` after number `since`, one JSON text each. Raises: BadInput."""
    if log == "audit":
        return _audit_lines(house, since)
    if log == "statements":
        return _statement_lines(house, since)
    raise BadInput(f"There is no log {log!r}.", remedy="Choose audit or statements.")


def _audit_lines(house: House, since: int) -> Iterator[str]:
    names: dict[str, str] = {}
    for entry in AuditLog(house.store).lines(since):
        if entry.actor not in names:
            with house.store.read() as session:
                names[entry.actor] = account_of(session, entry.actor)
        yield json.dumps(
            {
                "seq": entry.seq,
                "at": entry.at.isoformat(),
                "action": entry.action,
                "actor": entry.actor,
                "who": names[entry.actor],
                "subject": entry.subject,
                "detail": json.loads(entry.detail),
                "hash": entry.hash.hex(),
            },
            ensure_ascii=False,
        )


def _statement_lines(house: House, since: int) -> Iterator[str]:
    after = since
    while True:
        with record.record(house.store) as statements:
            page = list(statements.query(after_seq=after, limit=500, ascending=True, voided=True))
        for one in page:
            yield json.dumps(
                {"seq": one.seq, "stored": one.stored.isoformat(), "statement": json.loads(one.raw)},
                ensure_ascii=False,
            )
        if not page:
            return
        after = page[-1].seq


def write(entries: Iterable[str], path: Path) -> int:
    """Write the lines to a new file, whole or not at all; returns how many. Raises: ConfigError."""
    passing = path.with_name(f".{path.name}.part")
    count = 0
    try:
        with passing.open("w", encoding="utf-8") as file:
            for line in entries:
                file.write(line + "\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}.", remedy="Choose another place with --out."
        ) from error
    return count


def accept_restore(house: House, note: str) -> list[dict[str, Any]]:
    """Open a new signed epoch for each log that stands behind its checkpoints. Raises: BadInput, ConfigError."""
    accepted = []
    for log, verdict in zip(house.logs, house.verify(), strict=True):
        if verdict[1].ok:
            continue
        try:
            checkpoint = chain.accept_restore(
                log,
                signer=house.signer,
                organisation=str(house.organisation.id),
                local=house.local_checkpoints,
                elsewhere=house.other_checkpoints,
                at=house.now(),
                note=note,
            )
        except Tampered as error:
            raise BadInput(
                f"This is no restore: {error}.",
                remedy="Keep this copy as evidence and restore an untouched backup.",
            ) from error
        except XapiError as error:
            raise ConfigError(str(error)) from error
        accepted.append({"log": log.name, "epoch": checkpoint.epoch, "seq": checkpoint.seq})
    if not accepted:
        raise BadInput("Both logs agree with their checkpoints.", remedy="There is no restore to accept.")
    return accepted
