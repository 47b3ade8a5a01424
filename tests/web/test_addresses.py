"""gleanery.web.addresses."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanery.web.addresses import href, site


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "file:///etc/hosts",
        "//example.org/",
        "/items/1",
        "https://",
        "https://bank.example@attacker.example/",
        "https://exa mple.org/",
        'https://example.org/"onclick="x',
        "https://example.org/\u202egpj.exe",
        "https://example.org:port/",
        "https://[::1/",
        "",
        None,
    ],
)
def test_what_a_browser_must_not_open_is_no_link(address: str | None) -> None:
    assert href(address) is None
    assert site(address) == ""


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a?b=c#d", "http://example.org:8080/", "https://example.org/ü", "https://[::1]/"],
)
def test_ordinary_addresses_are_links_as_they_are(address: str) -> None:
    assert href(address) == address


def test_the_host_is_shown_so_that_look_alike_letters_show() -> None:
    assert site("https://www.example.org/watch") == "example.org"
    assert site("https://аpple.example/") == "xn--pple-43d.example"


@given(st.text(max_size=60))
def test_no_text_becomes_a_link_to_anything_but_the_web(text: str) -> None:
    for address in (text, f"javascript:{text}", f"https://{text}"):
        found = href(address)
        assert found is None or (urlsplit(found).scheme in ("http", "https") and found.isprintable())
