"""How a benchmark without options of its own is run and tells what it found."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from typing import Any


def tell(found: Mapping[str, Any], as_json: bool) -> None:
    """Print what was measured: as one JSON object, else a line for each figure."""
    if as_json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:>16}  {value}")


def main(measure: Callable[[], Mapping[str, Any]], about: str | None) -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=about)
    asked.add_argument("--json", action="store_true", help="one JSON object")
    tell(measure(), asked.parse_args().json)
