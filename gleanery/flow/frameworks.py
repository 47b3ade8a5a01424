"""Competency frameworks from files the organisation has, imported once per state of the file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import delete, insert
from sqlmodel import col, select

from gleanery.config import FrameworkSettings
from gleanery.errors import BadInput, ConfigError
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.model.items import CompetencyLabel, CompetencyRow, Framework
from gleanery.plugins import found
from gleanery.ports import Competency, Fault, FrameworkReader


def import_frameworks(house: House) -> list[tuple[str, int, list[Fault]]]:
    """Import every configured framework whose file changed: (name, competencies, faults by line)."""
    done = []
    for settings in house.config.frameworks:
        digest = _digest(settings)
        with house.store.read() as session:
            known = session.exec(select(Framework).where(Framework.name == settings.name)).one_or_none()
        if known is not None and known.source_hash == digest:
            continue
        competencies, faults = _read(settings)
        with house.change() as change:
            _replace(change, settings.name, digest, competencies)
        done.append((settings.name, len(competencies), faults))
        vars(house).pop("concepts", None)
        vars(house).pop("judges", None)
        vars(house).pop("screened_as", None)
    return done


def _digest(settings: FrameworkSettings) -> str:
    """The hash of the file or of the folder's files."""
    path = settings.path
    if not path.exists():
        raise ConfigError(
            f"The framework {settings.name} cannot be read: there is no {path}.",
            remedy="Check frameworks.path in the configuration.",
        )
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    digest = hashlib.sha256(settings.language.encode())
    try:
        for file in files:
            if file.is_file():
                digest.update(file.name.encode() + file.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"The framework {settings.name} cannot be read: {error.strerror}.",
            remedy=f"Check the rights of {path}.",
        ) from error
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


def _replace(change: Change, name: str, digest: str, competencies: list[Competency]) -> None:
    """Put the framework's new state in place of the old one; those no longer in it stay, as retired."""
    session = change.session
    session.execute(delete(CompetencyLabel).where(col(CompetencyLabel.framework) == name))
    current = {one.iri for one in competencies}
    for row in session.exec(select(CompetencyRow).where(CompetencyRow.framework == name)):
        row.retired = row.iri not in current
        session.add(row)
    session.flush()
    known = set(session.exec(select(CompetencyRow.iri).where(CompetencyRow.framework == name)))
    rows = {}
    labels = {}
    for one in competencies:
        if one.iri not in known:
            rows[one.iri] = {"framework": name, "iri": one.iri, "parent": one.parent, "retired": one.retired}
        for language, kind, label in one.labels:
            key = (one.iri, language, kind, label)
            labels[key] = {
                "framework": name,
                "iri": one.iri,
                "language": language,
                "kind": kind,
                "label": label,
            }
    if rows:
        session.execute(insert(CompetencyRow), list(rows.values()))
    if labels:
        session.execute(insert(CompetencyLabel), list(labels.values()))
    session.merge(
        Framework(name=name, source_hash=digest, imported_at=change.at, competencies=len(competencies))
    )
    change.audit("framework.imported", "system", f"framework:{name}", competencies=len(competencies))
