"""digest: what waits, as it is sent to those who chose it."""

from __future__ import annotations

import typer

from gleanery.cli.shared import ByOption, ConfigOption, JsonOption, account, opened, print_json

app = typer.Typer(help="Messages about what waits and what is broken.", no_args_is_help=True)


@app.command()
def preview(by: ByOption = None, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Print the digest that somebody would get now; nothing is sent."""
    with opened(config, as_json) as house:
        from gleanery.flow.accounts.staff import find
        from gleanery.flow.digests.sending import letter_for
        from gleanery.web.reports.letters import letters

        with house.store.read() as session:
            person_id = find(session, account(by))
        letter = letter_for(house, letters(house), person_id)
    if as_json:
        print_json({"subject": letter.subject, "text": letter.text, "html": letter.html})
    else:
        typer.echo(f"{letter.subject}\n\n{letter.text}")


@app.command()
def send(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Send every digest that is due; those already sent in their day or week are not sent again."""
    with opened(config, as_json) as house:
        from gleanery.flow.digests.sending import send_due
        from gleanery.web.reports.letters import letters

        sent = send_due(house, letters(house))
    print_json({"sent": sent}) if as_json else typer.echo(f"{sent} sent")
