"""A web address in its parts."""

from __future__ import annotations

import pytest

from curation.addresses.parts import read


def test_an_address_is_read_into_its_parts() -> None:
    parts = read("HTTPS://User@Example.ORG:8443/a%2fb?x=1&y&x=%41#top")
    assert parts is not None
    assert (parts.scheme, parts.host, parts.port, parts.path, parts.fragment) == (
        "https",
        "example.org",
        "8443",
        "/a%2Fb",
        "top",
    )
    assert parts.query == (("x", "1"), ("y", None), ("x", "A"))
    assert str(parts) == "https://example.org:8443/a%2Fb?x=1&y&x=A#top"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org",
        "ftp://example.org",
        "https://",
        "https:///a",
        "https://a b/",
        "https://[zz]/",
    ],
)
def test_other_things_are_no_address(url: str) -> None:
    assert read(url) is None


@pytest.mark.parametrize(
    ("host", "ascii_host"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER。example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("[::1]", "[::1]"),
        ("example.org.", "example.org"),
    ],
)
def test_international_hosts_are_written_in_ascii(host: str, ascii_host: str) -> None:
    parts = read(f"https://{host}/")
    assert parts is not None
    assert parts.host == ascii_host


def test_values_are_decoded_on_request() -> None:
    parts = read("https://example.org/?u=https%3A%2F%2Fa.example%2F&empty=")
    assert parts is not None
    assert parts.value("u") == "https://a.example/"
    assert parts.value("empty") is None
    assert parts.value("other") is None
