"""Postal addresses, health, hosts and internet addresses."""

from __future__ import annotations

import pytest

from curation.patterns.health import health
from curation.patterns.network import hosts, ips
from curation.patterns.postal import addresses_of_people

POSTAL = (
    "12 High Street, Someplace, SW1A 1AA",
    "1600 Long Valley Road\nSpringfield, IL 62704",
    "Lange Straße 12a, 10115 Berlin",
    "Hauptstr. 5\nD-80331 München",
    "12 bis rue de la Paix, 75002 Paris",
    "Calle Mayor 5, 28013 Madrid",
    "Via Roma 12, 00184 Roma",
    "Kerkstraat 12, 1017 GA Amsterdam",
    "ul. Długa 5/7, 00-238 Warszawa",
    "Storgatan 5, 111 51 Stockholm",
)


@pytest.mark.parametrize("written", POSTAL)
def test_an_address_is_found_as_one_stretch(written: str) -> None:
    text = f"I live here: {written}."
    [mark] = addresses_of_people(text)
    assert text[mark.start : mark.end].rstrip(".") == written


@pytest.mark.parametrize(
    "text",
    [
        "In 2019 Python 3 won",
        "Wall Street 2020 review",
        "10115 Berlin hosts us",
        "12 steps to a better way",
        "Main Street",
    ],
)
def test_half_an_address_is_none(text: str) -> None:
    assert not list(addresses_of_people(text))


@pytest.mark.parametrize(
    "text",
    [
        "I was diagnosed with breast cancer", "my diabetes", "I am pregnant", "Ich leide an Depressionen",
        "ich bin schwanger",
        "krankgeschrieben wegen Burnout", "je souffre de dépression", "j'ai un cancer", "tengo diabetes",
        "estoy embarazada",
    ],
)  # fmt: skip
def test_somebody_s_own_health_is_found(text: str) -> None:
    assert [mark.kind for mark in health(f"Hello, {text}.")][:1] == ["health"]


@pytest.mark.parametrize(
    "text",
    [
        "a talk about cancer research",
        "depression era photos",
        "cancer is treatable",
        "mein Kurs über Diabetes",
        "diabetes data set",
    ],
)
def test_talk_about_diseases_is_no_health_data(text: str) -> None:
    assert not list(health(text))


def test_own_hosts_are_found_with_all_below_them_and_no_others() -> None:
    own = frozenset({"intra.example.org", "buildbox"})
    text = "https://wiki.intra.example.org/a intra.example.org http://buildbox:8080/ \\\\buildbox\\share"
    assert len(list(hosts(text, own))) == 4
    for other in ("notintra.example.org", "intra.example.org.example", "example.org", "the buildbox is down"):
        assert not list(hosts(other, own)), other


@pytest.mark.parametrize("written", ["203.0.113.7", "2001:db8::1", "192.168.1.10"])
def test_internet_addresses_are_found(written: str) -> None:
    text = f"at {written} now"
    assert [text[mark.start : mark.end] for mark in ips(text)] == [written]


@pytest.mark.parametrize("text", ["127.0.0.1", "::1", "version 1.2.3", "256.1.1.1", "12:30:45", "1.2.3.4.5"])
def test_what_leads_nowhere_is_none(text: str) -> None:
    assert not list(ips(f"at {text} now"))
