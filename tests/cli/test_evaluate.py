"""gleanery evaluate, as whoever measures types it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.test_cli import gleanery, refused, told

ROWS = (
    {"text": "Write to trainer@example.org today.", "spans": [[9, 28, "email"]]},
    {"text": "Nothing to be found.", "spans": []},
)


def test_it_works_without_a_house_and_writes_a_page_and_json(tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS) + "oops\n")
    found = told("evaluate", "data.jsonl", "--seed", "7", "--out", "told", cwd=tmp_path)
    assert found["measures"]["f1"]["value"] == 1.0
    assert (found["seed"], found["rows"], found["faults"]["count"]) == (7, 2, 1)
    assert found["faults"]["first"][0]["where"] == "line 3"
    kept = json.loads((tmp_path / "told" / "report.json").read_text())
    assert {**kept, "report": found["report"]} == found
    assert "<svg" not in (tmp_path / "told" / "report.html").read_text().partition("<body>")[0]
    shown = gleanery("evaluate", "data.jsonl", cwd=tmp_path)
    assert "sensitive" in shown.stdout
    assert "line 3" in shown.stdout


def test_settings_are_read_as_in_the_configuration_and_wrong_words_are_refused(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("text,wanted\nOn the roof,no\nIn the yard,yes\n")
    words = ("evaluate", "data.csv", "--step", "words")
    assert told(*words, "--set", "blocked=[roof]", cwd=tmp_path)["measures"]["f1"]["value"] == 1.0
    assert "no pair" in refused(*words, "--map", "text", cwd=tmp_path, code=5)
    assert "blokked" in refused(*words, "--set", "blokked=[a]", cwd=tmp_path, code=3)
    (tmp_path / "pairs.csv").write_text("id,text,duplicate_of\n1,On the roof,\n2,In the yard,1\n")
    assert "canonical, duplicates" in refused("evaluate", "pairs.csv", cwd=tmp_path, code=3)
