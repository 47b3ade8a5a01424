"""The documents are held to the program: commands run, references are made anew, examples load, links lead somewhere.

A fenced ``console`` block holds `$ command` lines; all blocks of a document run in order in one empty folder.
ITEM stands for the first item of the queue. A comment above a block says what is special about it:

    <!-- needs: a Moodle -->    its commands are not run here, and why
    <!-- exit: 3 -->            the last command ends with this code
    <!-- file: config.yaml -->  any block: it is written to this file instead
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from gleanery.config import Config, load, plugin_settings
from gleanery.plugins import plugin
from tests.test_cli import Done, gleanery

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
BLOCK = re.compile(
    r"(?:^<!-- (?P<what>needs|exit|file): (?P<how>.+?) -->\n+)?^```(?P<kind>\w*)\n(?P<body>.*?)^```$",
    re.M | re.S,
)
EXAMPLE = ROOT / "config.example.yaml"


@dataclass(frozen=True)
class Block:
    """A fenced block and the comment above it."""

    kind: str
    body: str
    what: str
    how: str

    @property
    def commands(self) -> list[str]:
        """The commands of a console block."""
        return [line.removeprefix("$ ") for line in self.body.splitlines() if line.startswith("$ ")]


def blocks(path: Path) -> Iterator[Block]:
    """The fenced blocks of a document, in order."""
    for found in BLOCK.finditer(path.read_text("utf-8")):
        yield Block(found["kind"], found["body"], found["what"] or "", found["how"] or "")


# --------------------------------------------------------------------------- commands


WITH_COMMANDS = [
    name
    for name, path in zip(NAMES, DOCUMENTS, strict=True)
    if any(b.kind == "console" for b in blocks(path))
]


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_the_commands_of_a_document_run(name: str, tmp_path: Path) -> None:
    for block in blocks(ROOT / name):
        if block.what == "file":
            target = tmp_path / block.how
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, "utf-8")
        elif block.kind == "console" and block.what != "needs":
            codes = [0] * len(block.commands)
            codes[-1:] = [int(block.how)] if block.what == "exit" else codes[-1:]
            for command, code in zip(block.commands, codes, strict=True):
                run(command, code, tmp_path)


def run(command: str, code: int, folder: Path) -> None:
    """Run one command as a reader would; `serve` until its page answers."""
    command = of_make(command) if command.startswith("make ") else command.replace(".venv/bin/", "")
    if "ITEM" in command:
        command = command.replace("ITEM", first_item(command, folder))
    if "gleanery serve" in command:
        serve(command, folder)
        return
    done = in_process(command, folder) or subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, f"$ {command}\n{done.stdout}{done.stderr}"


def in_process(command: str, folder: Path) -> Done | None:
    """What a plain command of ours did, run without starting a program; None for what needs a shell."""
    program, _, rest = command.partition(" ")
    if program != "gleanery" or re.search(r"[|&;<>$`*\\]", rest):
        return None
    reader = environment(folder)
    with pytest.MonkeyPatch.context() as patch:
        for name in [one for one in os.environ if one not in reader and not one.startswith("PYTEST")]:
            patch.delenv(name)
        for name, value in reader.items():
            patch.setenv(name, value)
        return gleanery(*shlex.split(rest), cwd=folder)


def environment(folder: Path) -> dict[str, str]:
    """A reader's environment: this installation's programs first, a home folder of its own."""
    home = {"HOME": str(folder / "home"), "XDG_CONFIG_HOME": str(folder / "home" / ".config")}
    return {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "LANG": "C.UTF-8", "USER": "reader", **home}


def of_make(command: str) -> str:
    """What `make word` runs once everything is installed."""
    lines = subprocess.run(
        ["make", "-C", str(ROOT), "-sn", "-o", ".venv/installed", *command.split()[1:]],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return lines[-1].replace(".venv/bin/", "")


def first_item(command: str, folder: Path) -> str:
    """The id of the first item that waits, of the configuration that the command names."""
    config = re.search(r"--config (\S+)", command)
    arguments = ["--config", config[1]] if config else []
    listed = subprocess.run(
        [BIN / "gleanery", "queue", "--json", *arguments],
        cwd=folder, env=environment(folder), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return str(json.loads(listed.stdout)["items"][0]["id"])


def serve(command: str, folder: Path) -> None:
    """Start the page on a free port, ask it how it is, and end it as a service is ended."""
    started = subprocess.Popen(
        ["bash", "-c", f"exec {command} --port 0"],
        cwd=folder, env=environment(folder), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert started.stdout is not None
        address = re.search(r"http://\S+", started.stdout.readline())
        assert address, "it does not say where the page is"
        with urlopen(f"{address[0]}/healthz", timeout=20) as answer:
            assert answer.status == 200
    finally:
        started.send_signal(signal.SIGTERM)
        started.communicate(timeout=30)
    assert started.returncode == 0


# --------------------------------------------------------------------------- references and links


def test_the_references_are_what_the_program_says_of_itself() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, f"Run python scripts/reference.py.\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("name", NAMES)
def test_links_between_documents_lead_somewhere(name: str) -> None:
    document = ROOT / name
    text = re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.M | re.S)
    for target, anchor in re.findall(r"\]\((?!https?://|mailto:)([^)#]*)(?:#([^)]+))?\)", text):
        path = (document.parent / target).resolve() if target else document
        assert path.exists(), f"{name} links to {target}, which is not there"
        if anchor:
            assert anchor in anchors(path), f"{name} links to {target}#{anchor}, which is not there"


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_document_is_linked_from_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    documents = [path for path in (ROOT / "docs").rglob("*.md") if path.name != "README.md"]
    missing = [str(path.relative_to(ROOT / "docs")) for path in documents]
    assert not [name for name in missing if f"({name})" not in index]


EXCERPTS = [
    block.body for block in blocks(ROOT / "docs/how-to/plugins.md") if block.kind in ("python", "toml")
]


@pytest.mark.parametrize("excerpt", EXCERPTS)
def test_what_the_how_to_of_plugins_shows_stands_in_the_example_package(excerpt: str) -> None:
    package = ROOT / "tests" / "plugin_example" / "gleanery-example"
    files = [path.read_text("utf-8") for pattern in ("*.toml", "**/*.py") for path in package.glob(pattern)]
    assert any(excerpt in text for text in files)


# --------------------------------------------------------------------------- examples of the configuration


def checked(path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The configuration in `path`, with every plugin's settings checked; secrets are drawn by chance."""
    for variable in re.findall(r"\{env: (\w+)\}", path.read_text("utf-8")):
        monkeypatch.setenv(variable, f"sqlite:///{os.urandom(8).hex()}")
    config = load(path)
    for source in config.sources:
        settings_of("connector", source.connector, source.settings, config.folder)
    for step in config.curation.steps:
        settings_of("step", step.step, step.settings, config.folder)
    for destination in config.destinations:
        settings_of("adapter", destination.adapter, destination.settings, config.folder)
    return config


def settings_of(kind: str, name: str, settings: Mapping[str, Any], folder: Path) -> BaseModel:
    """A plugin's checked settings."""
    made: BaseModel = plugin_settings(plugin(kind, name).Settings, settings, f"{kind} {name}", folder)
    return made


FRAGMENTS = [
    (name, number)
    for name, path in zip(NAMES, DOCUMENTS, strict=True)
    for number, block in enumerate(b for b in blocks(path) if b.kind == "yaml")
]


@pytest.mark.parametrize(("name", "number"), FRAGMENTS)
def test_a_configuration_in_a_document_is_accepted(
    name: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = [one for one in blocks(ROOT / name) if one.kind == "yaml"][number]
    (tmp_path / "config.yaml").write_text(block.body, "utf-8")
    checked(tmp_path / "config.yaml", monkeypatch)


def test_the_example_of_the_configuration_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    checked(EXAMPLE, monkeypatch)


def keys(model: type[BaseModel], tree: Mapping[str, Any], at: str) -> Iterator[str]:
    """The settings of a model that are missing from a tree, sections and lists of sections included."""
    definitions = model.model_json_schema().get("$defs", {})
    yield from missing(model.model_json_schema(), definitions, tree, at)


def missing(
    schema: Mapping[str, Any], definitions: Mapping[str, Any], tree: Mapping[str, Any], at: str
) -> Iterator[str]:
    """The properties of a schema that a tree does not have."""
    for name, field in schema["properties"].items():
        if name not in tree:
            yield f"{at}{name}"
            continue
        inner = definitions.get((field.get("items") or field).get("$ref", "").removeprefix("#/$defs/"), {})
        if "properties" in inner:
            value = tree[name]
            merged = (
                {key: one for part in value for key, one in part.items()}
                if isinstance(value, list)
                else value
            )
            yield from missing(inner, definitions, merged, f"{at}{name}.")


def test_the_example_of_the_configuration_holds_every_setting() -> None:
    tree = YAML(typ="safe").load(EXAMPLE.read_text("utf-8"))
    absent = [key for key in keys(Config, tree, "") if key not in ("folder", "file")]
    for kind, places in (("connector", "sources"), ("adapter", "destinations"), ("step", "curation.steps")):
        rows = tree["curation"]["steps"] if kind == "step" else tree[places]
        for name in sorted({row[kind] for row in rows}):
            merged = {
                key: one for row in rows if row[kind] == name for key, one in row.get("settings", {}).items()
            }
            absent += keys(plugin(kind, name).Settings, merged, f"{places} {name}: ")
    assert not absent


def test_every_setting_is_explained_in_the_reference() -> None:
    reference = (
        (ROOT / "docs" / "reference" / "configuration.md").read_text("utf-8").split("## Connectors")[0]
    )
    assert "| `serve.port` |" in reference
    assert not re.findall(r"^\| \**`(\S+)`.*\|  \|$", reference, re.MULTILINE)


@pytest.mark.parametrize(
    ("kind", "group"), [("connector", "connectors"), ("step", "steps"), ("adapter", "lms_adapters")]
)
def test_the_example_of_the_configuration_shows_every_plugin(kind: str, group: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shipped = project["project"]["entry-points"][f"gleanery.{group}"]
    assert set(re.findall(rf"{kind}: (\w+)", EXAMPLE.read_text("utf-8"))) == set(shipped)
