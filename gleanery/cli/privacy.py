"""privacy-sheet: what is kept about persons, written from the configuration of now."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from gleanery.cli.shared import ConfigOption, opened, print_json


class FormatWord(StrEnum):
    """The forms of the privacy sheet."""

    MD = "md"
    HTML = "html"
    JSON = "json"


class LanguageWord(StrEnum):
    """The languages of the privacy sheet."""

    EN = "en"
    DE = "de"


def register(top: typer.Typer) -> None:
    """Put the command into `top`."""
    top.command("privacy-sheet")(privacy_sheet)


def privacy_sheet(
    form: Annotated[FormatWord, typer.Option("--format", help="The form.")] = FormatWord.MD,
    language: Annotated[LanguageWord, typer.Option(help="The language.")] = LanguageWord.EN,
    config: ConfigOption = None,
) -> None:
    """Write what is kept about persons, why, how long and for whom, with notices to authors."""
    with opened(config, form is FormatWord.JSON, sealing=False) as house:
        from gleanery.flow.people import printing, sheet

        made = sheet.privacy_sheet(house, language.value)
        if form is FormatWord.JSON:
            print_json(printing.as_data(made))
        else:
            typer.echo(
                (printing.as_html if form is FormatWord.HTML else printing.as_markdown)(made), nl=False
            )
