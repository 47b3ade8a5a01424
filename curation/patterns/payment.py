"""Payment cards (issuer ranges and the Luhn digit, ISO/IEC 7812) and bank accounts (IBAN, ISO 13616)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.patterns import Mark
from curation.patterns.national.checks import luhn

_run = re.compile(r"(?<![\w./#-])\d+(?:[ -]\d+)*(?!\w|[./-]\w|[,:]\d)")
_group = re.compile(r"\d+")
_digits = re.compile(r"\d(?:[ -]?\d){11}")
"""As many digits as the shortest card has: most texts have none, which is quickly told."""

_account = re.compile(r"(?<![^\W_])(?=([A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}))", re.ASCII)

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

_GROUPS = {
    4: ([4, 4, 4, 4], [4, 6, 5], [4, 6, 4], [4, 4, 4, 4, 3], [4, 4, 5]),
    6: ([6, 13],),
    8: ([8, 8],),
}
"""The usual groups, by the length of their first."""
_SHORTEST, _LONGEST = 12, 19

_about_cards = re.compile(
    r"(?<![^\W_])(?:(?:credit|debit|bank|payment)[ -]?cards?|cc|cards?|visa|master ?card|amex|maestro"
    r"|discover|kredit\W?karten?\w*"
    r"|karten?\W?nummer|carte|tarjeta)(?![^\W\d_])",
    re.IGNORECASE,
)
_NEAR = 40

_STRUCTURES = """
AD:8n12c AE:19n AL:8n16c AT:16n AZ:4a20c BA:16n BE:12n BG:4a6n8c BH:4a14c BI:23n BR:23n1a1c BY:4c4n16c CH:5n12c CR:18n
CY:8n16c CZ:20n DE:18n DJ:23n DK:14n DO:4c20n EE:16n EG:25n ES:20n FI:14n FK:2a12n FO:14n FR:10n11c2n GB:4a14n GE:2a16n
GI:4a15c GL:14n GR:7n16c GT:24c HN:4a20n HR:17n HU:24n IE:4a14n IL:19n IQ:4a15n IS:22n IT:1a10n12c JO:4a4n18c KW:4a22c
KZ:3n13c LB:4n20c LC:4a24c LI:5n12c LT:16n LU:3n13c LV:4a13c LY:21n MC:10n11c2n MD:20c ME:18n MK:3n10c2n MN:16n MR:23n
MT:4a5n18c MU:4a19n3a NI:4a20n NL:4a10n NO:11n OM:3n16c PK:4a16c PL:24n PS:4a21c PT:21n QA:4a21c RO:4a16c RS:18n
RU:14n15c SA:2n18c SC:4a20n3a SD:14n SE:20n SI:15n SK:20n SM:1a10n12c SO:19n ST:21n SV:4a20n TL:19n TN:20n TR:6n16c
UA:6n19c VA:18n VG:4a16n XK:16n YE:4a4n18c
"""
_SIGNS = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}


def _structure(written: str) -> re.Pattern[str]:
    """Of a registry entry such as 4a14n: four letters, fourteen digits."""
    return re.compile(
        "".join(f"{_SIGNS[kind]}{{{count}}}" for count, kind in re.findall(r"(\d+)([nac])", written))
    )


_BBAN = {country: _structure(of) for country, _, of in (one.partition(":") for one in _STRUCTURES.split())}
"""What follows the check digits of an account number, by country, from the IBAN registry (SWIFT)."""

_ACCOUNT_LENGTHS = {
    country: 4 + sum(map(int, re.findall(r"\d+", of)))
    for country, _, of in (one.partition(":") for one in _STRUCTURES.split())
}


def cards(text: str) -> Iterator[Mark]:
    """The numbers of payment cards, written in one piece or in the usual groups."""
    if _digits.search(text) is None:
        return
    for run in _run.finditer(text):
        groups = [group.span() for group in _group.finditer(text, *run.span())]
        lengths = [end - start for start, end in groups]
        for first, (start, end) in enumerate(groups):
            if _SHORTEST <= lengths[first] <= _LONGEST:
                yield from _card(text, start, end)
            for usual in _GROUPS.get(lengths[first], ()):
                last = first + len(usual)
                if lengths[first:last] == usual and _one_separator(text, groups[first:last]):
                    yield from _card(text, start, groups[last - 1][1])


def _card(text: str, start: int, end: int) -> Iterator[Mark]:
    digits = re.sub(r"\D", "", text[start:end])
    if luhn(digits) and (_issued(digits) or _is_called_card(text, start, digits)):
        yield Mark(start, end, "card")


def _is_called_card(text: str, start: int, digits: str) -> bool:
    """Whether a number of no issuer known here stands after the word for a card."""
    before = text[max(0, start - _NEAR) : start]
    return len(set(digits)) > 1 and len(digits) > 12 and _about_cards.search(before) is not None


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
        if end > start and _is_account(text[start:end]) and not text[end : end + 1].isalnum():
            yield Mark(start, end, "iban")


def _issued(digits: str) -> bool:
    return len(set(digits)) > 1 and any(
        first <= digits[: len(first)] <= last and len(digits) in lengths for first, last, lengths in _ISSUERS
    )


def _length(written: str, wanted: int) -> int:
    """How many characters hold the first `wanted` letters and digits; 0 where there are fewer."""
    seen = 0
    for place, character in enumerate(written):
        seen += character not in " -"
        if seen == wanted:
            return place + 1
    return 0


def _is_account(written: str) -> bool:
    """Whether check digits and the country's structure hold."""
    plain = written.replace(" ", "").replace("-", "").upper()
    turned = plain[4:] + plain[:4]
    return (
        _BBAN[plain[:2]].fullmatch(plain, 4) is not None
        and int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
    )
