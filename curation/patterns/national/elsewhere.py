"""National numbers of persons outside Europe."""

from __future__ import annotations

from curation.patterns.national.checks import is_date, luhn, verhoeff, weighted
from curation.patterns.national.entries import always, number


def _us_ssn(digits: str) -> bool:
    """Areas 000, 666 and 900 to 999, group 00 and serial 0000 are never issued (SSA, since 2011)."""
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _us_itin(digits: str) -> bool:
    group = int(digits[3:5])
    return digits[0] == "9" and (
        50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or 94 <= group <= 99
    )


def _us_tax(digits: str) -> bool:
    return _us_ssn(digits) or _us_itin(digits)


def _ca_sin(digits: str) -> bool:
    return luhn(digits) and digits[0] not in "08"


def _br_cpf(digits: str) -> bool:
    first = weighted(digits[:9], range(10, 1, -1)) * 10 % 11 % 10
    second = weighted(digits[:10], range(11, 1, -1)) * 10 % 11 % 10
    return digits[9:] == f"{first}{second}" and len(set(digits)) > 1


def _cl_rut(code: str) -> bool:
    total = sum(int(digit) * (2, 3, 4, 5, 6, 7)[place % 6] for place, digit in enumerate(reversed(code[:-1])))
    return "0K987654321"[total % 11] == code[-1]


def _mx_curp(code: str) -> bool:
    """Values by a table in which Ñ follows N; weights 18 down to 2 (RENAPO)."""
    values = "0123456789ABCDEFGHIJKLMN\u00d1OPQRSTUVWXYZ"
    total = sum(values.index(sign) * (18 - place) for place, sign in enumerate(code[:17]))
    return str(-total % 10) == code[17] and is_date(code[4:6], code[6:8], code[8:10])


def _in_aadhaar(digits: str) -> bool:
    return verhoeff(digits) and digits != digits[::-1]


def _cn_resident(code: str) -> bool:
    """GB 11643-1999."""
    total = weighted(code[:17], (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
    return "10X98765432"[total % 11] == code[17] and is_date(code[6:10], code[10:12], code[12:14])


def _kr_resident(digits: str) -> bool:
    total = weighted(digits[:12], (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))
    return (11 - total % 11) % 10 == int(digits[12]) and is_date(digits[:2], digits[2:4], digits[4:6])


def _tr_identity(digits: str) -> bool:
    odd, even = sum(map(int, digits[0:9:2])), sum(map(int, digits[1:8:2]))
    tenth = (7 * odd - even) % 10
    return digits[0] != "0" and tenth == int(digits[9]) and sum(map(int, digits[:10])) % 10 == int(digits[10])


def _za_identity(digits: str) -> bool:
    return luhn(digits) and is_date(digits[:2], digits[2:4], digits[4:6])


def _sg_nric(code: str) -> bool:
    total = weighted(code[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(code[0], 0)
    letters = {"S": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}
    return letters[{"T": "S", "G": "F"}.get(code[0], code[0])][total % 11] == code[8]


def _hk_identity(code: str) -> bool:
    """One or two letters, six digits and the check, which is A for ten; a missing letter counts 36."""
    values = [36 if sign == " " else int(sign, 36) for sign in code[:-1].rjust(8)]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + int(code[-1], 16)) % 11 == 0


def _au_tfn(digits: str) -> bool:
    return weighted(digits, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def _au_medicare(digits: str) -> bool:
    return weighted(digits[:8], (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(digits[8])


def _il_identity(digits: str) -> bool:
    return luhn(digits) and int(digits) > 0


ELSEWHERE = (
    number("us_ssn", "US Social Security number", r"\d{3}-\d{2}-\d{4}", _us_tax),
    number("us_ssn_bare", "US Social Security number without hyphens", r"\d{3}[ .]?\d{2}[ .]?\d{4}", _us_tax,
           r"ssn|social security(?: (?:number|no\.?))?|social|itin|taxpayer(?: id\w*)?"),
    number("us_licence", "US driver's licence", r"[A-Z]{0,2}\d{6,9}|[A-Z]\d{12}", always,
           r"driver'?s?'? licen[cs]e(?: (?:number|no\.?))?\W{0,3}(?:is)?\W{0,2}|driving licen[cs]e"),
    number("ca_sin", "Canadian Social Insurance Number", r"\d{3}[ -]?\d{3}[ -]?\d{3}", _ca_sin,
           r"sin|social insurance|nas|assurance sociale"),
    number("br_cpf", "CPF", r"\d{3}\.\d{3}\.\d{3}-\d{2}", _br_cpf),
    number("br_cpf_bare", "CPF without dots", r"\d{11}", _br_cpf, r"cpf"),
    number("cl_rut", "RUT", r"\d{1,2}\.\d{3}\.\d{3}-[\dKk]", _cl_rut),
    number("mx_curp", "CURP", r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d", _mx_curp),
    number("in_aadhaar", "Aadhaar number", r"[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}", _in_aadhaar, r"aadhaa?r"
    r"|uid(?:ai)?|आधार"),
    number("in_pan", "PAN", r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]", always, r"pan(?: (?:card|number|no\.?))?"),
    number("cn_resident", "Chinese resident identity number", r"[1-9]\d{16}[\dXx]", _cn_resident),
    number("kr_resident", "Korean resident number", r"\d{6}-[1-8]\d{6}", _kr_resident),
    number("tr_identity", "Turkish identity number", r"[1-9]\d{10}", _tr_identity, r"t\.?c\.?"
    r"|kimlik(?: no\w*)?|tckn"),
    number("za_identity", "South African identity number", r"\d{6} ?\d{4} ?\d{3}", _za_identity,
           r"id(?:entity)?(?: (?:number|no\.?))?|rsa id"),
    number("sg_nric", "NRIC", r"[STFGM]\d{7}[A-Z]", _sg_nric),
    number("hk_identity", "Hong Kong identity card", r"[A-Z]{1,2}\d{6}\([\dA]\)", _hk_identity),
    number("au_tfn", "Australian tax file number", r"\d{3}[ -]?\d{3}[ -]?\d{3}", _au_tfn, r"tfn"
    r"|tax file(?: number)?"),
    number("au_medicare", "Medicare number", r"[2-6]\d{3}[ -]?\d{5}[ -]?\d", _au_medicare, r"medicare(?: \w+)?"),
    number("il_identity", "Israeli identity number", r"\d{9}", _il_identity, r"teudat zehut|mispar zehut"
    r"|ת\.?ז\.?|zehut"),
)  # fmt: skip
