"""The command line: the composition root. Each command imports what it needs when it runs.

Exit codes: 0 done; 1 the record does not verify, or something went wrong; 2 wrong use of a command;
3 a setting is wrong; 4 a person must act; 5 bad input; 6 unreachable or out of quota; 7 gone; 8 conflict.
"""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from gleanery.cli import (
    accounts,
    audit,
    backup,
    basis,
    connect,
    counts,
    curate,
    demo,
    destinations,
    digest,
    erasure,
    evaluate,
    forward,
    frameworks,
    hr_list,
    items,
    learned,
    links,
    lrs,
    lti,
    people,
    privacy,
    quarantine,
    reports,
    retention,
    rules,
    search,
    serving,
    setup,
    share,
    sources,
    subject_access,
    work,
)
from gleanery.cli.shared import ConfigOption, chosen, complain

app = typer.Typer(
    name="gleanery",
    help="What your people already share, approved into your LMS, with a record anyone can check.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from gleanery import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def common(
    config: ConfigOption = None,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """What your people already share, approved into your LMS, with a record anyone can check."""
    chosen["config"] = config


for module in (setup, work, serving, demo, curate, privacy, counts, evaluate):
    module.register(app)
sources.register(setup.sources)
connect.register(setup.sources)
app.add_typer(setup.sources, name="sources")
app.add_typer(connect.keys, name="keys")
app.add_typer(setup.database, name="db")
app.add_typer(accounts.app, name="accounts")
app.add_typer(audit.app, name="audit")
app.add_typer(backup.app, name="backup")
hr_list.register(people.app)
erasure.register(people.app)
subject_access.register(people.app)
app.add_typer(people.app, name="people")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(basis.app, name="basis")
app.add_typer(forward.app, name="forward")
app.add_typer(frameworks.app, name="frameworks")
app.add_typer(items.app, name="items")
app.add_typer(links.app, name="links")
app.add_typer(learned.app, name="learned")
app.add_typer(lrs.app, name="lrs")
app.add_typer(lti.app, name="lti")
app.add_typer(destinations.app, name="destinations")
app.add_typer(digest.app, name="digest")
app.add_typer(reports.app, name="reports")
app.add_typer(rules.app, name="rules")
app.add_typer(retention.app, name="retention")
app.add_typer(search.app, name="search")
app.add_typer(share.app, name="share")


def main() -> None:
    """Run a command; a deliberate error ends with its message, its remedy and its exit code."""
    from gleanery.cli.crashing import leave_no_secrets, report
    from gleanery.errors import GleaneryError

    leave_no_secrets()
    try:
        with _collecting_seldom():
            app()
    except GleaneryError as error:
        sys.exit(complain(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:  # the outermost place: nobody else would cut the secrets out of it
        report(error)
        sys.exit(1)


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Have Python look for unused cycles after 50,000 new objects, and not once more over all that ends anyway.

    Its 700 mean 300 looks before a command has started, which imports much and leaves nothing behind: a quarter of
    the time that a short one takes (https://docs.python.org/3/library/gc.html).
    """
    usual = gc.get_threshold()
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
