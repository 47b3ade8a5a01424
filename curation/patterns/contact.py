"""E-mail addresses and telephone numbers.

A telephone number is told from other digits by its form where the form is telling (a country code, a leading
zero in groups, the North American groups); else only where the words beside it speak of telephoning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.patterns import Mark

_mail = re.compile(
    r"(?<![\w.+\-@/])(?:mailto:)?([\w.+'&-]{1,64}@(?:[\w-]{1,63}\.){1,8}([^\W\d_]{2,24}"
    r"|xn--[a-z0-9-]{2,50}))(?![\w@(]|-\w|\.\w)"
)
_spelled_mail = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?[\[({<]\s?(?:at|ät|@)\s?[\])}>]\s?"
    r"[\w-]{1,63}(?:\s?(?:\.|[\[({<]\s?(?:dot|punkt|point|punto|\.)\s?[\])}>])\s?[\w-]{1,63}){1,4}(?![\w-])",
    re.IGNORECASE,
)
_spelled_at = re.compile(r"[\[({<]\s?(?:at|ät|@)\s?[\])}>]", re.IGNORECASE)
_TOP = (
    "com|org|net|edu|gov|mil|info|biz|io|dev|app|me|eu|uk|de|at|ch|fr|es|it|nl|be|dk|se|no|fi|pl|pt|cz|ie|us"
    "|ca|au|nz|in"
    "|jp|cn|br|mx|ar|ru|ua|tr|gr|hu|ro|za|example|test"
)
_PAIRS = (
    ("at|_at_", "dot|_dot_|punkt"),
    ("ät|klammeraffe", "punkt|dot"),
    ("arroba", "punto|ponto"),
    ("arobase", "point"),
    ("@", r"\."),
)
_spoken_mails = tuple(
    (
        re.compile(rf"\s(?:{dot})\s", re.IGNORECASE),
        re.compile(
            rf"(?<![\w.+@-])([\w.+-]{{2,64}})\s(?:{at})\s"
            rf"[\w-]{{1,63}}(?:(?:\s(?:{dot})\s|\.)[\w-]{{1,63}}){{0,3}}\s(?:{dot})\s(?:{_TOP})(?![\w-])",
            re.IGNORECASE,
        ),
    )
    for at, dot in _PAIRS
)
"""Spelled out in words: both the sign and at least one dot, in one language."""
_told_mail = re.compile(
    rf"(?<![\w.+@-])([\w.+-]{{2,64}})\s?(?:(?<=\s)(?:at|ät|arroba|arobase)\s|@\s?)"
    rf"[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,3}}\.(?:{_TOP})(?![\w-])",
    re.IGNORECASE,
)
"""With the sign in words only, or set apart: an address where the words before speak of mail."""
_about_mail = re.compile(
    r"(?<![^\W_])(?:e-?)?mails?(?![^\W\d_])|\b(?:courriel|correo|contact|kontakt|reach|write)\b",
    re.IGNORECASE,
)
_spoken_hint = re.compile(r"\s(?:_?at_?|ät|klammeraffe|arroba|arobase|@)\s|\s@|@\s", re.IGNORECASE)
_NO_NAME = frozenset({
    "look", "is", "are", "was", "be", "me", "us", "it", "them", "him", "her", "you", "work", "works",
    "working", "live", "based", "hosted", "available", "meet", "see", "code", "more", "out", "here", "talk",
    "up", "down", "back", "page", "list", "site", "and", "or", "the", "a", "an", "in", "on", "email",
    "mail", "e-mail", "write", "contact", "reach",
})  # fmt: skip
_MAIL_NEAR = 30
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
_TELEPHONE = (
    r"(?:tele|smart|cell|i)?phone|tel|mobile|cell|fax|landline|hotline|whatsapp|sms|telefon(?:nummer)?"
    r"|handy(?:nummer)?|mobil(?:nummer|funk)?|rufnummer|durchwahl|t[ée]l[ée]phone|portable|tel[ée]fono"
    r"|m[oó]vil|celular"
    r"|telefoon|mobiel|telefone|telem[oó]vel|telefono|cellulare|puhelin|numer telefonu"
)
_about_telephones = re.compile(
    rf"(?:\b(?:{_TELEPHONE}|call(?:s|ed|ing)?|dial|ring|text me|reach (?:me|us|him|her|you|them)|ruf(?:en)?"
    rf"|anruf(?:en)?"
    r"|appel(?:er|ez)?|llam(?:e|ar|a)|bel(?:len)?|chiam(?:a|are|ate)|ligue|zadzwo[nń]"
    r"|(?:my|our|his|her|your|their|contact|direct|registered) numbers?)\b|☎|📞|📱)",
    re.IGNORECASE,
)
_NEAR_BEFORE, _NEAR_AFTER = 60, 30
_just_before = re.compile(
    rf"(?:\b(?:{_TELEPHONE}|call|dial|ring|reach)\b|☎|📞|📱)\W{{0,3}}"
    r"(?:(?:me|us|him|her|them|at|on|under|unter|number|nummer|no|nr|is|ist|to|the|office|work|home|au|al"
    r"|en)\b\W{0,3}){0,4}$",
    re.IGNORECASE,
)
_just_after = re.compile(
    rf"\W{{0,3}}(?:{_TELEPHONE}|office|work|home|direct|main|b[uü]ro|gesch[aä]ftlich|privat)\b", re.IGNORECASE
)
_JUST_BEFORE = 40


def mails(text: str) -> Iterator[Mark]:
    """E-mail addresses,
    also spelled with (at) and (dot) or in words; not those of version control (git@host:path)."""
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
    if _spoken_hint.search(text):
        yield from _spoken(text)


def _spoken(text: str) -> Iterator[Mark]:
    for dot, form in _spoken_mails:
        for found in form.finditer(text) if dot.search(text) else ():
            if found.group(1).lower() not in _NO_NAME:
                yield Mark(*found.span(), "email")
    for found in _told_mail.finditer(text) if _about_mail.search(text) else ():
        before = text[max(0, found.start() - _MAIL_NEAR) : found.start()]
        if found.group(1).lower() not in _NO_NAME and _about_mail.search(before):
            yield Mark(*found.span(), "email")


def _is_version(domain: str) -> bool:
    return domain[0].isdigit() and domain.partition(".")[0].strip("0123456789x") == ""


def numbers(text: str) -> Iterator[Mark]:
    """Telephone numbers."""
    for found in _number.finditer(text):
        start, end, written = found.start(1), found.end(), found.group(1)
        if (
            _is_telephone(written)
            or (_may_be_telephone(written) and _spoken_of(text, start, end))
            or (_may_be_short(written) and _called_so(text, start, end))
        ):
            yield Mark(start, end, "phone")


def _spoken_of(text: str, start: int, end: int) -> bool:
    """Whether the words around speak of telephoning."""
    near = text[max(0, start - _NEAR_BEFORE) : start], text[end : end + _NEAR_AFTER]
    return any(_about_telephones.search(words) for words in near)


def _called_so(text: str, start: int, end: int) -> bool:
    """Whether the word right before or after says that this is a telephone number."""
    before, after = text[max(0, start - _JUST_BEFORE) : start], text[end : end + _NEAR_AFTER]
    return _just_before.search(before) is not None or _just_after.match(after) is not None


def _may_be_short(written: str) -> bool:
    """Whether it may be a number of a small network, or one that could be years or times as well."""
    groups = _digits.findall(written)
    size = sum(map(len, groups))
    return (
        6 <= size <= 9
        and (len(groups) > 1 or size > 6)
        and not _is_date(groups, written)
        and list(map(len, groups)) != [3, 2, 4]
    )


def _is_telephone(written: str) -> bool:
    """Whether the form alone says so."""
    groups = _digits.findall(written)
    size = sum(map(len, groups))
    if not _may_be_telephone(written):
        return False
    if written.startswith("+"):
        return True
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
