"""How national numbers are checked: sums with weights, Luhn, Verhoeff, the pure systems of ISO 7064, and dates.

Each takes the number without its separators, in capitals, already of the right form.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def weighted(digits: str, weights: Sequence[int]) -> int:
    """The sum of the digits, each times its weight."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0


def mod_11_10(digits: str) -> bool:
    """ISO 7064, MOD 11,10: used for the German tax number and the Croatian OIB."""
    rest = 10
    for digit in digits[:-1]:
        rest = ((int(digit) + rest) % 10 or 10) * 2 % 11
    return (11 - rest) % 10 == int(digits[-1])


def mod_97(digits: str) -> bool:
    """Whether the last two digits are 97 less the rest of the others."""
    return 97 - int(digits[:-2]) % 97 == int(digits[-2:])


_TURN = ((1, 5, 7, 6, 2, 8, 3, 0, 9, 4), tuple(range(10)))
_TIMES = tuple(
    tuple(
        (a + b) % 5 + 5 * (b > 4) if a < 5 and b < 5 else
        (a + b - 5) % 5 + 5 if a < 5 else
        (a - 5 - b) % 5 + 5 if b < 5 else
        (a - b) % 5
        for b in range(10)
    )
    for a in range(10)
)  # fmt: skip
"""The table of the dihedral group of ten: turns of a pentagon, and turns with it turned over."""


def verhoeff(digits: str) -> bool:
    """Verhoeff's check, which Aadhaar numbers carry (J. Verhoeff, Error Detecting Decimal Codes, 1969)."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        moved = int(digit)
        for _ in range(place % 8):
            moved = _TURN[0][moved]
        check = _TIMES[check][moved]
    return check == 0


def is_date(year: str | int, month: str | int, day: str | int) -> bool:
    """Whether there is such a day; a year of two digits is one of any century."""
    number = int(year)
    for century in (1900, 2000) if number < 100 else (0,):
        try:
            date(century + number, int(month), int(day))
        except ValueError:
            continue
        return True
    return False
