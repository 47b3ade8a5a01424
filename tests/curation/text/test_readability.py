"""How easily a text reads: formulas by language, nothing where none is fitted."""

from __future__ import annotations

import pytest

from curation.text import readability
from curation.text.measures import LOOKED_AT, of_text
from curation.text.syllables import syllables

EASY = (
    "The cat sat on the mat. The dog ran to the park. It was a nice day. We had fun and we ate some food. "
    * 3
)
HARD = (
    "Organisational transformation necessitates comprehensive reconsideration of institutional responsibilities, "
    "interdepartmental communication infrastructures and administrative accountability. Consequently, "
    "multidisciplinary implementation methodologies occasionally demonstrate considerable heterogeneity. "
) * 2
LEICHT = "Der Hund ist da. Wir gehen in den Park. Es ist schön. Das Wetter ist gut und wir sind froh. " * 3
SCHWER = (
    "Die Inanspruchnahme unternehmensübergreifender Weiterbildungsmaßnahmen setzt die Berücksichtigung "
    "arbeitsvertraglicher Rahmenbedingungen sowie datenschutzrechtlicher Genehmigungsverfahren voraus. "
    "Entsprechende Verwaltungsvorschriften unterliegen regelmäßiger Überarbeitung durch Zuständigkeitsgremien. "
) * 2


@pytest.mark.parametrize(("language", "easy", "hard"), [("en", EASY, HARD), ("de", LEICHT, SCHWER)])
def test_plain_words_are_easy_and_officialese_is_hard(language: str, easy: str, hard: str) -> None:
    assert readability.level(of_text(easy, language)) == "easy"
    assert readability.level(of_text(hard, language)) == "hard"


def test_the_formula_is_the_one_that_its_source_gives() -> None:
    measures = of_text("We read one plain book a day. " * 10, "en")
    length, sounds = measures.words / measures.sentences, measures.syllables / measures.words
    wanted = (206.835 - 1.015 * length - 84.6 * sounds) / 100
    assert readability.ease(measures) == pytest.approx(min(1.0, wanted), abs=0.001)


def test_a_language_without_a_formula_of_its_own_goes_by_lix() -> None:
    words = "Vi gick ut i skogen. Solen var uppe. Det var en fin dag. " * 4
    measures = of_text(words, "sv")
    lix = measures.words / measures.sentences + 100 * measures.long / measures.words
    assert readability.ease(measures) == pytest.approx(min(1.0, 1.4 - lix / 50), abs=0.001)


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "今天天气很好。我们去公园。" * 20), ("", EASY), ("en", "Two words. Here.")]
)
def test_where_no_formula_is_fitted_nothing_is_said(language: str, text: str) -> None:
    measures = of_text(text, language)
    assert (readability.ease(measures), readability.level(measures)) == (None, "")


def test_syllables_are_those_of_the_language() -> None:
    assert [syllables(word, "en") for word in ("table", "university", "a")] == [2, 5, 1]
    assert [syllables(word, "de") for word in ("abend", "unternehmen", "haus")] == [2, 4, 1]
    assert syllables("идея", "ru") == 3
    assert syllables("x" * 1_000_000, "en") == 1


def test_only_the_first_characters_are_measured_and_the_share_says_so() -> None:
    measures = of_text("word " * LOOKED_AT, "en")
    assert measures.words == LOOKED_AT // 5
    assert measures.share == pytest.approx(0.2)


def test_words_of_others_code_and_addresses_are_no_words_of_the_author() -> None:
    text = "> what they said\nMy own answer is here https://example.org/a-b-c\n```\nlet x = 1\n```\n"
    measures = of_text(text, "en")
    assert (measures.words, measures.quoted, measures.addresses, measures.code) == (5, 3, 1, 1)
