"""lti: registering at an LMS, approving where it uses us, and looking at its launches."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any

import typer

from gleanery.cli.shared import (
    ByOption,
    ConfigOption,
    JsonOption,
    account,
    opened,
    print_json,
    print_table,
)

app = typer.Typer(help="LMSs that learners come from by LTI 1.3.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="DESTINATION", help="A destination of the adapter lti.")]
DeploymentArgument = Annotated[str, typer.Argument(help="The LMS's id of the deployment.")]

_WORDS = {
    "login": "login (OIDC initiation)",
    "redirect": "redirect",
    "target": "target link",
    "jwks": "public key set (JWKS)",
    "choice": "deep linking",
}


@app.command()
def show(name: NameArgument, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """How it is registered, what to enter in the LMS by hand, and which deployments wait."""
    with opened(config, as_json) as house:
        from gleanery.flow.destinations import registering

        found = registering.standing(house, name)
    if as_json:
        print_json(asdict(found))
        return
    lms = found.registered
    typer.echo(f"Registered at {lms.issuer} as {lms.client_id}." if lms else "Not registered at an LMS yet.")
    rows = ((_WORDS.get(key, key), address) for key, address in found.addresses.items())
    print_table("For a manual set-up", ("in the LMS", "address"), rows)
    print_table("Deployments", ("id", "state"), ((one.id, one.state) for one in found.deployments))
    if found.problem:
        typer.echo(found.problem)


@app.command()
def invite(
    name: NameArgument,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the LMS that is registered.")] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Print an address by which an LMS registers itself, once and within a day."""
    with opened(config, as_json) as house:
        from gleanery.flow.destinations import registering

        address = registering.invite(house, name, account(by), replaces=replace)
    print_json({"address": address}) if as_json else typer.echo(address)


@app.command()
def approve(
    name: NameArgument,
    deployment: DeploymentArgument,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Let launches of a deployment in."""
    _decide(name, deployment, "approved", by, as_json, config)


@app.command()
def refuse(
    name: NameArgument,
    deployment: DeploymentArgument,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Keep launches of a deployment out."""
    _decide(name, deployment, "refused", by, as_json, config)


def _decide(name: str, deployment: str, state: Any, by: str | None, as_json: bool, config: Any) -> None:
    with opened(config, as_json) as house:
        from gleanery.flow.destinations import registering

        registering.decide(house, name, account(by), deployment, state)
    if as_json:
        print_json({"deployment": deployment, "state": state})
    else:
        typer.echo(f"{name}: deployment {deployment} is {state}.")


@app.command("test")
def self_test(name: NameArgument, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Ask the LMS for its keys, a token and the time; exit 1 where something does not hold."""
    with opened(config, as_json) as house:
        from gleanery.flow.destinations import registering, trying

        registering.standing(house, name)
        trial = trying.test(house, name)
    if as_json:
        print_json([asdict(check) for check in trial.checks])
    else:
        rows = (("ok" if one.ok else "FAILS", one.name, one.message, one.remedy) for one in trial.checks)
        print_table("", ("", "check", "message", "remedy"), rows)
    if not trial.is_fine:
        raise typer.Exit(1)


@app.command()
def log(name: NameArgument, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """The last launches, good and refused, with the check that failed; no personal data."""
    with opened(config, as_json) as house:
        from gleanery.flow.destinations import registering

        entries = registering.launches(house, name)
    if as_json:
        print_json([asdict(one) for one in entries])
        return
    rows = ((f"{one.at:%Y-%m-%d %H:%M:%S}", one.check or "good", one.wrong, one.remedy) for one in entries)
    print_table("", ("at (UTC)", "check", "what is wrong", "remedy"), rows)
    if not entries:
        typer.echo("No launch came yet.")


@app.command("rotate-keys")
def rotate_keys(
    name: NameArgument, by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Publish a new key; it signs from tomorrow on, when LMSs have read it."""
    with opened(config, as_json) as house:
        from gleanery.flow.destinations import registering

        number = registering.rotate_keys(house, name, account(by))
    print_json({"published": number}) if as_json else typer.echo(f"{name}: {number} keys are published.")


@app.command()
def roster(
    name: NameArgument,
    course: Annotated[
        str | None, typer.Argument(metavar="[COURSE]", help="The LMS's id; default: list them.")
    ] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Count who is in a course by role; with --json the LMS's ids and roles, never names."""
    with opened(config, as_json) as house:
        from gleanery.flow.destinations import registering

        if course is None:
            courses = [one.id for one in registering.standing(house, name).courses]
            print_json(courses) if as_json else print_table("", ("course",), ((one,) for one in courses))
            return
        members = registering.roster(house, name, account(by), course)
    if as_json:
        print_json([asdict(one) for one in members])
        return
    counts = Counter(role for one in members if one.is_active for role in one.roles or ("none",))
    print_table("", ("role", "active"), sorted(counts.items()))
    typer.echo(f"{len(members)} people, {sum(one.is_active for one in members)} active.")
