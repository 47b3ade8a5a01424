"""The one address of a thing at well-known sites."""

from __future__ import annotations

import pytest

from curation.addresses.parts import read
from curation.addresses.sites import full_host, one_form


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/watch?v=tooshort",
        "https://vimeo.com/about",
        "https://stackoverflow.com/questions/tagged/python",
        "https://arxiv.org/list/cs.AI/recent",
        "https://doi.org/about",
        "https://example.org/watch?v=AbCdEfGhIj0",
    ],
)
def test_pages_that_no_rule_knows_stay(url: str) -> None:
    parts = read(url)
    assert parts is not None
    assert one_form(parts) == parts


@pytest.mark.parametrize(
    ("host", "full"),
    [
        ("www.example.org", "example.org"),
        ("m.www.example.org", "example.org"),
        ("de.m.wikipedia.org", "de.wikipedia.org"),
        ("www.org", "www.org"),
        ("m.org", "m.org"),
        ("www.youtube.com", "www.youtube.com"),
        ("media.example.org", "media.example.org"),
    ],
)
def test_the_host_of_the_full_page(host: str, full: str) -> None:
    assert full_host(host) == full
