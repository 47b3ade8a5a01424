"""Addresses that only lead to another."""

from __future__ import annotations

import pytest

from curation.addresses.parts import read
from curation.addresses.wrappers import unwrap

TARGET = "https%3A%2F%2Fexample.org%2Fa%3Fb%3D1"


@pytest.mark.parametrize(
    "wrapper",
    [
        f"https://www.google.de/url?sa=t&url={TARGET}",
        f"https://nam02.safelinks.protection.outlook.com/?url={TARGET}&data=x",
        f"https://www.linkedin.com/redir/redirect?url={TARGET}",
        f"https://out.reddit.com/t3_x?url={TARGET}",
        f"https://duckduckgo.com/l/?uddg={TARGET}",
        f"https://vk.com/away.php?to={TARGET}",
    ],
)
def test_the_target_is_taken_out(wrapper: str) -> None:
    parts = read(wrapper)
    assert parts is not None
    assert str(unwrap(parts)) == "https://example.org/a?b=1"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/search?q=https",
        f"https://vk.com/other?to={TARGET}",
        "https://www.google.com/url",
    ],
)
def test_other_pages_of_these_sites_stay(url: str) -> None:
    parts = read(url)
    assert parts is not None
    assert unwrap(parts) == parts
