"""Check digits decide what is a card or an account."""

from __future__ import annotations

import random

import pytest

from curation.patterns.payment import accounts, cards, luhn
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


def test_an_account_of_the_wrong_length_or_country_is_none() -> None:
    rng = random.Random(9)
    assert list(accounts(account("DE", 22, rng)))
    assert not list(accounts(account("DE", 23, rng)))
    assert not list(accounts(account("XX", 22, rng)))


def test_an_account_right_after_a_word_like_one_is_found() -> None:
    number = account("DE", 22, random.Random(10))
    found = list(accounts(f"ab12 {number} ok"))
    assert [(mark.start, mark.end) for mark in found] == [(5, 27)]
