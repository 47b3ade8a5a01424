"""What an entry of the registry of national numbers says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


class Number(NamedTuple):
    """A national number: its code (country and short name), its name, written form, check, and words near it."""

    code: str
    name: str
    form: re.Pattern[str]
    holds: Callable[[str], bool]
    words: re.Pattern[str] | None


def number(code: str, name: str, form: str, holds: Callable[[str], bool], words: str = "") -> Number:
    """An entry; `form` is found only where no letter or digit goes on before or after it.

    In a form `_` stands for a separator that may be there or not: a space, a dot, a hyphen.
    """
    whole = re.compile(rf"(?<![\w@#/=])(?<!\d[.,-])(?:{form.replace('_', '[ .-]?')})(?![\w@]|[.,/=-]\d)")
    near = re.compile(rf"(?<![^\W_])(?:{words})(?![^\W\d_])", re.IGNORECASE) if words else None
    return Number(code, name, whole, holds, near)


def always(_digits: str) -> bool:
    """For numbers without a check digit: the words near it have to do."""
    return True
