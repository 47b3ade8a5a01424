"""Which step, matcher or trainer is measured, with which settings and frameworks: a house's, or those given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gleanery.config import plugin_settings
from gleanery.errors import BadInput, ConfigError
from gleanery.flow.evaluating.cases import Task
from gleanery.flow.frameworks.reading import reader_for
from gleanery.flow.house import House
from gleanery.plugins import found, plugin
from gleanery.ports import Competency, Concept, Fault, Prepares


@dataclass(frozen=True)
class Contender:
    """What is measured: the plugin, its settings, and the concepts it works with."""

    plugin: Any
    settings: Mapping[str, Any]
    concepts: Sequence[Concept] = ()
    faults: Sequence[Fault] = ()

    @property
    def about(self) -> dict[str, Any]:
        """What it is, for a report."""
        return {
            "name": self.plugin.name,
            "version": self.plugin.version,
            "settings": dict(self.settings),
            "concepts": len(self.concepts),
        }


@dataclass(frozen=True)
class Choice:
    """What whoever measures chose: a name, settings beside the house's, framework files."""

    name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    frameworks: Sequence[Path] = ()
    language: str = "en"


def contender(choice: Choice, task: Task, house: House | None) -> Contender:
    """The plugin to measure. Raises: ConfigError where none or several would do."""
    kind, name = _named(choice, task, house)
    cls = plugin(kind, name)
    settings = {**_configured(house, name), **choice.settings}
    checked = plugin_settings(cls.Settings, settings, f"--set of {name}", Path.cwd())
    shown = checked.model_dump(mode="json", context={"secrets": False})
    if kind == "trainer":
        return Contender(cls(checked), shown)
    concepts, faults = _concepts(choice, house) if getattr(cls, "wants_concepts", False) else ((), [])
    made = cls(checked, concepts)
    if isinstance(made, Prepares):
        made.prepare(lambda _done, _all: None)  # once for a framework, so it is no part of the time of a row
    return Contender(made, shown, concepts, faults)


def _named(choice: Choice, task: Task, house: House | None) -> tuple[str, str]:
    """("step" or "trainer", name): as chosen, else the only one that does this."""
    if choice.name:
        is_trainer = any(one.name == choice.name for one in found("trainer"))
        return ("trainer" if is_trainer else "step"), choice.name
    able = sorted(_able(task))
    listed = [one.step for one in house.config.curation.steps] if house is not None else []
    kept = [one for one in able if one[1] in listed] or able
    if len(kept) == 1:
        return kept[0]
    told = ", ".join(name for _, name in kept) or "none"
    raise ConfigError(
        f"What is to be measured must be said: for the column {task.value} there are {told}.",
        remedy="Name one with --step; `gleanery plugins` lists all.",
    )


def _able(task: Task) -> list[tuple[str, str]]:
    """The plugins that do what a task asks, by what they say of themselves."""
    if task in (Task.WANTED, Task.CLASS):
        return [("trainer", one.name) for one in found("trainer") if one.cls is not None]
    steps = [(one.name, one.cls) for one in found("step") if one.cls is not None]
    return [("step", name) for name, cls in steps if _does(cls, name, task)]


def _does(cls: Any, name: str, task: Task) -> bool:
    if task is Task.SPANS:
        return bool(getattr(cls, "guards", False))
    if task is Task.LABELS:
        return bool(getattr(cls, "wants_concepts", False))
    if task is Task.DUPLICATES:
        return hasattr(cls, "likeness") and hasattr(cls, "sketch")
    return name == task.value


def _configured(house: House | None, name: str) -> Mapping[str, Any]:
    if house is None:
        return {}
    return next((one.settings for one in house.config.curation.steps if one.step == name), {})


def _concepts(choice: Choice, house: House | None) -> tuple[Sequence[Concept], list[Fault]]:
    """The competencies of the files given, else of the house; and the faults of their rows."""
    if not choice.frameworks:
        if house is None or not house.concepts:
            raise ConfigError(
                "Competencies are proposed from a framework, and there is none.",
                remedy="Give its file with --framework, or a configuration that has one with --config.",
            )
        return house.concepts, []
    concepts: list[Concept] = []
    faults: list[Fault] = []
    for path in choice.frameworks:
        if not path.exists():
            raise BadInput(f"There is no {path}.", remedy="Check the path given with --framework.")
        told: dict[str, list[Competency]] = {}
        for one in reader_for(path).read(path, _plain(path), choice.language):
            if isinstance(one, Fault):
                faults.append(one)
            else:
                told.setdefault(one.iri, []).append(one)
        concepts += [_concept(_plain(path), parts) for parts in told.values() if not parts[0].retired]
    return concepts, faults


def _plain(path: Path) -> str:
    """A name of a framework made of its file's: small letters, digits and dashes."""
    stem = path.name.partition(".")[0].casefold()
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in stem)
    return plain.strip("-")[:40] or "framework"


def _concept(framework: str, parts: Sequence[Competency]) -> Concept:
    labels = [(kind, text) for one in parts for _, kind, text in one.labels]
    return Concept(
        framework,
        parts[0].iri,
        tuple(dict.fromkeys(text for _, text in labels)),
        tuple(dict.fromkeys(text for kind, text in labels if kind == "preferred")),
        "\n".join(text for _, text in parts[0].descriptions),
    )
