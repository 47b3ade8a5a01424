"""How the findings of a step are to be read; what whoever measures may say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """How findings are read: our names of kinds -> the data's, the score that counts, the flag that means yes."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    score: str = ""
    flag: str = ""
    seed: int = 0
    resolve: Callable[[str], str | None] = lambda label: label
