"""Parameters that only say how a reader came."""

from __future__ import annotations

import pytest

from curation.addresses.tracking import is_tracking, tracking_of


@pytest.mark.parametrize(
    "name", ["utm_source", "UTM_Content", "fbclid", "gclid", "mc_eid", "hsa_acc", "_hsenc", "msclkid"]
)
def test_tools_of_advertising_and_mail_track_everywhere(name: str) -> None:
    assert is_tracking(name, tracking_of("example.org"))


@pytest.mark.parametrize("name", ["id", "page", "q", "ref", "source", "s", "t", "lang"])
def test_other_names_matter_at_an_unknown_host(name: str) -> None:
    assert not is_tracking(name, tracking_of("example.org"))


@pytest.mark.parametrize(
    ("host", "name"),
    [("www.youtube.com", "si"), ("www.amazon.co.uk", "ref"), ("name.substack.com", "r"), ("x.com", "s")],
)
def test_some_names_track_at_one_site(host: str, name: str) -> None:
    assert is_tracking(name, tracking_of(host))
