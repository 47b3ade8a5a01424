"""The few words on the pages that stand between an LMS and ours, in the language that the browser asks for."""

from __future__ import annotations

from collections.abc import Mapping

_GERMAN: Mapping[str, str] = {
    "This link cannot be opened": "Dieser Link lässt sich nicht öffnen",
    "One more step": "Noch ein Schritt",
    "Your browser keeps no cookies for a page inside another one. Open it in a tab of its own: there it works.": (
        "Ihr Browser behält keine Cookies für eine Seite in einer anderen. Öffnen Sie sie in einem eigenen Tab: dort "
        "geht es."
    ),
    "Open in a new tab": "In neuem Tab öffnen",
    "A moment, please": "Einen Moment bitte",
    "The sign-in goes on by itself.": "Die Anmeldung geht von selbst weiter.",
    "Scripts are switched off: switch them on, or open the link in a tab of its own.": (
        "Skripte sind abgeschaltet: schalten Sie sie ein, oder öffnen Sie den Link in einem eigenen Tab."
    ),
    "Open this from your LMS": "Öffnen Sie das aus Ihrem LMS",
    "This is where your LMS sends you when you open a link there.": (
        "Hierher schickt Sie Ihr LMS, wenn Sie dort einen Link öffnen."
    ),
    "The LMS is registered": "Das LMS ist registriert",
    "Close this window and switch the tool on in the LMS.": (
        "Schließen Sie dieses Fenster und schalten Sie das Tool im LMS ein."
    ),
    "The LMS was not registered": "Das LMS wurde nicht registriert",
}


def language_of(headers: Mapping[str, str]) -> str:
    """German where the browser prefers it to English, else English."""
    asked: list[tuple[float, int, str]] = []
    for part in headers.get("accept-language", "")[:200].split(","):
        name, _, quality = part.partition(";")
        if (short := name.strip()[:2].lower()) in ("de", "en"):
            asked.append((-_quality(quality), len(asked), short))
    return min(asked)[2] if asked else "en"


def _quality(told: str) -> float:
    try:
        return float(told.strip().removeprefix("q="))
    except ValueError:
        return 1.0


def said(text: str, language: str) -> str:
    """A text in this language."""
    return _GERMAN[text] if language == "de" else text
