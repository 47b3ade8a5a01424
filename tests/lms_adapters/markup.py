"""The elements that a browser would see in a text."""

from __future__ import annotations

from html.parser import HTMLParser


def elements(text: str) -> list[tuple[str, dict[str, str | None]]]:
    """Each element with its attributes; empty where a text is words only."""
    reader = _Reader(convert_charrefs=True)
    reader.feed(text)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
