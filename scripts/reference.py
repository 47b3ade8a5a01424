"""Writes the pages of docs/reference that come from the program itself; --check only compares.

The pages cannot go stale: a test compares them with what this script makes of the commands and settings.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel

from gleanery import cli
from gleanery.config import Config
from gleanery.flow.refusals import Refusal, refusals
from gleanery.plugins import GROUPS, found

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
NOTICE = "<!-- Written by scripts/reference.py from the program itself. Do not edit. -->\n"
TITLES = {
    "connector": "Connectors",
    "step": "Steps",
    "adapter": "Adapters",
    "framework": "Framework readers",
    "trainer": "Trainers",
}


def main() -> int:
    """Write the pages, or with --check show how they differ; 1 where they do."""
    PAGES.mkdir(parents=True, exist_ok=True)
    stale = 0
    pages = {
        "commands.md": commands(),
        "configuration.md": configuration(),
        "connector-errors.md": connector_errors(),
    }
    for name, made in pages.items():
        page = PAGES / name
        kept = page.read_text("utf-8") if page.exists() else ""
        if "--check" not in sys.argv:
            page.write_text(made, "utf-8")
        elif kept != made:
            stale = 1
            lines = difflib.unified_diff(kept.splitlines(True), made.splitlines(True), name, "made")
            sys.stdout.writelines(lines)
    return stale


# --------------------------------------------------------------------------- commands


def commands() -> str:
    """Every command with its arguments and options, and the exit codes."""
    program = typer.main.get_command(cli.app)
    exits = (cli.__doc__ or "").split("Exit codes:")[1].strip().rstrip(".")
    lines = [NOTICE, "# Commands\n"]
    lines.append("Every command also takes `--help`. `--json` prints one JSON value on standard output;")
    lines.append("errors and progress go to standard error. `GLEANERY_DATA` names another data folder.\n")
    lines += ["| exit code | meaning |", "|---|---|"]
    lines += [f"| {code} | {words} |" for code, words in _exits(exits)]
    for name, command in _commands("gleanery", program):
        lines += ["", f"## {name}\n", f"{(command.help or '').strip()}\n", *_parameters(name, command)]
    return _page(lines)


def _page(lines: list[str]) -> str:
    """The lines with one empty line between paragraphs, never two."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _exits(text: str) -> Iterator[tuple[str, str]]:
    for part in " ".join(text.split()).split("; "):
        code, _, words = part.partition(" ")
        yield code, words


def _commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """The command itself, then those below it, in the order of the help."""
    below: Mapping[str, Any] = getattr(command, "commands", {})
    if not below:
        yield path, command
    for name, one in below.items():
        yield from _commands(f"{path} {name}", one)


def _parameters(name: str, command: Any) -> Iterator[str]:
    arguments = [one for one in command.params if not one.opts[0].startswith("-")]
    options = [one for one in command.params if one.opts[0].startswith("-")]
    words = [_placeholder(one) for one in arguments]
    yield "```text"
    yield " ".join([name, *words, *(["[OPTIONS]"] if options else [])])
    yield "```\n"
    yield "| argument or option | meaning | default |"
    yield "|---|---|---|"
    for one in [*arguments, *options]:
        yield f"| {_spelling(one)} | {_cell(one.help or '')} | {_default_of(one)} |"


def _placeholder(argument: Any) -> str:
    kind = argument.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(str(one.value) for one in kind)
    return str(argument.metavar or argument.name.upper())


def _spelling(parameter: Any) -> str:
    if not parameter.opts[0].startswith("-"):
        return f"`{_placeholder(parameter).replace('|', chr(92) + '|')}`"
    names = ", ".join(f"`{name}`" for name in parameter.opts)
    if parameter.is_flag:
        return names
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"{names} " + ", ".join(f"`{one.value}`" for one in kind)
    return f"{names} {parameter.metavar or getattr(kind, '__name__', 'value').upper().replace('STR', 'TEXT')}"


def _default_of(parameter: Any) -> str:
    if parameter.required:
        return "must be given"
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    value = parameter.default
    if value in (None, "", False) or value == []:
        return ""
    return f"`{value.value if isinstance(value, Enum) else value}`"


# --------------------------------------------------------------------------- errors of connectors


def connector_errors() -> str:
    """What platforms refuse, by connector, as `gleanery sources errors` lists it."""
    lines = [NOTICE, "# What platforms refuse\n"]
    lines.append(
        "The first row that fits a refusal counts. A *setting* is for the administrator, a *sign-in or right* for"
    )
    lines.append(
        "whoever may give it; what is *out of reach* or *used up* is tried again by itself, at the time given here."
    )
    lines.append("Words in braces are filled in. `gleanery sources errors` prints the same.")
    for name, rows in groupby(refusals(), key=lambda row: row.connector):
        ours = next(one for one in found("connector") if one.name == name).distribution == "gleanery"
        if ours:
            lines += [
                "",
                f"## {name}\n",
                "| refusal | is | what you read | stops | tried next |",
                "|---|---|---|---|---|",
            ]
            lines += map(_refusal, rows)
    return _page(lines)


def _refusal(row: Refusal) -> str:
    words = _cell(f"{row.message} {row.remedy}".strip())
    stops = "the source" if row.whole else "one part"
    return f"| {_cell(row.codes)} | {row.error} | {words} | {stops} | {_cell(row.next)} |"


# --------------------------------------------------------------------------- configuration


def configuration() -> str:
    """Every setting of the file and of every plugin that comes with gleanery."""
    lines = [NOTICE, "# Configuration\n"]
    lines.append(
        "One YAML file, `config.yaml` by default. Unknown keys are refused. Relative paths are taken from"
    )
    lines.append(
        "the folder of the file. A secret never stands in it: write `{env: NAME}` or `{file: PATH}`."
    )
    lines.append("[config.example.yaml](../../config.example.yaml) holds every setting with its unit.\n")
    schema = Config.model_json_schema()
    for name in ("folder", "file"):  # where the file is, not what stands in it
        del schema["properties"][name]
    lines += Table(schema, _comments((ROOT / "config.example.yaml").read_text("utf-8"))).lines()
    for kind in GROUPS:
        lines += ["", f"## {TITLES[kind]}", *_plugins(kind)]
    return _page(lines)


def _plugins(kind: str) -> Iterator[str]:
    for plugin in found(kind):
        if plugin.distribution != "gleanery":
            continue
        if plugin.cls is None:
            raise SystemExit(f"The {kind} {plugin.name} cannot be described: {plugin.error}")
        settings = getattr(plugin.cls, "Settings", None)
        yield f"\n### {kind} `{plugin.name}`\n"
        yield from _paragraph(plugin.cls.__doc__)
        if settings is not None:
            yield from _section(settings)


def _section(model: type[BaseModel]) -> Iterator[str]:
    schema = model.model_json_schema()
    yield from _paragraph(schema.get("description"))
    yield from Table(schema, {}).lines()


def _paragraph(words: str | None) -> Iterator[str]:
    if words:
        yield " ".join(words.split())
        yield ""


def _comments(example: str) -> dict[str, str]:
    """The comment beside each key of the example, by the key's path: `goals[].name` for a list's."""
    said: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for spaces, dash, key, comment in re.findall(r"^( *)(- )?(\w+):.*?(?:\s# (.*))?$", example, re.MULTILINE):
        depth = len(spaces) + len(dash)
        above = [one for one in above if one[0] < depth]
        if dash and above:
            above[-1] = (above[-1][0], above[-1][1].removesuffix("[]") + "[]")
        above.append((depth, key))
        said.setdefault(".".join(name for _, name in above), comment)
    return said


@dataclass(frozen=True)
class Table:
    """The settings of a JSON schema as rows; those of a section follow it, with its name before theirs.

    `meanings` are taken where a setting has no description of its own.
    """

    schema: Mapping[str, Any]
    meanings: Mapping[str, str]

    def lines(self) -> Iterator[str]:
        """The table, nothing where there are no settings."""
        rows = list(self._rows(self.schema, ""))
        if rows:
            yield "| setting | value | default | meaning |"
            yield "|---|---|---|---|"
            yield from rows

    def _rows(self, section: Mapping[str, Any], prefix: str) -> Iterator[str]:
        for name, field in section.get("properties", {}).items():
            path = f"{prefix}{name}"
            inner, is_list = self._inner(field)
            meaning = field.get("description") or self.meanings.get(path, "")
            if inner is None:
                must = name in section.get("required", ())
                default = "must be given" if must else _value(field.get("default"))
                yield f"| `{path}` | {_kind(field)} | {default} | {_cell(meaning)} |"
                continue
            default = _value(field.get("default")) if is_list else ""
            words = _cell(meaning or inner.get("description", ""))
            yield f"| **`{path}`** | {'list' if is_list else ''} | {default} | {words} |"
            yield from self._rows(inner, f"{path}[]." if is_list else f"{path}.")

    def _inner(self, field: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, bool]:
        """The section a setting holds, and whether as a list; (None, False) for a plain value."""
        for one, is_list in ((field, False), (field.get("items", {}), True)):
            target = self.schema.get("$defs", {}).get(one.get("$ref", "").removeprefix("#/$defs/"))
            if target is not None and "properties" in target:
                return target, is_list
        return None, False


def _kind(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if "anyOf" in field:
        kinds = [_kind(one) for one in field["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    match field.get("type"), field.get("format"):
        case "string", "password":
            return "secret"
        case "string", "path":
            return "path"
        case "string", _:
            return "text"
        case "boolean", _:
            return "`true` or `false`"
        case "array", _:
            return f"list of {_kind(field.get('items', {}))}"
        case "integer" | "number" as number, _:
            return ("whole number" if number == "integer" else "number") + _bounds(field)
        case _:
            return "mapping"


def _bounds(field: Mapping[str, Any]) -> str:
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}
    return "".join(f" {word} {field[key]:,}" for key, word in words.items() if key in field)


def _value(value: Any) -> str:
    """A default as it would stand in the file."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, list):
        return "`[" + ", ".join(_item(one) for one in value) + "]`"
    return f"`{_item(value)}`"


def _item(value: Any) -> str:
    if isinstance(value, dict):
        filled = [one for one in value.values() if one]
        return (
            _item(filled[0])
            if len(filled) == 1
            else "{" + ", ".join(f"{k}: {_item(v)}" for k, v in value.items()) + "}"
        )
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
