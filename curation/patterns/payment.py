"""Payment cards (issuer ranges and the Luhn digit, ISO/IEC 7812) and bank accounts (IBAN, ISO 13616)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.patterns import Mark

_run = re.compile(r"(?<![\w./#-])\d+(?:[ -]\d+)*(?!\w|[./-]\w|[,:]\d)")
_group = re.compile(r"\d+")
_digits = re.compile(r"\d(?:[ -]?\d){11}")
"""As many digits as the shortest card has: most texts have none, which is quickly told."""

_account = re.compile(r"(?<![^\W_])(?=([A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}))", re.ASCII)

_ISSUERS = (
    # first digits from, to, lengths
    ("4", "4", (13, 16, 19)),  # Visa
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("300", "305", (14,)),  # Diners Club
    ("309", "309", (14,)),
    ("36", "36", (14,)),
    ("38", "39", (14,)),
    ("6011", "6011", (16, 19)),  # Discover
    ("622126", "622925", (16, 19)),
    ("644", "659", (16, 19)),
    ("3528", "3589", (16, 19)),  # JCB
    ("2131", "2131", (15,)),
    ("1800", "1800", (15,)),
    ("62", "62", (16, 17, 18, 19)),  # UnionPay
    ("50", "50", (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro
    ("56", "58", (12, 13, 14, 15, 16, 17, 18, 19)),
    ("60", "63", (12, 13, 14, 15, 16, 17, 18, 19)),
    ("67", "67", (12, 13, 14, 15, 16, 17, 18, 19)),
)

_GROUPS = ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 5), (6, 13), (8, 8))
_SHORTEST, _LONGEST = 12, 19

_COUNTRIES = """
AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22 DJ:27 DK:18 DO:28
EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HR:21 HU:28 IE:22 IL:23 IQ:23 IS:26 IT:27
JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27 MD:24 ME:22 MK:19 MN:20 MR:27 MT:31 MU:30 NI:28 NL:18
NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 RU:33 SA:24 SC:31 SD:18 SE:24 SI:19 SK:24 SM:27 SO:23 ST:25 SV:28
TL:23 TN:24 TR:26 UA:29 VA:22 VG:24 XK:20 YE:30
"""
_ACCOUNT_LENGTHS = {pair[:2]: int(pair[3:]) for pair in _COUNTRIES.split()}
"""Characters of an account number by country, from the IBAN registry (SWIFT)."""


def cards(text: str) -> Iterator[Mark]:
    """The numbers of payment cards, written in one piece or in the usual groups."""
    if _digits.search(text) is None:
        return
    for run in _run.finditer(text):
        groups = [group.span() for group in _group.finditer(text, *run.span())]
        for first, (start, end) in enumerate(groups):
            if _SHORTEST <= end - start <= _LONGEST:
                yield from _card(text, start, end)
            for lengths in _GROUPS:
                part = groups[first : first + len(lengths)]
                if lengths == tuple(after - before for before, after in part) and _one_separator(text, part):
                    yield from _card(text, start, part[-1][1])


def _card(text: str, start: int, end: int) -> Iterator[Mark]:
    digits = re.sub(r"\D", "", text[start:end])
    if _issued(digits) and luhn(digits):
        yield Mark(start, end, "card")


def _one_separator(text: str, groups: list[tuple[int, int]]) -> bool:
    """Whether the groups are set apart alike, and are no part of a longer number with hyphens."""
    between = {text[end] for _, end in groups[:-1]}
    around = {text[groups[0][0] - 1 : groups[0][0]], text[groups[-1][1] : groups[-1][1] + 1]}
    return len(between) == 1 and "-" not in around


def accounts(text: str) -> Iterator[Mark]:
    """International bank account numbers, in one piece or in groups, in any case."""
    for found in _account.finditer(text):
        start, written = found.start(), found.group(1)
        end = start + _length(written, _ACCOUNT_LENGTHS.get(written[:2].upper(), 0))
        if end > start and _mod_97(text[start:end]) and not text[end : end + 1].isalnum():
            yield Mark(start, end, "iban")


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0


def _issued(digits: str) -> bool:
    return len(set(digits)) > 1 and any(
        first <= digits[: len(first)] <= last and len(digits) in lengths for first, last, lengths in _ISSUERS
    )


def _length(written: str, wanted: int) -> int:
    """How many characters hold the first `wanted` letters and digits; 0 where there are fewer."""
    seen = 0
    for place, character in enumerate(written):
        seen += character != " "
        if seen == wanted:
            return place + 1
    return 0


def _mod_97(written: str) -> bool:
    plain = written.replace(" ", "").upper()
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
