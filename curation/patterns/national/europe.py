"""National numbers of persons in Europe. Sources: the authorities' descriptions named with each check."""

from __future__ import annotations

from collections import Counter

from curation.patterns.national.checks import is_date, luhn, mod_11_10, mod_97, weighted
from curation.patterns.national.entries import always, number

_LETTERS_OF_23 = "TRWAGMYFPDXBNJZSQVHLCKE"


def _de_tax(digits: str) -> bool:
    """One digit of the first ten comes twice or three times, the others at most once (§ 139b AO)."""
    counts = sorted(Counter(digits[:10]).values(), reverse=True)
    return (counts[:2] in ([2, 1], [3, 1])) and mod_11_10(digits)


def _de_pension(code: str) -> bool:
    """Area, birthday, first letter of the name, serial, check digit (VKVV § 4); digit sums of the products."""
    letter = f"{ord(code[8]) - 64:02d}"
    digits = code[:8] + letter + code[9:11]
    products = (
        int(digit) * weight
        for digit, weight in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True)
    )
    total = sum(sum(divmod(product, 10)) for product in products)
    day = int(code[2:4]) % 50
    return total % 10 == int(code[11]) and is_date(code[6:8], code[4:6], day or 1)


def _de_card(code: str) -> bool:
    """The document number of the identity card: weights 7, 3, 1 (ICAO 9303)."""
    return sum(int(sign, 36) * (7, 3, 1)[place % 3] for place, sign in enumerate(code[:9])) % 10 == int(
        code[9]
    )


def _gb_nhs(digits: str) -> bool:
    return (11 - weighted(digits[:9], range(10, 1, -1)) % 11) % 11 == int(digits[9])


def _gb_insurance(code: str) -> bool:
    return code[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


def _fr_nir(code: str) -> bool:
    """97 less the rest of the first thirteen signs; Corsica's 2A and 2B count as 19 and 18 (INSEE)."""
    digits = code.replace("2A", "19", 1) if code[5:7] == "2A" else code
    digits = digits.replace("2B", "18", 1) if digits[5:7] == "2B" else digits
    return digits.isdigit() and mod_97(digits)


def _es_dni(code: str) -> bool:
    return _LETTERS_OF_23[int(code[:8]) % 23] == code[8]


def _es_nie(code: str) -> bool:
    return _LETTERS_OF_23[int(str("XYZ".index(code[0])) + code[1:8]) % 23] == code[8]


_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14,
         16, 10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip


def _it_fiscal(code: str) -> bool:
    """Signs in odd places count by a table, those in even places as they are (D.M. 23/12/1976)."""
    total = sum(
        _ODD[sign] if place % 2 == 0 else int(sign) if sign.isdigit() else ord(sign) - 65
        for place, sign in enumerate(code[:15])
    )
    return chr(65 + total % 26) == code[15]


def _nl_bsn(digits: str) -> bool:
    total = weighted(digits[:8], range(9, 1, -1)) - int(digits[8])
    return total % 11 == 0 and int(digits) > 0


def _pl_pesel(digits: str) -> bool:
    total = weighted(digits[:10], (1, 3, 7, 9, 1, 3, 7, 9, 1, 3))
    return -total % 10 == int(digits[10]) and is_date(digits[:2], int(digits[2:4]) % 20, digits[4:6])


def _se_person(digits: str) -> bool:
    """Also coordination numbers, whose day is 60 more (Skatteverket SKV 704)."""
    short = digits[-10:]
    return luhn(short) and is_date(short[:2], short[2:4], int(short[4:6]) % 60)


def _ch_ahv(digits: str) -> bool:
    return -weighted(digits[:12], (1, 3) * 6) % 10 == int(digits[12])


def _be_register(digits: str) -> bool:
    """Whoever was born from 2000 on has a 2 before the nine digits."""
    valid = mod_97(digits) or mod_97(f"2{digits}")
    return valid and int(digits[2:4]) % 20 <= 12


def _pt_nif(digits: str) -> bool:
    return (11 - weighted(digits[:8], range(9, 1, -1)) % 11) % 11 % 10 == int(digits[8])


def _birthday_first(digits: str) -> bool:
    return is_date(digits[4:6], digits[2:4], digits[:2])


def _fi_hetu(code: str) -> bool:
    digits = code[:6] + code[-4:-1]
    valid = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(digits) % 31] == code[-1]
    return valid and is_date(code[4:6], code[2:4], code[:2])


def _no_birth(digits: str) -> bool:
    """Two check digits, and the birthday first; D-numbers have 40 more as the day (Skatteetaten)."""
    first = -weighted(digits[:9], (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11 == int(digits[9])
    second = -weighted(digits[:10], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11 == int(digits[10])
    return first and second and is_date(digits[4:6], int(digits[2:4]) % 40, int(digits[:2]) % 40)


def _cz_birth(digits: str) -> bool:
    month = int(digits[2:4]) % 50 % 20
    checked = int(digits[:9]) % 11 % 10 == int(digits[9])
    return checked and is_date(digits[:2], month, digits[4:6])


def _at_insurance(digits: str) -> bool:
    total = weighted(digits[:3] + digits[4:], (3, 7, 9, 5, 8, 4, 2, 1, 6))
    return digits[0] != "0" and total % 11 == int(digits[3])


def _ie_pps(code: str) -> bool:
    second = ord(code[8]) - 64 if len(code) > 8 and code[8] != "W" else 0
    total = weighted(code[:7], range(8, 1, -1)) + 9 * second
    return "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] == code[7]


def _baltic(digits: str) -> bool:
    """Estonia and Lithuania: century, birthday, serial, and a check in two rounds."""
    check = weighted(digits[:10], (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if check == 10:
        check = weighted(digits[:10], (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return check == int(digits[10]) and is_date(digits[1:3], digits[3:5], digits[5:7])


def _ro_cnp(digits: str) -> bool:
    check = weighted(digits[:12], (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return (1 if check == 10 else check) == int(digits[12]) and is_date(digits[1:3], digits[3:5], digits[5:7])


def _bg_egn(digits: str) -> bool:
    check = weighted(digits[:9], (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10
    return check == int(digits[9]) and is_date(digits[:2], int(digits[2:4]) % 20, digits[4:6])


def _jmbg(digits: str) -> bool:
    """The number of the countries of former Yugoslavia; in Slovenia it is the EMŠO."""
    check = -weighted(digits[:12], (7, 6, 5, 4, 3, 2) * 2) % 11 % 10
    return check == int(digits[12]) and is_date(
        int(digits[4:7]) + (1000 if digits[4] == "9" else 2000), digits[2:4], digits[:2]
    )


def _gr_amka(digits: str) -> bool:
    return luhn(digits) and _birthday_first(digits)


def _is_kennitala(digits: str) -> bool:
    valid = -weighted(digits[:8], (3, 2, 7, 6, 5, 4, 3, 2)) % 11 == int(digits[8])
    return valid and digits[9] in "890" and is_date(digits[4:6], digits[2:4], digits[:2])


_SOCIAL = r"social[ -]security|sozialversicherung\w*"

EUROPE = (
    number(
        "de_tax", "German tax identification number", r"[1-9]\d_\d{3}_\d{3}_\d{3}", _de_tax,
        r"steuer\W?id\w*|steuer\W?identifikations\w*|steuernummer|identifikationsnummer|id\W?nr\.?|idnr|tin"
        r"|tax\W?id\w*",
    ),
    number("de_pension", "German social insurance number", r"\d{2}_\d{6}_[A-Z]_\d{2}_?\d", _de_pension),
    number(
        "de_id_card", "German identity card", r"[CFGHJKLMNPRTVWXYZ0-9]{9}\d(?:D|<<)?", _de_card,
        r"personalausweis\w*|ausweis\W?n\w*|reisepass\w*|identity card|id card",
    ),
    number(
        "gb_nhs", "NHS number", r"\d{3}[ -]?\d{3}[ -]?\d{4}", _gb_nhs, r"nhs|patient(?: id| number)?",
    ),
    number(
        "gb_nino", "National Insurance number",
        r"(?!D|F|I|Q|U|V)[A-Z](?!D|F|I|O|Q|U|V)[A-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", _gb_insurance,
    ),
    number("fr_nir", "NIR", r"[1-478]_\d{2}_(?:0[1-9]|1[0-2]|[2-9]\d)_(?:\d{2}|2[ABab])_\d{3}_\d{3}_\d{2}", _fr_nir),
    number("es_dni", "DNI", r"\d{8}[ -]?[A-Za-z]", _es_dni, r"dni|nif|documento|identidad|c[ée]dula"),
    number("es_nie", "NIE", r"[XYZ][ -]?\d{7}[ -]?[A-Z]", _es_nie),
    number(
        "it_fiscal", "codice fiscale",
        r"[A-Za-z]{6} ?\d{2}[A-EHLMPR-Ta-ehlmpr-t]\d{2} ?[A-Za-z]\d{3}[A-Za-z]", _it_fiscal,
    ),
    number(
        "nl_bsn", "BSN", r"\d{3}_\d{3}_\d{3}|\d{4}[ .]\d{2}[ .]\d{3}", _nl_bsn,
        r"bsn|burgerservicenummer|sofi\W?nummer|persoonsnummer",
    ),
    number("pl_pesel", "PESEL", r"\d{11}", _pl_pesel, r"pesel\w*"),
    number("se_person", "personnummer", r"(?:19|20)?\d{6}[-+]\d{4}", _se_person),
    number("se_person_bare", "personnummer without hyphen", r"(?:19|20)?\d{10}", _se_person,
           r"person\W?n(?:umme)?r|samordningsnummer"),
    number("ch_ahv", "AHV number", r"756_\d{4}_\d{4}_\d{2}", _ch_ahv),
    number("be_register", "Belgian national number", r"\d{2}\.\d{2}\.\d{2}[- ]\d{3}[.-]\d{2}", _be_register),
    number("be_register_bare", "Belgian national number without dots", r"\d{11}", _be_register,
           r"rijksregister\w*|registre national|num[ée]ro national|insz|niss|nrn"),
    number("pt_nif", "NIF", r"[1-35689]\d{2}_\d{3}_\d{3}", _pt_nif, r"nif|contribuinte|n[uú]mero fiscal"),
    number("dk_cpr", "CPR number", r"\d{6}[- ]?\d{4}", _birthday_first, r"cpr\w*(?:\W?(?:nr|nummer))?|personnummer"),
    number("fi_hetu", "HETU", r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]", _fi_hetu),
    number("no_birth", "fødselsnummer", r"\d{6} ?\d{5}", _no_birth),
    number("cz_birth", "rodné číslo", r"\d{6}/\d{4}", _cz_birth),
    number("at_insurance", "Austrian insurance number", r"\d{4} ?\d{6}", _at_insurance,
           rf"svnr|sv\W?nr|sv\W?nummer|vsnr|{_SOCIAL}|versicherungsnummer"),
    number("ie_pps", "PPS number", r"\d{7}[A-W][A-IW]?", _ie_pps, r"pps\w?|ppsn|personal public service"),
    number("ee_lt_person", "Estonian or Lithuanian personal code", r"[1-6]\d{10}", _baltic,
           r"isikukood\w*|asmens kod\w*|personal (?:id )?code"),
    number("hr_oib", "OIB", r"\d{11}", mod_11_10, r"oib"),
    number("ro_cnp", "CNP", r"[1-9]\d{12}", _ro_cnp, r"cnp|cod numeric"),
    number("bg_egn", "EGN", r"\d{10}", _bg_egn, r"egn|егн"),
    number("jmbg", "JMBG or EMŠO", r"\d{13}", _jmbg, r"jmbg|јмбг|emšo|emso|matični broj"),
    number("gr_amka", "AMKA", r"\d{11}", _gr_amka, r"amka|αμκα"),
    number("is_kennitala", "kennitala", r"\d{6}[ -]?\d{4}", _is_kennitala, r"kennit[aö]l\w*|kt\.?"),
    number("passport", "passport", r"[A-Z]{0,3}\d{6,9}[A-Z]?", always,
           r"passport(?: number| no\.?| nr\.?| #)?:?\W{0,3}(?:is)?|reisepass\w*:?|num[ée]ro de passeport:?"
           r"|pasaporte:?"),
)  # fmt: skip
