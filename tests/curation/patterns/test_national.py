"""National numbers: every check refuses what differs by one digit, and a weak one needs its name beside it."""

from __future__ import annotations

import random
import re
import string

import pytest

from curation.patterns.national import REGISTRY, national_numbers
from curation.patterns.national.checks import is_date, luhn, mod_11_10, verhoeff

FORMS = {
    "de_tax": "nnnnnnnnnnn", "de_pension": "nn ddmmyy A nnn", "gb_nhs": "nnn nnn nnnn",
    "fr_nir": "1 yy mm 75 nnn nnn nn",
    "es_dni": "nnnnnnnnA", "es_nie": "X nnnnnnn A", "it_fiscal": "AAAAAAyyHddAnnnA", "nl_bsn": "nnn nnn nnn",
    "pl_pesel": "yymmddnnnnn", "se_person": "yymmdd-nnnn", "ch_ahv": "756.nnnn.nnnn.nn",
    "be_register": "yy.mm.dd-nnn.nn",
    "pt_nif": "2nn nnn nnn", "dk_cpr": "ddmmyy-nnnn", "fi_hetu": "ddmmyy-nnnA", "no_birth": "ddmmyy nnnnn",
    "cz_birth": "yymmdd/nnnn", "at_insurance": "nnnn ddmmyy", "ie_pps": "nnnnnnnA", "ee_lt_person": "3yymmddnnnn",
    "hr_oib": "nnnnnnnnnnn", "ro_cnp": "1yymmddnnnnnn", "bg_egn": "yymmddnnnn", "jmbg": "ddmm987nnnnnn",
    "gr_amka": "ddmmyynnnnn", "is_kennitala": "ddmmyy-nnn9", "us_ssn": "nnn-nn-nnnn", "ca_sin": "nnn-nnn-nnn",
    "br_cpf": "nnn.nnn.nnn-nn", "cl_rut": "nn.nnn.nnn-n", "mx_curp": "BADDyymmddHDFBCD1n",
    "in_aadhaar": "nnnn nnnn nnnn",
    "cn_resident": "11010119yymmddnnnn", "kr_resident": "yymmdd-1nnnnnn", "tr_identity": "nnnnnnnnnnn",
    "za_identity": "yymmdd nnnn nnn", "sg_nric": "SnnnnnnnA", "hk_identity": "Annnnnn(n)", "au_tfn": "nnn nnn nnn",
    "il_identity": "nnnnnnnnn",
}  # fmt: skip
NAMES = {
    "de_tax": "Steuer-ID", "gb_nhs": "NHS", "es_dni": "DNI", "nl_bsn": "BSN", "pl_pesel": "PESEL", "pt_nif": "NIF",
    "dk_cpr": "CPR", "at_insurance": "SVNR", "ie_pps": "PPS", "ee_lt_person": "isikukood", "hr_oib": "OIB",
    "ro_cnp": "CNP",
    "bg_egn": "EGN", "jmbg": "JMBG", "gr_amka": "AMKA", "is_kennitala": "kennitala", "ca_sin": "SIN",
    "in_aadhaar": "Aadhaar", "tr_identity": "TC kimlik no", "za_identity": "ID number", "au_tfn": "TFN",
    "il_identity": "zehut",
}  # fmt: skip
UNCHECKED = {"dk_cpr", "us_ssn"}


def _written(code: str, rng: random.Random) -> str:
    """A made-up number of the form; its check digits are as they fall."""
    day, month, year = (f"{rng.randint(1, top):02d}" for top in (28, 12, 99))
    filled = FORMS[code].replace("dd", day).replace("mm", month).replace("yy", year)
    filled = (
        re.sub("A", lambda _: rng.choice(string.ascii_uppercase), filled)
        if code not in ("mx_curp",)
        else filled
    )
    return re.sub("n", lambda _: rng.choice(string.digits), filled)


def _valid(code: str, rng: random.Random) -> str:
    """The first made-up number that the registry takes: one of two to one of some thousands is."""
    entry = REGISTRY[code]
    tries = (_written(code, rng) for _ in range(60_000))
    return next(one for one in tries if entry.form.fullmatch(one) and entry.holds(re.sub(r"\W", "", one)))


@pytest.mark.parametrize("code", FORMS)
def test_a_number_is_found_with_its_name_beside_it_and_switched_off_by_its_code(code: str) -> None:
    number = _valid(code, random.Random(code))
    text = f"my {NAMES.get(code, 'number')} is {number}, thanks"
    assert number in [text[mark.start : mark.end] for mark in national_numbers(text)]
    assert not list(national_numbers(text, frozenset(REGISTRY)))


@pytest.mark.parametrize("code", sorted(set(FORMS) - UNCHECKED))
def test_a_wrong_last_digit_is_refused(code: str) -> None:
    rng = random.Random(code)
    entry = REGISTRY[code]
    for _ in range(5):
        number = re.sub(r"\W", "", _valid(code, rng))
        digits = [place for place, sign in enumerate(number) if sign.isdigit()]
        place = digits[-2 if code == "is_kennitala" else -1]  # there a digit for the century follows
        wrong = [
            number[:place] + other + number[place + 1 :] for other in string.digits if other != number[place]
        ]
        assert sum(entry.holds(one) for one in wrong) <= 1, number


@pytest.mark.parametrize("code", sorted(NAMES))
def test_a_number_with_a_weak_check_needs_its_name(code: str) -> None:
    number = _valid(code, random.Random(code))
    words = REGISTRY[code].words
    assert words is not None
    assert not any(
        mark for mark in national_numbers(f"order {number} of today", frozenset(set(REGISTRY) - {code}))
    )


@pytest.mark.parametrize(
    "number", ["000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000"]
)
def test_social_security_numbers_that_are_never_issued_are_none(number: str) -> None:
    assert not list(national_numbers(f"SSN {number}"))


def test_the_checks_know_published_examples() -> None:
    """From the standards' own texts: ISO/IEC 7812, ISO 7064, and the Aadhaar check of the published table."""
    assert luhn("79927398713")
    assert mod_11_10("07945")
    assert verhoeff("2363")
    assert not verhoeff("2364")


def test_a_day_that_is_not_in_the_calendar_is_none() -> None:
    assert is_date("00", "02", "29")
    assert not is_date("01", "02", "29")
    assert not is_date("99", "13", "01")


def test_every_code_begins_with_its_country_and_stands_once() -> None:
    assert len({entry.code for entry in REGISTRY.values()}) == len(REGISTRY)
    assert all(code == entry.code and entry.name for code, entry in REGISTRY.items())


@pytest.mark.parametrize(
    "text",
    [
        "version 10.20.30-40",
        "2026-01-15 12:30:45",
        "call 030 1234567",
        "PR 123456 closes 654321",
        "1234567890123",
        "192.168.10.20",
    ],
)
def test_ordinary_numbers_are_none(text: str) -> None:
    assert not list(national_numbers(text))
