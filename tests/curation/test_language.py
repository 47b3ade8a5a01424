"""The language of an item."""

from __future__ import annotations

import gzip
import json

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from pydantic import ValidationError

from curation.language import KNOWN, Language, LanguageSettings
from gleanery.testing import TEXTS, check_settings_refused, check_step, subject
from tests.conftest import shared_data

SENTENCES = {
    "en": "How to report a safety incident within one day, and what happens to the report afterwards.",
    "de": "Wie man einen Unfall innerhalb eines Tages meldet und was danach mit der Meldung geschieht.",
    "fr": "Comment signaler un accident dans la journée et ce que devient ensuite la déclaration.",
    "es": "Cómo comunicar un accidente en el mismo día y qué ocurre después con el informe.",
    "ja": "機械学習の入門講座をやさしく説明します。",
    "el": "Πώς να αναφέρετε ένα ατύχημα μέσα σε μία ημέρα.",
}


@pytest.fixture(scope="module")
def step() -> Language:
    return Language(LanguageSettings())


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_named_by_its_language(step: Language, language: str) -> None:
    finding = step.judge(subject(SENTENCES[language]))
    assert (finding.verdict, finding.reason, finding.language) == ("keep", "language.detected", language)
    assert finding.params == {"language": language}
    assert 0.3 <= finding.scores["language"] <= 1


def test_title_and_text_are_looked_at_together(step: Language) -> None:
    assert step.judge(subject("", title=SENTENCES["de"])).language == "de"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hi!",
        "12345 67890 2026",
        "👍👍👍👍👍👍👍👍",
        "https://example.org/a/long/address",
        "@someone #tag",
    ],
)
def test_texts_without_words_have_no_language(step: Language, text: str) -> None:
    finding = step.judge(subject(text))
    assert (finding.verdict, finding.reason, finding.language) == ("keep", "language.undetermined", None)


@pytest.mark.parametrize(
    ("declared", "named"), [("de-AT", "de"), ("deu", "de"), ("nb", "no"), ("EN_us", "en")]
)
def test_where_the_words_are_too_few_the_source_is_believed(
    step: Language, declared: str, named: str
) -> None:
    finding = step.judge(subject("Hi!", language=declared))
    assert (finding.reason, finding.language) == ("language.declared", named)


def test_the_words_count_more_than_what_the_source_says(step: Language) -> None:
    assert step.judge(subject(SENTENCES["de"], language="en")).language == "de"


def test_foreign_words_in_place_of_a_language_code_are_not_passed_on(step: Language) -> None:
    finding = step.judge(subject("Hi!", language="call me at home"))
    assert (finding.reason, finding.params) == ("language.undetermined", {})


@pytest.mark.parametrize("verdict", ["ask", "drop"])
def test_an_unwanted_language_is_asked_about_or_dropped(verdict: str) -> None:
    step = Language(LanguageSettings.model_validate({"wanted": ["de", "en"], "unwanted": verdict}))
    finding = step.judge(subject(SENTENCES["fr"]))
    assert (finding.verdict, finding.reason, finding.language) == (verdict, "language.unwanted", "fr")
    assert step.judge(subject(SENTENCES["de"])).verdict == "keep"
    assert step.judge(subject("Hi!")).verdict == "keep"


def test_only_the_languages_that_may_occur_are_named() -> None:
    step = Language(LanguageSettings(languages=["de", "en"], min_confidence=0))
    assert step.judge(subject(SENTENCES["fr"])).language in ("de", "en")


def test_unknown_codes_are_refused_with_the_remedy() -> None:
    with pytest.raises(ValidationError, match="unknown languages: german; use ISO 639-1 codes"):
        LanguageSettings(wanted=["german"])
    check_settings_refused(Language, {"language": "de"})


def test_the_codes_held_here_are_those_of_the_model() -> None:
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    assert set(model.labels) - {"zxx"} == KNOWN


def test_the_contract_holds(step: Language) -> None:
    check_step(step, [*TEXTS, *SENTENCES.values(), "\ud800 surrogate in a text of some words"])


@pytest.mark.parametrize(("kind", "goal"), [("sentences", 0.97), ("word-pairs", 0.80)])
def test_accuracy_on_labelled_texts_of_40_languages(step: Language, kind: str, goal: float) -> None:
    with gzip.open(shared_data("labelled/language.jsonl.gz"), "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["kind"] == kind][::3]
    same = {"nb": "no", "nn": "no", "hr": "sr"}
    named = [step.judge(subject(row["text"][:140])).language for row in rows]
    right = sum(
        found is not None and same.get(found, found) == same.get(row["lang"], row["lang"])
        for found, row in zip(named, rows, strict=True)
    )
    assert right / len(rows) >= goal
