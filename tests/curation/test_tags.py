"""Competencies proposed for an item: those it names outright, and those it shares most words with."""

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


WORDS = (
    "machine",
    "learning",
    "workplaces",
    "safety",
    "Python",
    "programming.",
    "sales",
    "C++",
    "機械学習",
    "größe",
)


@pytest.fixture
def step() -> Tags:
    return Tags(TagsSettings(), CONCEPTS)


NAMED = 0.4
"""How sure at least a tag is whose label stands there as a whole phrase."""


def _found(finding: Finding) -> dict[str, tuple[str, ...]]:
    """What is named outright, and by which words."""
    return {label.concept: label.matched for label in finding.labels if label.confidence >= NAMED}


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
    assert _found(step.judge(subject(text))) == {}
    assert Tags(TagsSettings(), CONCEPTS[4:5]).judge(subject(text)) == Finding("keep", "tags.none")
    admitting = Tags(TagsSettings(admitted=["C#", "Go"]), CONCEPTS)
    assert _found(admitting.judge(subject(text))) == {"urn:it": ("go",), "urn:csharp": ("C#",)}


def test_ignored_labels_do_not_count() -> None:
    step = Tags(TagsSettings(ignored=["python"]), CONCEPTS)
    assert _found(step.judge(subject("Python, and Python programming"))) == {
        "urn:python": ("Python programming",)
    }


def test_the_band_tells_what_is_named_first_what_is_named_and_what_only_shares_words() -> None:
    step = Tags(TagsSettings(terms={"Blaulicht": "urn:safety"}), CONCEPTS)

    def bands(text: str, title: str = "") -> list[tuple[str, float, str]]:
        return [
            (one.concept, one.confidence, one.band) for one in step.judge(subject(text, title=title)).labels
        ]

    assert sorted(bands("workplace safety, machine learning"), key=lambda one: -one[1]) == [
        ("urn:safety", 0.55, "high"),
        ("urn:ml", 0.4, "medium"),
    ]
    assert bands("the safety of our workplaces") == [("urn:safety", 0.25, "medium")]
    both = bands("learning of machines, and workplaces with safety")
    assert {(sure, band) for _, sure, band in both} == {(0.25, "medium"), (0.15, "low")}
    assert both[0][1] == 0.25
    assert bands("machine learning with Blaulicht")[0] == ("urn:safety", 0.9, "high")


def test_what_a_title_or_a_tag_names_comes_before_what_the_text_names(step: Tags) -> None:
    text = "All of it is about workplace safety."
    titled = step.judge(subject(text, title="machine learning"))
    assert titled.labels[0].concept == "urn:ml"
    tagged = step.judge(subject(text, tags=("machine-learning",)))
    assert (tagged.labels[0].concept, tagged.labels[0].matched) == ("urn:ml", ("machine-learning",))
    assert {span.kind for span in tagged.spans} == {"urn:safety"}


def test_words_are_found_in_other_forms_and_in_another_order(step: Tags) -> None:
    label = step.judge(subject("How safe workplaces are: the safety of them")).labels[0]
    assert (label.concept, set(label.matched)) == ("urn:safety", {"safety", "workplaces"})


def test_words_that_stand_far_apart_in_a_long_text_are_no_label(step: Tags) -> None:
    apart = "We rebuilt the workplace last year, with desks and chairs for all. " * 3
    text = f"{apart}\n\nNobody spoke of it in the talks on safety, which we held in spring and in autumn."
    assert "urn:safety" not in {
        one.concept for one in step.judge(subject(text)).labels if one.confidence > 0.3
    }


def test_the_spans_are_the_places_of_the_words_and_hold_none(step: Tags) -> None:
    given = subject("Größer: the safety of our workplaces. And machine learning.", title="Ma\u0308rz: Python")
    finding = step.judge(given)
    for label in finding.labels:
        words = [
            getattr(given, span.field)[span.start : span.end]
            for span in finding.spans
            if span.kind == label.concept
        ]
        assert tuple(dict.fromkeys(words)) == label.matched
    assert {one.concept for one in finding.labels} == {"urn:safety", "urn:ml", "urn:python"}


def test_a_concept_that_is_named_and_ranked_is_proposed_once(step: Tags) -> None:
    concepts = [
        one.concept for one in step.judge(subject("machine learning: machines that are learning")).labels
    ]
    assert len(concepts) == len(set(concepts))


def test_no_more_tags_are_proposed_than_allowed() -> None:
    step = Tags(TagsSettings(max_tags=2), CONCEPTS)
    finding = step.judge(subject("sales, a machine, workplace safety and machine learning"))
    assert len(finding.labels) == 2
    assert (finding.reason, finding.params) == ("tags.matched", {"count": 2})


def test_uncertain_tags_can_be_left_out() -> None:
    step = Tags(TagsSettings(min_confidence=0.2), CONCEPTS)
    found = step.judge(subject("learning with machines and safety at workplaces"))
    assert [one.band for one in found.labels] == ["medium"]


def test_own_terms_count_only_where_a_framework_has_the_competency() -> None:
    step = Tags(TagsSettings(terms={"Blaulicht": "urn:gone", "蛍光灯": "urn:safety"}), CONCEPTS)
    assert step.judge(subject("Blaulicht")) == Finding("keep", "tags.none")
    assert _found(step.judge(subject("この蛍光灯は"))) == {"urn:safety": ("蛍光灯",)}


@settings(max_examples=60, deadline=None, database=None)
@given(st.permutations(CONCEPTS), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_the_order_of_the_concepts_changes_nothing(concepts: list[Concept], text: str) -> None:
    given = subject(text, title="machine sales")
    assert Tags(TagsSettings(), concepts).judge(given) == Tags(TagsSettings(), CONCEPTS).judge(given)


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
    found = {
        (concept, words) for concept, all_of in _found(step.judge(subject(text))).items() for words in all_of
    }
    expected = {(f"urn:{place}", text[start:end]) for start, end, place in slow_oracle.find(usable, text)}
    assert found == expected
