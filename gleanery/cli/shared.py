"""What the commands share: options, the opened house, tables, JSON and the way errors are told."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from gleanery.config import Config
    from gleanery.errors import GleaneryError
    from gleanery.flow.change import Change
    from gleanery.flow.house import House

ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file.", show_default="config.yaml")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ByOption = Annotated[
    str | None, typer.Option("--by", help="Who decides.", show_default="the operating system's account")
]


class RoleWord(StrEnum):
    """A role, as a command takes it; the same as flow.rights.Role, which would be loaded too early here."""

    CURATOR = "curator"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    PRIVACY_OFFICER = "privacy-officer"
    LEARNER = "learner"


chosen: dict[str, Any] = {"config": None, "json": False}
"""What the running command was asked for; errors are told in the same form."""


def configuration(config: Path | None) -> Config:
    """The configuration of this command."""
    from gleanery.config import load

    return load(config or chosen["config"] or Path("config.yaml"))


@contextmanager
def opened(
    config: Path | None,
    as_json: bool = False,
    *,
    sealing: bool = True,
    read_only: bool = False,
    log: str = "error",
) -> Iterator[House]:
    """The house of this command; what was written is checkpointed and sent at the end, also after an error.

    `sealing` False: nothing is. `read_only`: nothing can be written, and no right to write is needed.
    """
    from gleanery.flow.founding import open_house

    chosen["json"] = as_json
    quiet_log(log)
    house = open_house(configuration(config), read_only=read_only)
    try:
        yield house
    finally:
        if sealing and not read_only:
            _seal(house)
        house.store.close()


@contextmanager
def acting(config: Path | None, as_json: bool, by: str | None) -> Iterator[tuple[House, Change, str]]:
    """The house of this command in one transaction, and who acts in it as the audit log names them."""
    with opened(config, as_json) as house, house.change() as change:
        yield house, change, f"person:{house.person(change.session, account(by))}"


def _seal(house: House) -> None:
    house.checkpoint()
    if house.config.record.send_checkpoints.any:
        from gleanery.flow.sending import send

        send(house)


def quiet_log(level: str = "error") -> None:
    """Log to standard error from `level` on: JSON lines when it is not a terminal.

    A command tells its faults in what it prints; only what runs for long logs them.
    """
    import structlog

    from gleanery.cli.library_log import hear_libraries
    from gleanery.errors import without_secrets

    hear_libraries(level)
    terminal = sys.stderr.isatty()
    renderer: Any = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            lambda *line: without_secrets(str(renderer(*line))),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def account(by: str | None) -> str:
    """Who acts: `--by`, else the operating system's account."""
    if by:
        return by
    import getpass

    return os.environ.get("SUDO_USER") or getpass.getuser()


def complain(error: GleaneryError) -> int:
    """Tell an error and its remedy on standard error (as JSON on standard output if asked); the exit code."""
    if chosen["json"]:
        told = {"error": error.message, "remedy": error.remedy, "exit_code": error.exit_code}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stderr.write(f"Error: {error.message}\n")
    if error.remedy:
        sys.stderr.write(f"What to do: {error.remedy}\n")
    return error.exit_code


def print_json(value: Any) -> None:
    """Print a value as JSON; times as ISO 8601, ids as text."""
    sys.stdout.write(json.dumps(value, default=str, ensure_ascii=False, indent=2) + "\n")


def console() -> Console:
    """A console on standard output."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; foreign text is shown as it is, never as markup."""
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, title=title or None, title_justify="left", box=SIMPLE, expand=False)
    for row in rows:
        table.add_row(*(Text(printable(_shown(cell))) for cell in row))
    console().print(table)


def _shown(cell: object) -> str:
    """A cell's text; times to the minute, in UTC as they are kept."""
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return "" if cell is None else str(cell)


def printable(text: str) -> str:
    """The text without control characters, which could rewrite the terminal."""
    return "".join(char if char.isprintable() or char == "\n" else "�" for char in text)


@contextmanager
def progress(as_json: bool) -> Iterator[Any]:
    """A progress display on standard error: `show(what, done, total)`; silent where nobody watches."""
    if as_json or not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int | None) -> None:
            task = tasks.setdefault(what, None)
            if task is None:
                task = tasks[what] = bars.add_task(what, total=total)
            if total is None:
                bars.advance(task, done)
            else:
                bars.update(task, completed=done, total=total)

        yield show
