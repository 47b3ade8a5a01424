"""Check digits decide what is a card or an account."""

from __future__ import annotations

import random

import pytest

from curation.patterns.national.checks import luhn
from curation.patterns.payment import accounts, cards
from tests.curation.secret_forms import account, card


def test_every_single_wrong_digit_breaks_the_check_of_a_card() -> None:
    number = card("4", 16, random.Random(7))
    assert luhn(number)
    for place, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            assert not luhn(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize("prefix", ["1", "7", "9", "28", "0"])
def test_numbers_of_no_issuer_are_no_card(prefix: str) -> None:
    assert not list(cards(card(prefix, 16, random.Random(prefix))))


def test_odd_groups_are_no_card() -> None:
    number = card("4", 16, random.Random(8))
    for written in (
        f"{number[:3]} {number[3:]}",
        f"{number[:5]}-{number[5:10]}-{number[10:]}",
        f"A{number}",
        f"{number}.5",
    ):
        assert not list(cards(written)), written


def test_a_number_of_no_known_issuer_is_a_card_after_the_word_for_one() -> None:
    number = card("3510", 16, random.Random(11))
    assert not list(cards(f"order {number}"))
    assert list(cards(f"my credit card is {number}"))


def test_an_account_of_the_wrong_length_or_country_is_none() -> None:
    rng = random.Random(9)
    assert list(accounts(account("DE", 22, rng)))
    assert not list(accounts(account("DE", 23, rng)))
    assert not list(accounts(account("XX", 22, rng)))


def test_an_account_right_after_a_word_like_one_is_found() -> None:
    number = account("DE", 22, random.Random(10))
    found = list(accounts(f"ab12 {number} ok"))
    assert [(mark.start, mark.end) for mark in found] == [(5, 27)]


@pytest.mark.parametrize(("country", "size"), [("GB", 22), ("NL", 18), ("IT", 27)])
def test_digits_where_a_country_has_letters_are_no_account(country: str, size: int) -> None:
    body = "".join(random.Random(country).choices("0123456789", k=size - 4))
    digits = "".join(str(int(one, 36)) for one in f"{body}{country}00")
    assert not list(accounts(f"{country}{98 - int(digits) % 97:02d}{body}"))
    assert list(accounts(account(country, size, random.Random(country))))


def test_an_account_with_hyphens_is_found() -> None:
    number = account("DE", 22, random.Random(12))
    written = "-".join(number[place : place + 4] for place in range(0, 22, 4))
    assert [mark.end for mark in accounts(written)] == [len(written)]
