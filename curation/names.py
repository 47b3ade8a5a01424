"""Names of persons, by a language model that the organisation installs: Presidio with a spaCy model (the extra `pii`).

Not among the default steps. Nothing is loaded before the first item is judged, and nothing is ever downloaded: without
the library or the model, the configuration is refused with what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from gleanery import ports
from gleanery.errors import ConfigError
from gleanery.ports import Concept, Finding, Span, Subject

_LOOKED_AT = 20_000
"""Characters of a text that are looked at: about two seconds."""


class NamesSettings(ports.Settings):
    """Which model, and what becomes of an item that names somebody."""

    model: str = Field(
        default="en_core_web_sm",
        min_length=1,
        description="The spaCy model: an installed package, or a folder.",
    )
    language: str = Field(
        default="en",
        pattern="^[a-z]{2}$",
        description="The model's language; items in others are not looked at.",
    )
    verdict: Literal["ask", "keep"] = Field(
        default="ask", description="What becomes of an item with names; keep only marks them."
    )
    min_certainty: float = Field(
        default=0.5, ge=0, le=1, description="Names less sure than this (0 to 1) do not count."
    )
    allow: list[str] = Field(default=[], description="Names that may be shown to anybody.")


class Names:
    """Asks about items that name persons, and marks the places."""

    name: ClassVar[str] = "names"
    api_version: ClassVar[int] = 1
    version: ClassVar[str] = "1"
    Settings: ClassVar[type[ports.Settings]] = NamesSettings
    reasons: ClassVar[Mapping[str, str]] = {
        "names.found": "Names persons ({count} place(s)).",
        "names.none": "Names nobody that we can recognise.",
        "names.language": "Not looked through for names: the model is for another language.",
    }

    def __init__(self, settings: NamesSettings, concepts: Sequence[Concept] = ()) -> None:
        _require_installed(settings.model)
        self._settings = settings
        self._allowed = {name.casefold() for name in settings.allow}

    def judge(self, subject: Subject) -> Finding:
        """Ask, with each name in title and text marked; else keep."""
        if subject.language not in (None, self._settings.language):
            return Finding("keep", "names.language")
        titles = (Span("title", start, end, "name") for start, end in self._found(subject.title))
        texts = (Span("text", start, end, "name") for start, end in self._found(subject.text))
        spans = (*titles, *texts)
        if not spans:
            return Finding("keep", "names.none")
        return Finding(
            self._settings.verdict, "names.found", {"count": len(spans)}, flags=("name",), spans=spans
        )

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        if not text.strip():
            return
        results = self._analyzer.analyze(
            text=text[:_LOOKED_AT], language=self._settings.language, entities=["PERSON"]
        )
        for one in sorted(results, key=lambda result: int(result.start)):
            words = text[one.start : one.end].casefold()
            if one.score >= self._settings.min_certainty and words not in self._allowed:
                yield int(one.start), int(one.end)

    @cached_property
    def _analyzer(self) -> Any:
        """Presidio over the model."""
        analyzer, engines = import_module("presidio_analyzer"), import_module("presidio_analyzer.nlp_engine")
        language, model = self._settings.language, self._settings.model
        models = [{"lang_code": language, "model_name": model}]
        made = engines.NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
        recognizers = import_module("presidio_analyzer.predefined_recognizers")
        registry = analyzer.RecognizerRegistry(supported_languages=[language])
        registry.add_recognizer(
            recognizers.SpacyRecognizer(supported_language=language, supported_entities=["PERSON"])
        )
        return analyzer.AnalyzerEngine(
            nlp_engine=made.create_engine(), registry=registry, supported_languages=[language]
        )


def _require_installed(model: str) -> None:
    """Raises: ConfigError where the library or the model is missing; neither is loaded for that."""
    if find_spec("presidio_analyzer") is None:
        raise ConfigError(
            "The step names needs Presidio, which is not installed.",
            remedy="Install gleanery with the extra `pii`, or take `names` out of curation.steps.",
        )
    if not Path(model).is_dir() and (not model.isidentifier() or find_spec(model) is None):
        raise ConfigError(
            f"The step names needs the spaCy model {model!r}, which is not installed.",
            remedy="Install the model's package beside gleanery, or set `model` to one you have.",
        )
