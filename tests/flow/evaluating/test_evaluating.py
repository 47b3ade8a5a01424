"""Measuring steps, matchers and trainers on data made here, where every figure is known beforehand."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from gleanery.errors import BadInput, ConfigError
from gleanery.flow.evaluating import Choice, Question, evaluate
from gleanery.flow.evaluating.cases import Case, Task, gathered
from gleanery.flow.evaluating.cases import Shape as RowShape
from gleanery.flow.evaluating.outcomes import silent
from gleanery.flow.evaluating.report import html
from gleanery.flow.evaluating.rows import read_rows
from gleanery.flow.evaluating.training import Study, folds_of, studied
from gleanery.testing import subject
from tests.flow.evaluating.counting_words import CountingWords
from tests.house import TOPICS, make_house


def dataset(folder: Path, *rows: dict[str, Any], name: str = "data.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def values(outcome: Any) -> dict[str, float]:
    return {name: round(one.value, 3) for name, one in outcome.measures.items()}


MAIL = "Write to trainer@example.org today."


def test_places_are_measured_kind_by_kind_and_what_no_row_expects_is_told(tmp_path: Path) -> None:
    path = dataset(
        tmp_path,
        {"text": MAIL, "spans": [[9, 28, "EMAIL"]]},
        {"text": "Two words here.", "spans": [[0, 3, "EMAIL"], [4, 9, "PERSON"]]},
        {"text": f"{MAIL} Or call +49 30 23125 987.", "spans": []},
    )
    report, _ = evaluate(Question(path, kinds={"email": "EMAIL"}))
    assert report.contender["name"] == "sensitive"
    assert values(report.outcome) == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert report.outcome.kinds["EMAIL"]["there"] == 2
    assert any("phone" in note for note in report.outcome.notes)
    assert any("PERSON" in note for note in report.outcome.notes)


def test_a_language_is_measured_and_told_apart_by_a_column(tmp_path: Path) -> None:
    english = {
        "text": "The trainers will show how the weekly figures are made.",
        "language": "en",
        "kind": "a",
    }
    german = {
        "text": "Die Ausbilder zeigen, wie die Zahlen der Woche entstehen.",
        "language": "de",
        "kind": "b",
    }
    wrong = {**english, "language": "fr", "kind": "b"}
    report, _ = evaluate(Question(dataset(tmp_path, english, german, wrong), group="kind"))
    assert values(report.outcome)["accuracy"] == 0.667
    assert {name: one["accuracy"].value for name, one in report.outcome.groups.items()} == {
        "a": 1.0,
        "b": 0.5,
    }


def test_proposals_are_held_against_iris_and_names_of_a_framework_file(tmp_path: Path) -> None:
    framework = tmp_path / "skills.csv"
    framework.write_text(
        "id,label,alt_labels\nladders,Ladder safety,climbing\ncharts,Drawing charts,graphs\n"
    )
    path = dataset(
        tmp_path,
        {"text": "A day about ladder safety on the roof.", "labels": ["Ladder safety"]},
        {"text": "Nothing that anybody calls by its name.", "labels": ["drawing charts"]},
        {"text": "Unknown to every framework.", "labels": ["Juggling"]},
    )
    report, _ = evaluate(Question(path, Choice("tags", frameworks=(framework,))))
    assert values(report.outcome)["recall_at_5"] == 0.5
    assert values(report.outcome)["mrr"] == 0.5
    assert len([note for note in report.outcome.notes if "1 " in note]) == 2


def test_pairs_of_a_matcher_count_grouped_and_suggested(tmp_path: Path) -> None:
    words = [" ".join(f"{topic}{number}" for number in range(14)) for topic in TOPICS]
    rows = [{"id": f"r{place}", "text": one, "duplicate_of": ""} for place, one in enumerate(words)]
    rows += [{"id": "again", "text": words[0] + " and", "duplicate_of": "r0"}]
    rows += [
        {"id": "other", "text": "quite another text of more than eight words in it", "duplicate_of": "r1"}
    ]
    report, _ = evaluate(Question(dataset(tmp_path, *rows), Choice("duplicates")))
    assert (values(report.outcome)["precision"], values(report.outcome)["recall"]) == (1.0, 0.5)


def test_a_house_brings_its_settings_and_an_option_goes_before_them(tmp_path: Path) -> None:
    steps = [{"step": "words", "settings": {"blocked": ["roof"]}}]
    house = make_house(tmp_path / "house", curation={"steps": steps})
    path = dataset(
        tmp_path, {"text": "On the roof.", "wanted": "no"}, {"text": "In the yard.", "wanted": "yes"}
    )
    report, _ = evaluate(Question(path, Choice("words")), house)
    assert values(report.outcome)["f1"] == 1.0
    report, _ = evaluate(Question(path, Choice("words", {"blocked": ["yard"]})), house)
    assert values(report.outcome)["f1"] == 0.0


def test_what_cannot_be_measured_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = dataset(tmp_path, {"text": "words", "language": "en"})
    with pytest.raises(ConfigError, match="No step named 'langauge'"):
        evaluate(Question(path, Choice("langauge")))
    with pytest.raises(ConfigError, match="does nothing that the column language"):
        evaluate(Question(path, Choice("canonical")))
    with pytest.raises(ConfigError, match="unwanted"):
        evaluate(Question(path, Choice("language", {"unwanted": "burn"})))
    labels = dataset(tmp_path, {"text": "words", "labels": ["a"]})
    with pytest.raises(ConfigError, match="there is none"):
        evaluate(Question(labels, Choice("tags")))
    with pytest.raises(BadInput, match="There is no"):
        evaluate(Question(labels, Choice("tags", frameworks=(tmp_path / "absent.csv",))))


def test_rows_drawn_at_random_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    path = dataset(tmp_path, *({"text": f"Words number {n}", "language": "en"} for n in range(50)))
    lines = [[case.line for case in evaluate(Question(path, most=5, seed=seed))[1]] for seed in (1, 1, 2)]
    assert lines[0] == lines[1] != lines[2]
    assert len(lines[0]) == 5


# ------------------------------------------------------------------ trainers


def decided(rows: int, seed: int = 3) -> list[Case]:
    """Rows of which those with one of the wanted words in them are wanted, most of the time."""
    rng = random.Random(seed)
    cases = []
    for line in range(rows):
        wanted = rng.random() < 0.3
        told = rng.sample(("ladder", "roof", "rope") if wanted else ("soup", "menu", "lunch"), 2)
        words = " ".join([*told, *rng.choices(TOPICS, k=4)])
        cases.append(
            Case(line, subject(words), wanted if rng.random() < 0.95 else not wanted, f"g{line % 7}")
        )
    return cases


def test_a_trainer_is_cross_validated_and_its_curve_rises_with_the_decisions() -> None:
    outcome = studied(CountingWords(), decided(700), Task.WANTED, Study(orders=2), silent)
    told = values(outcome)
    assert told["f1"] > 0.85
    assert 0.9 < told["auc"] < 0.99  # one row in twenty was decided the other way
    assert [point.decisions for point in outcome.curve] == [20, 50, 100, 300]
    assert all(point.least <= point.auc <= point.most for point in outcome.curve)
    assert outcome.curve[-1].auc > 0.9
    again = studied(CountingWords(), decided(700), Task.WANTED, Study(orders=2), silent)
    assert again.as_json() == outcome.as_json()


def test_groups_left_out_whole_are_never_in_two_folds() -> None:
    cases = decided(70)
    for apart in (False, True):
        folds = folds_of(cases, Study(apart=apart))
        assert sorted(row for fold in folds for row in fold) == list(range(70))
        groups = [{cases[row].group for row in fold} for fold in folds]
        assert (sum(map(len, groups)) == 7) is apart


def test_classes_are_cross_validated_too() -> None:
    cases = [Case(line, subject(f"{TOPICS[line % 4]} part {line}"), TOPICS[line % 4]) for line in range(60)]
    outcome = studied(CountingWords(), cases, Task.CLASS, Study(), silent)
    assert values(outcome)["macro_f1"] == 1.0


# ------------------------------------------------------------------ the report


def test_the_report_quotes_rows_only_when_asked_and_then_escaped(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script> Write to nobody."
    path = dataset(
        tmp_path, {"text": evil, "spans": [[0, 5, "email"]]}, {"text": MAIL, "spans": [[9, 28, "email"]]}
    )
    report, cases = evaluate(Question(path))
    assert "Write to" not in html(report, cases) + json.dumps(report.as_json())
    quoted = html(report, cases, examples=5)
    assert "&lt;script&gt;" in quoted
    assert "<script" not in quoted


def test_the_report_of_every_plot_is_one_page_that_needs_nothing_else(tmp_path: Path) -> None:
    outcome = studied(CountingWords(), decided(300), Task.WANTED, Study(orders=1), silent)
    path = dataset(tmp_path, {"text": MAIL, "spans": [[9, 28, "email"]]})
    report, cases = evaluate(Question(path))
    page = html(type(report)(**{**vars(report), "outcome": outcome}), cases)
    assert page.count("<svg") == 3
    for outside in ("src=", "href=", "url(", "<script", "<link"):
        assert outside not in page
    assert gathered(read_rows(path, {}), RowShape()).task is Task.SPANS
