"""E-mail addresses and telephone numbers.

A telephone number is told from other digits by its form where the form is telling (a country code, a leading
zero in groups, the North American groups); else only where the words beside it speak of telephoning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.patterns import Mark

_mail = re.compile(
    r"(?<![\w.+\-@/])(?:mailto:)?([\w.+'&-]{1,64}@(?:[\w-]{1,63}\.){1,8}([^\W\d_]{2,24}|xn--[a-z0-9-]{2,50}))(?![\w@(]|-\w|\.\w)"
)
_spelled_mail = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?[\[({<]\s?(?:at|ät|@)\s?[\])}>]\s?"
    r"[\w-]{1,63}(?:\s?(?:\.|[\[({<]\s?(?:dot|punkt|point|punto|\.)\s?[\])}>])\s?[\w-]{1,63}){1,4}(?![\w-])",
    re.IGNORECASE,
)
_spelled_at = re.compile(r"[\[({<]\s?(?:at|ät|@)\s?[\])}>]", re.IGNORECASE)
_FILE_TYPES = "png jpg jpeg gif svg webp bmp ico css html htm json pdf exe dll txt yaml yml xml csv zip"
_NO_DOMAIN = frozenset(_FILE_TYPES.split())
_SERVICE = frozenset({"git", "hg", "svn"})

_number = re.compile(
    r"(?<![\w@#/=&?%.+*^~<>$€£-])(?<!\d[,:;])(?<![$€£] )"
    r"(?:tel:)?((?:\+\s?)?\(?\d(?:[ .()/\u2010-\u2013-]{0,3}\d){5,16})"
    r"(?:\s?(?:x|ext\.?|extension|durchwahl)\s?\d{1,6})?"
    r"(?![\w@]|[.,:/=-]\d|\s?[%€$£°]|\s?(?:eur|usd|px|kb|mb|gb|ms|km|kg)\b|\()",
    re.IGNORECASE,
)
_digits = re.compile(r"\d+")
_about_telephones = re.compile(
    r"(?:\b(?:(?:tele|smart|cell|i)?phone|tel|mobile|cell|fax|call(?:s|ed|ing)?|dial|ring|sms|whatsapp|hotline|telefon(?:nummer)?"
    r"|handy(?:nummer)?|mobil(?:nummer|funk)?|ruf(?:en|nummer)?|anruf(?:en)?|t[ée]l[ée]phone|portable|appel(?:er|ez)?"
    r"|tel[ée]fono|m[oó]vil|celular|llam(?:e|ar|a))\b|☎|📞|📱)",
    re.IGNORECASE,
)
_NEAR_BEFORE, _NEAR_AFTER = 60, 30


def mails(text: str) -> Iterator[Mark]:
    """E-mail addresses, also spelled with (at) and (dot); not those of version control (git@host:path)."""
    if "@" in text:
        for found in _mail.finditer(text):
            local, _, domain = found.group(1).partition("@")
            if (
                local.lower() not in _SERVICE
                and found.group(2).lower() not in _NO_DOMAIN
                and not _is_version(domain)
            ):
                yield Mark(*found.span(1), "email")
    if _spelled_at.search(text):
        for found in _spelled_mail.finditer(text):
            yield Mark(*found.span(), "email")


def _is_version(domain: str) -> bool:
    return domain[0].isdigit() and domain.partition(".")[0].strip("0123456789x") == ""


def numbers(text: str) -> Iterator[Mark]:
    """Telephone numbers."""
    for found in _number.finditer(text):
        start = found.start(1)
        if _is_telephone(found.group(1)) or (
            _may_be_telephone(found.group(1)) and _spoken_of(text, start, found.end())
        ):
            yield Mark(start, found.end(), "phone")


def _spoken_of(text: str, start: int, end: int) -> bool:
    near = text[max(0, start - _NEAR_BEFORE) : start], text[end : end + _NEAR_AFTER]
    return any(_about_telephones.search(words) for words in near)


def _is_telephone(written: str) -> bool:
    """Whether the form alone says so."""
    groups = _digits.findall(written)
    size = sum(map(len, groups))
    if not _may_be_telephone(written):
        return False
    if written.startswith("+"):
        return 8 <= size <= 15
    if written.startswith("00"):
        return len(groups) > 1 and 11 <= size <= 16
    return (
        _north_american(groups, written)
        or _with_leading_zero(groups, size)
        or _with_area_code(groups, written, size)
    )


def _north_american(groups: list[str], written: str) -> bool:
    if len(groups) == 4 and groups[0] == "1":
        groups = groups[1:]
    return list(map(len, groups)) == [3, 3, 4]


def _with_leading_zero(groups: list[str], size: int) -> bool:
    return groups[0][0] == "0" and 2 <= len(groups[0]) <= 5 and len(groups) > 1 and 8 <= size <= 12


def _with_area_code(groups: list[str], written: str, size: int) -> bool:
    return written.startswith("(") and 2 <= len(groups[0]) <= 4 and len(groups) > 2 and 8 <= size <= 11


def _may_be_telephone(written: str) -> bool:
    """Whether nothing speaks against it: no date, time, address, book, amount or row of years."""
    groups = _digits.findall(written)
    lengths = list(map(len, groups))
    size = sum(lengths)
    if not 7 <= size <= 16 or written.count("(") != written.count(")"):
        return False
    return not (
        lengths == [3, 2, 4]
        or _is_date(groups, written)
        or _is_address(groups, written)
        or (size == 13 and "".join(groups).startswith(("978", "979")))
        or lengths == [4, 4, 4, 4]
        or all(length == 4 and "1800" < group < "2200" for group, length in zip(groups, lengths, strict=True))
        or (lengths == [4, 4] and all(group[:2] < "25" and group[2:] < "60" for group in groups))
    )


def _is_date(groups: list[str], written: str) -> bool:
    if len(groups) != 3 or "(" in written:
        return False
    lengths = [len(group) for group in groups]
    numbers = [int(group) for group in groups]
    if lengths == [4, 2, 2]:
        return numbers[1] <= 12 and numbers[2] <= 31
    return (
        lengths in ([2, 2, 4], [2, 2, 2], [1, 2, 4], [2, 1, 4])
        and max(numbers[:2]) <= 31
        and min(numbers[:2]) <= 12
    )


def _is_address(groups: list[str], written: str) -> bool:
    return len(groups) == 4 and written.count(".") == 3 and all(int(group) < 256 for group in groups)
