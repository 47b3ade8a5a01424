"""The reference of the steps says what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.aids import Aids
from curation.canonical import Canonical
from curation.duplicates import Duplicates
from curation.language import Language
from curation.names import Names
from curation.patterns.national import REGISTRY
from curation.quality import Quality, Weights
from curation.sensitive import Kinds, Sensitive
from curation.substance import Substance
from curation.tags import Tags
from curation.words import Words

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "screening.md"
STEPS = (Canonical, Duplicates, Sensitive, Names, Language, Substance, Words, Quality, Aids, Tags)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_every_reason_and_every_setting_stands_in_the_reference(step: type) -> None:
    page = PAGE.read_text(encoding="utf-8")
    section = page.split(f"## {step.name}\n")[1].split("\n## ")[0]  # type: ignore[attr-defined]
    for code, words in step.reasons.items():  # type: ignore[attr-defined]
        assert f"| `{code}` | {words} |" in section
    for name, field in step.Settings.model_fields.items():  # type: ignore[attr-defined]
        assert f"| `{name}` | " in section
        assert f" | {field.description} |" in section


def test_every_weight_of_a_signal_stands_in_the_reference() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, field in Weights.model_fields.items():
        assert f"| `weights.{name}` | `{field.default}` | {field.description} |" in page


def test_every_kind_of_sensitive_content_stands_in_the_reference() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, field in Kinds.model_fields.items():
        assert f'| `kinds.{name}` | `"{field.default}"` | {field.description} |' in page


def test_every_national_number_stands_in_the_reference() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    for code, entry in REGISTRY.items():
        assert f"{entry.name} (`{code}`)" in page
