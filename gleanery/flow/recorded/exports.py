"""Exactly what a page shows, as a file for who asked: small ones at once, large ones while they watch.

The files lie in the data folder for a day, readable to the account of the house alone, and then go.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from uuid import UUID

import msgspec
from sqlmodel import col, select

from gleanery.errors import BadInput, Gone
from gleanery.flow import exporting, runs
from gleanery.flow.exporting import Form, Selection
from gleanery.flow.house import House
from gleanery.flow.recorded import entries, statements
from gleanery.model.runs import Run, RunState

KIND = "export"
LIVES = timedelta(hours=24)
SMALL = 1_000
"""So many entries are written while somebody waits for the answer."""

_ENDS = {Form.BUNDLE: ".zip", Form.JSONL: ".jsonl", Form.CSV: ".csv", Form.PARQUET: ".parquet"}


def forms() -> Sequence[Form]:
    """The forms that can be written here: Parquet only where its package is installed."""
    return [form for form in Form if form is not Form.PARQUET or find_spec("pyarrow")]


def ask(house: House, account: str, selection: Selection, form: Form) -> Run:
    """The run that writes what is selected; asking for the same again meanwhile joins it. Raises: BadInput."""
    if form not in forms():
        raise BadInput("This form needs the package pyarrow.", remedy="Choose another form.")
    is_small(house, selection)  # says what is wrong with the selection, while there is somebody to tell
    task = {"account": account, "form": form.value, "selection": msgspec.to_builtins(selection)}
    subject = hashlib.sha256(json.dumps(task, sort_keys=True).encode()).hexdigest()[:32]
    with house.store.write() as session:
        actor = f"person:{house.person(session, account)}"
        return runs.ask(session, house, KIND, subject, actor, task)


def is_small(house: House, selection: Selection) -> bool:
    """Whether it is written at once. Raises: BadInput."""
    count = entries.count if selection.log == "audit" else statements.count
    return count(house, selection, SMALL) <= SMALL


def work(house: House, run: Run, progress: runs.Progress) -> None:
    """Write the file of a run. Raises: GleaneryError."""
    task = run.task
    path = _path(house, run)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = exporting.export(
        house,
        task["account"],
        msgspec.convert(task["selection"], Selection),
        path,
        Form(task["form"]),
        lambda done, total: progress.at(done, total),
    )
    progress.at(told.entries, told.entries)


def of(house: House, actor: str, most: int = 20) -> Sequence[Run]:
    """The exports that somebody asked for within a day, the newest first."""
    query = select(Run).where(Run.kind == KIND, Run.by == actor, col(Run.made_at) > house.now() - LIVES)
    with house.store.read() as session:
        return session.exec(query.order_by(col(Run.made_at).desc()).limit(most)).all()


def find(house: House, actor: str, run_id: UUID) -> Run:
    """An export of theirs. Raises: BadInput where there is none."""
    run = runs.find(house, run_id)
    if run.kind != KIND or run.by != actor:
        raise BadInput("There is no such export of yours.", remedy="Ask for it anew.")
    return run


def file_of(house: House, actor: str, run_id: UUID) -> tuple[Path, str]:
    """The file of an export of theirs, and the name to save it by. Raises: BadInput, Gone."""
    run = find(house, actor, run_id)
    path = _path(house, run)
    if run.state in runs.OPEN:
        raise BadInput("This export is not written yet.", remedy="Wait until it is.")
    if run.state is not RunState.DONE or not path.exists() or _is_over(house, run):
        raise Gone("This export is no longer kept.", remedy="Ask for it anew: files are kept for a day.")
    log = run.task["selection"]["log"]
    return path, f"{log}-{run.made_at:%Y-%m-%d-%H%M}{path.suffix}"


def forget_old(house: House) -> None:
    """Delete what was exported more than a day ago, and what was asked for then, which may name somebody."""
    query = select(Run).where(Run.kind == KIND, col(Run.made_at) <= house.now() - LIVES)
    with house.store.read() as session:
        old = [run for run in session.exec(query) if run.task]
    for run in old:
        _path(house, run).unlink(missing_ok=True)
    if old:
        with house.store.write() as session:
            for run in old:
                run.task = {}
                session.merge(run)


def _is_over(house: House, run: Run) -> bool:
    return not run.task or run.made_at <= house.now() - LIVES


def _path(house: House, run: Run) -> Path:
    end = _ENDS[Form(run.task["form"])] if run.task else ""
    return house.config.data / "exports" / f"{run.id}{end}"
