"""Competency frameworks from files the organisation has, imported once per state of the file."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from gleanery.config import FrameworkSettings
from gleanery.errors import BadInput, ConfigError
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.items.concepts import forget_terms, index_terms, number_from
from gleanery.model.items import CompetencyDescription, CompetencyLabel, CompetencyRow, Framework
from gleanery.plugins import found
from gleanery.ports import Competency, Fault, FrameworkReader

_KEPT = "descriptions"
"""What is kept of a framework since the newest way of keeping it: files imported before that are read again."""


@dataclass(frozen=True)
class FrameworkReport:
    """A framework that was imported: how many competencies, and the rows that could not be read."""

    name: str
    competencies: int
    faults: list[Fault]


def import_frameworks(house: House) -> list[FrameworkReport]:
    """Import every configured framework whose file changed; what this house loaded of them is renewed."""
    try:
        return [report for one in house.config.frameworks if (report := _import(house, one)) is not None]
    finally:
        house.notice_frameworks()


def _import(house: House, settings: FrameworkSettings) -> FrameworkReport | None:
    digest = _digest_of(house, settings)
    with house.store.read() as session:
        if _is_known(session, settings.name, digest):
            return None
    competencies, faults = _read(settings)
    with house.change() as change:
        if _is_known(change.session, settings.name, digest):
            return None  # another process was first
        _replace(change, settings.name, digest, competencies)
    return FrameworkReport(settings.name, len(competencies), faults)


def _is_known(session: Session, name: str, digest: str) -> bool:
    known = session.exec(select(Framework.source_hash).where(Framework.name == name).with_for_update())
    return known.one_or_none() == digest


# --------------------------------------------------------------------------- the file


def _digest_of(house: House, settings: FrameworkSettings) -> str:
    """The hash of the file or of the folder's files, read whole only where one looks different than before."""
    files = _files(settings)
    try:
        look = tuple((str(file), *_look(file.stat())) for file in files)
        known, digest = house.framework_files.get(settings.name, (None, ""))
        if known != look:
            digest = _digest(settings, files)
    except OSError as error:
        raise ConfigError(
            f"The framework {settings.name} cannot be read: {error.strerror}.",
            remedy=f"Check the rights of {settings.path}.",
        ) from error
    house.framework_files[settings.name] = (look, digest)
    return digest


def _look(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _files(settings: FrameworkSettings) -> list[Path]:
    path = settings.path
    if not path.exists():
        raise ConfigError(
            f"The framework {settings.name} cannot be read: there is no {path}.",
            remedy="Check frameworks.path in the configuration.",
        )
    return [file for file in sorted(path.rglob("*")) if file.is_file()] if path.is_dir() else [path]


def _digest(settings: FrameworkSettings, files: list[Path]) -> str:
    digest = hashlib.sha256(f"{_KEPT} {settings.language}".encode())
    for file in files:
        digest.update(file.name.encode("utf-8", "surrogateescape") + file.read_bytes())
    return digest.hexdigest()


def _read(settings: FrameworkSettings) -> tuple[list[Competency], list[Fault]]:
    competencies: list[Competency] = []
    faults: list[Fault] = []
    reader = _reader_for(settings.path)
    for one in reader.read(settings.path, settings.name, settings.language):
        if isinstance(one, Fault):
            faults.append(one)
        else:
            competencies.append(one)
    return competencies, faults


def _reader_for(path: Path) -> FrameworkReader:
    """The reader that recognises the file. Raises: BadInput naming those that looked at it."""
    names = []
    for plugin in found("framework"):
        if plugin.cls is None:
            continue
        names.append(plugin.name)
        reader: FrameworkReader = plugin.cls()
        if reader.recognises(path):
            return reader
    raise BadInput(
        f"{path.name} is no framework file that is known here ({', '.join(names)}).",
        remedy="Its first line must hold the column names; see docs/how-to/frameworks.md.",
    )


# --------------------------------------------------------------------------- the rows


def _replace(change: Change, name: str, digest: str, competencies: list[Competency]) -> None:
    """Put the framework's new state in place of the old one; those no longer in it stay, as retired."""
    session = change.session
    forget_terms(session, name)
    session.execute(delete(CompetencyLabel).where(col(CompetencyLabel.framework) == name))
    session.execute(delete(CompetencyDescription).where(col(CompetencyDescription.framework) == name))
    current = {one.iri: one for one in competencies}
    for row in session.exec(select(CompetencyRow).where(CompetencyRow.framework == name)):
        told = current.pop(row.iri, None)
        row.retired = told is None or told.retired
        if told is not None:
            row.parent, row.code, row.replaced_by = told.parent, told.code, told.replaced_by
        session.add(row)
    session.flush()
    rows = [
        {
            "framework": name,
            "iri": one.iri,
            "parent": one.parent,
            "retired": one.retired,
            "code": one.code,
            "replaced_by": one.replaced_by,
        }
        for one in current.values()
    ]
    if rows:
        session.execute(insert(CompetencyRow), rows)
    if meanings := _descriptions(name, competencies):
        session.execute(insert(CompetencyDescription), meanings)
    if labels := _labels(name, competencies, number_from(session)):
        session.execute(insert(CompetencyLabel), labels)
        index_terms(session, labels)
    session.merge(
        Framework(name=name, source_hash=digest, imported_at=change.at, competencies=len(competencies))
    )
    change.audit("framework.imported", "system", f"framework:{name}", competencies=len(competencies))


def _descriptions(name: str, competencies: list[Competency]) -> list[dict[str, Any]]:
    return [
        {"framework": name, "iri": one.iri, "language": language, "text": text}
        for one in competencies
        for language, text in dict(one.descriptions).items()
    ]


def _labels(name: str, competencies: list[Competency], first: int) -> list[dict[str, Any]]:
    """One row a label, each once, numbered from `first`."""
    keys = {(one.iri, *label): None for one in competencies for label in one.labels}
    return [
        {
            "framework": name,
            "iri": iri,
            "language": language,
            "kind": kind,
            "label": label,
            "number": number,
        }
        for number, (iri, language, kind, label) in enumerate(keys, first)
    ]
