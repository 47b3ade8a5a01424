"""Steps of curation per CPU second beside libraries that do the same, as ratios from one run, and what each gets right.

    python benchmarks/curation.py [--json] [PART ...]

Parts: addresses, languages, html, terms, personal. The peers are in `.venv-peers`, where
`python benchmarks/_curation_peers.py` puts them; those that are absent are named, and the rest goes on. Look-alikes,
phrases, competencies and summaries have benchmarks of their own beside this one. All inputs are invented.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from _curation_part import measured
from _curation_peers import absent, bring

PARTS = ("addresses", "languages", "html", "terms", "personal")


def measure(parts: list[str]) -> dict[str, Any]:
    """Each part, one after the other."""
    bring()
    found = {name: measured(importlib.import_module(f"_curation_{name}").part()) for name in parts}
    return {"python": platform.python_version(), "absent": sorted(set(absent)), "parts": found}


def show(found: dict[str, Any]) -> None:
    """Print what was measured, a line for each contender."""
    if found["absent"]:
        print(f"absent: {', '.join(found['absent'])}; python benchmarks/_curation_peers.py fetches them")
    for name, part in found["parts"].items():
        print(f"{name}, {part['inputs']} inputs" + ("" if part["met"] else f": GOAL MISSED {part['goal']}"))
        for contender, speed in part["per_cpu_second"].items():
            ratio = f"ours {part['ratio'][contender]}x" if contender in part["ratio"] else ""
            print(f"  {contender:22}{speed:>9,}/s  {ratio:12}  {part['right'][contender]}")


def main() -> int:
    """Measure and print; 1 where a goal is missed."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--json", action="store_true", help="one JSON object")
    asked.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="PART", help="only these")
    options = asked.parse_args()
    found = measure(options.parts or list(PARTS))
    if options.json:
        print(json.dumps(found))
    else:
        show(found)
    return 0 if all(part["met"] for part in found["parts"].values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
