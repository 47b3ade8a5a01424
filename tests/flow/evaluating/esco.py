"""ESCO's skills of the shared data, as a framework file in the plain form that every house reads."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path


def as_csv(shared: Path, path: Path) -> Path:
    """Write the skills as a table of iri, label, alternatives, description, parent; returns where."""
    with (
        gzip.open(shared, "rt", encoding="utf-8") as lines,
        path.open("w", encoding="utf-8", newline="") as file,
    ):
        rows = csv.writer(file)
        rows.writerow(["id", "label", "alt_labels", "description", "parent"])
        for line in lines:
            skill = json.loads(line)
            others = "|".join(skill.get("alt", ()))
            rows.writerow([skill["uri"], skill["label"], others, skill.get("description", ""), ""])
    return path
