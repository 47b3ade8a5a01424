"""Tags from the labels of competency frameworks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.tags import Tags, TagsSettings
from gleanery.ports import Concept, Finding
from gleanery.testing import TEXTS, check_settings_refused, check_step, subject
from tests.curation import slow_oracle

CONCEPTS = (
    Concept("f", "urn:ml", ("machine learning", "maschinelles Lernen", "機械学習")),
    Concept("f", "urn:machine", ("machine",)),
    Concept("f", "urn:python", ("Python", "Python programming")),
    Concept("f", "urn:safety", ("workplace safety", "Arbeitssicherheit", "Größenangaben")),
    Concept("f", "urn:it", ("IT", "information technology", "go")),
    Concept("f", "urn:cpp", ("C++",)),
    Concept("f", "urn:csharp", ("C#",)),
    Concept("f", "urn:sales-a", ("sales",)),
    Concept("g", "urn:sales-b", ("Sales",)),
)


@pytest.fixture
def step() -> Tags:
    return Tags(TagsSettings(), CONCEPTS)


def _found(finding: Finding) -> dict[str, tuple[str, ...]]:
    return {label.concept: label.matched for label in finding.labels}


def test_the_longest_label_wins_and_the_shorter_counts_where_it_stands_alone(step: Tags) -> None:
    assert _found(step.judge(subject("about machine learning"))) == {"urn:ml": ("machine learning",)}
    assert _found(step.judge(subject("the machine learnings"))) == {"urn:machine": ("machine",)}
    both = step.judge(subject("Machine learning on a MACHINE"))
    assert _found(both) == {"urn:ml": ("Machine learning",), "urn:machine": ("MACHINE",)}


@pytest.mark.parametrize(
    ("text", "concept", "matched"),
    [
        ("Die GRÖSSENANGABEN fehlen", "urn:safety", "GRÖSSENANGABEN"),
        ("Arbeits\u00adsicherheit zuerst", "urn:safety", "Arbeits\u00adsicherheit"),
        ("Gro\u0308ßenangaben", "urn:safety", "Gro\u0308ßenangaben"),
        ("Ｐｙｔｈｏｎ入門", "urn:python", "Ｐｙｔｈｏｎ"),
        ("これは機械学習です", "urn:ml", "機械学習"),
        ("machine-\nlearning", None, None),
        ("machine-learning for all", "urn:ml", "machine-learning"),
        ("machine \n\t learning", "urn:ml", "machine \n\t learning"),
        ("C++, C and D", "urn:cpp", "C++"),
        ("subpython", None, None),
        ("pythön", None, None),
        ("İ Python", "urn:python", "Python"),
    ],
)
def test_letters_of_all_kinds_match_as_whole_words(
    step: Tags, text: str, concept: str | None, matched: str | None
) -> None:
    found = _found(step.judge(subject(text)))
    found.pop("urn:machine", None)
    assert found == ({concept: (matched,)} if concept else {})


def test_very_common_and_very_short_labels_do_not_count_unless_admitted(step: Tags) -> None:
    text = "It is time to go on with C#"
    assert step.judge(subject(text)) == Finding("keep", "tags.none")
    admitting = Tags(TagsSettings(admitted=["C#", "Go"]), CONCEPTS)
    assert _found(admitting.judge(subject(text))) == {"urn:it": ("go",), "urn:csharp": ("C#",)}


def test_ignored_labels_do_not_count() -> None:
    step = Tags(TagsSettings(ignored=["python"]), CONCEPTS)
    assert _found(step.judge(subject("Python, and Python programming"))) == {
        "urn:python": ("Python programming",)
    }


def test_the_confidence_tells_phrases_titles_and_shared_labels_apart(step: Tags) -> None:
    def confidence(text: str, title: str = "") -> float:
        return step.judge(subject(text, title=title)).labels[0].confidence

    assert confidence("workplace safety") == 0.8
    assert confidence("", "Workplace safety") == 0.9
    assert confidence("Arbeitssicherheit") == 0.5
    assert confidence("機械学習") == 0.8
    assert confidence("sales") == 0.2


def test_platform_tags_are_looked_at_as_prominent(step: Tags) -> None:
    label = step.judge(subject("", tags=("machine-learning",))).labels[0]
    assert (label.concept, label.confidence, label.matched) == ("urn:ml", 0.9, ("machine-learning",))


def test_the_most_specific_tags_are_proposed_up_to_the_limit() -> None:
    step = Tags(TagsSettings(max_tags=2), CONCEPTS)
    finding = step.judge(subject("sales, a machine, workplace safety and machine learning"))
    assert [label.concept for label in finding.labels] == ["urn:ml", "urn:safety"]
    assert (finding.reason, finding.params) == ("tags.cut", {"found": 5, "count": 2})


def test_uncertain_tags_can_be_left_out() -> None:
    step = Tags(TagsSettings(min_confidence=0.4), CONCEPTS)
    assert _found(step.judge(subject("sales of a machine"))) == {"urn:machine": ("machine",)}


def test_the_contract_holds(step: Tags) -> None:
    check_step(step, [*TEXTS, "machine learning", "\ud800 Python", "Python " * 5_000])
    check_step(Tags(TagsSettings()))
    check_settings_refused(Tags, {"max_tags": 0})


LETTERS = "abcßäÖİıI学習か \u00ad-#+\n\u0308\u3099ﬁ²"


@settings(max_examples=400, deadline=None, database=None)
@given(
    st.lists(st.text(alphabet=LETTERS, min_size=3, max_size=5), min_size=1, max_size=6, unique=True),
    st.lists(st.text(alphabet=LETTERS, max_size=8), max_size=3).map(" ".join),
)
def test_tags_equal_those_of_a_slow_oracle(labels: list[str], text: str) -> None:
    usable = [
        label for label in labels if len("".join(one for one, _, _ in slow_oracle.folded(label)).strip()) > 2
    ]
    step = Tags(
        TagsSettings(max_tags=100),
        [Concept("f", f"urn:{place}", (label,)) for place, label in enumerate(usable)],
    )
    found = {(label.concept, words) for label in step.judge(subject(text)).labels for words in label.matched}
    expected = {(f"urn:{place}", text[start:end]) for start, end, place in slow_oracle.find(usable, text)}
    assert found == expected
