"""Small Slack exports made by tests, and the words of their messages."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TEAM = "T0TEAM001"
ADA, BEN = "U0ADA0001", "U0BEN0001"
GENERAL, HELP, SECRET, DIRECT, GROUP = "C0GENERAL", "C0HELP001", "G0SECRET1", "D0DIRECT1", "G0GROUP01"
MAIL = "analyst.private@staff.example"

USERS: list[dict[str, Any]] = [
    {
        "id": ADA,
        "team_id": TEAM,
        "name": "analyst",
        "profile": {
            "display_name": "Analyst",
            "real_name": "Analyst of Assembly",
            "email": MAIL,
            "phone": "555",
        },
    },
    {
        "id": BEN,
        "team_id": TEAM,
        "name": "engineer",
        "real_name": "Engineer of Packing",
        "profile": {"display_name": ""},
    },
]
CHANNELS: list[dict[str, Any]] = [
    {"id": HELP, "name": "help", "created": 1500000002, "is_general": False},
    {"id": GENERAL, "name": "general", "created": 1500000001, "is_general": True},
]


def message(ts: str, text: str = "", user: str = ADA, **more: Any) -> dict[str, Any]:
    """A message as an export holds it."""
    return {"type": "message", "user": user, "text": text, "ts": ts, **more}


def make_export(path: Path, days: Mapping[str, Any], **lists: Any) -> Path:
    """A zip with the usual lists, `lists` instead of them (None leaves one out), and day files by name."""
    contents: dict[str, Any] = {"channels": CHANNELS, "users": USERS, "integration_logs": [], **lists}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, records in contents.items():
            if records is not None:
                archive.writestr(f"{name}.json", json.dumps(records))
        for name, records in days.items():
            body = records if isinstance(records, str | bytes) else json.dumps(records)
            archive.writestr(f"{name}.json", body)
    return path
