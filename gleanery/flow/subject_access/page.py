"""The file that a person gets: the data, the same as a page to read, and the attachments of their statements."""

from __future__ import annotations

import html
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from gleanery.flow.exporting import places
from xapi.lrs.store import Attached

Parts = dict[str, Any]


def write(out: Path, parts: Parts, files: dict[str, Attached], about: str) -> None:
    """Write the parts as data and as a page, the files, and what everything is kept for. Raises: ConfigError."""
    with places.writing(out) as passing, zipfile.ZipFile(passing, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", json.dumps(parts, default=_plain, ensure_ascii=False, indent=2))
        archive.writestr("person.html", page(parts))
        archive.writestr("privacy.html", about)
        for name, file in files.items():
            archive.writestr(name, file.content)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


_TITLES = {
    "person": "Who you are here",
    "accounts": "Accounts that are yours",
    "bases": "Legal bases, with the texts you consented to",
    "objections": "What you object to",
    "statements": "Statements about you in the learning record",
    "rests_on": "On which basis each statement rests",
    "recipients": "Other record stores that may hold copies",
    "documents": "What courses keep about you",
    "posts": "What you posted",
    "decisions": "What you decided",
    "deliveries": "What was delivered because of it",
    "tags": "What you tagged",
    "notes": "Notes you wrote",
    "curated": "Items you edited, merged or split",
    "hr_steps": "What the HR list changed",
    "inquiries": "Who is looking you up now",
    "searches": "Searches you keep",
    "learning": "What you opened, completed, rated and wrote in courses",
    "queue": "What you keep of the queue",
    "signing_in": "How you sign in, and what you set for yourself",
    "audit": "What was done to your records, and by you",
}


def page(parts: Parts) -> str:
    """The same as a page to read, that needs nothing besides itself."""
    body = "".join(
        _section(_TITLES.get(name, name.replace("_", " ").capitalize()), rows) for name, rows in parts.items()
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>What is kept about you</title>'
        "<style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "dt{font-weight:bold}dd{margin:0 0 .3rem 1.5rem;overflow-wrap:anywhere}</style>"
        "<h1>What is kept about you</h1><p>See privacy.html for what it is for and how long it is kept.</p>"
        f"{body}</html>"
    )


def _section(title: str, rows: Any) -> str:
    shown = _shown(json.loads(json.dumps(rows, default=_plain)))
    return f"<h2>{html.escape(title)}</h2>{shown or '<p>Nothing.</p>'}"


def _shown(value: Any) -> str:
    """A JSON value as lists within lists."""
    if isinstance(value, dict):
        lines = (f"<dt>{html.escape(str(key))}</dt><dd>{_shown(one)}</dd>" for key, one in value.items())
        return f"<dl>{''.join(lines)}</dl>" if value else ""
    if isinstance(value, list):
        return f"<ol>{''.join(f'<li>{_shown(one)}</li>' for one in value)}</ol>" if value else ""
    return "" if value is None else html.escape(str(value))
