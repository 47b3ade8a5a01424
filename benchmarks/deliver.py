"""Items per second and peak memory of a delivery: to a Moodle, beside a bare loop of requests, and into a cartridge.

    python benchmarks/deliver.py [--json] [--items 10000] [--rounds 1]

The Moodle plays on loopback in a process of its own. The house delivers there first; the forms it sent are written
down, and the bare loop sends the very same ones to a fresh Moodle: `requests.Session().post(...)`, the answer read as
JSON, nothing kept. The house does more: it picks what is due, checks what may leave, notes each call before it is made,
keeps each receipt with an audit entry and a statement, and guards every address. Rounds are interleaved; figures are
medians. The cartridge is one file of everything, written by the house; nothing plain is set beside it.

Memory is the peak of the process (ru_maxrss) that delivers, with a tenth of the items and with all: to the Moodle it
must stay as it is, for items are taken some at a time. A cartridge is made of all items at once, so it grows with them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform as machine
import resource
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

ITEMS, ROUNDS = 10_000, 1
GOAL_RATIO, GOAL_GROWTH = 0.7, 1.25
TOPICS = ("ladders", "budgets", "passwords", "charts", "first aid", "feedback", "contracts", "scanners")

Found = dict[str, Any]


# --------------------------------------------------------------------------- one contender, in a process of its own


def plant(folder: Path, items: int) -> None:
    """A house with so many approved items that are owed to both destinations; the Moodle comes later."""
    rows = (
        {
            "id": f"a{number}",
            "title": f"Working with {TOPICS[number % len(TOPICS)]}, part {number}",
            "url": f"https://learning.example.org/{number}",
            "text": f"What a beginner should know about {TOPICS[number % len(TOPICS)]} on day {number}. " * 4,
        }
        for number in range(items)
    )
    records = folder / "records.jsonl"
    records.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    configure(folder, {"url": "http://127.0.0.1:1", "database": 1})
    house = opened(folder, anew=True)
    from gleanery.flow import read, screen

    read(house, "catalogue")
    screen(house)
    house.close()


def configure(folder: Path, moodle: Mapping[str, Any]) -> None:
    """The configuration of a house that delivers there."""
    fields = {"external_id": "id", "title": "title", "url": "url", "text": "text"}
    settings = {"path": str(folder / "records.jsonl"), "realm": "bench", "fields": fields, "kind": "article"}
    tree = {
        "record": {"key_folder": "keys"},
        "delivery": {"undo_seconds": 0},
        "curation": {"steps": [], "auto_approve": "keep"},
        "sources": [{"name": "catalogue", "connector": "file", "first_items": 0, "settings": settings}],
        "destinations": [
            {
                "name": "moodle",
                "adapter": "moodle",
                "settings": {**moodle, "token": {"env": "MOODLE_TOKEN"}},
            },
            {"name": "cartridge", "adapter": "cartridge", "settings": {"path": "all.imscc"}},
        ],
    }
    (folder / "config.yaml").write_text(json.dumps(tree), "utf-8")


def opened(folder: Path, *, anew: bool = False) -> Any:
    """The house of a folder."""
    import structlog

    from gleanery.config import load
    from gleanery.flow.founding import found_house, open_house

    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    return (found_house if anew else open_house)(load(folder / "config.yaml"))


def house(name: str, folder: Path) -> Found:
    """Deliver to one destination; faults are no answer."""
    from gleanery.flow import deliver

    made = opened(folder)
    begun = time.perf_counter()
    report = deliver(made, name)
    seconds = time.perf_counter() - begun
    if report.faults:
        raise SystemExit(f"delivered with faults: {report.faults[:2]}")
    return {"items": report.delivered, "seconds": seconds}


def bare(url: str, calls: Path) -> Found:
    """Send the same forms, one after the other."""
    import requests

    begun = time.perf_counter()
    added = 0
    with requests.Session() as session, calls.open(encoding="utf-8") as lines:
        for line in lines:
            form = json.loads(line)
            answer = session.post(f"{url}/webservice/rest/server.php", data=form, timeout=10)
            answer.raise_for_status()
            body = answer.json()
            added += form["wsfunction"] == "mod_data_add_entry" and body["newentryid"] > 0
    return {"items": added, "seconds": time.perf_counter() - begun}


def one(what: str, *arguments: str) -> Found:
    """One contender with the peak of its memory (MiB)."""
    if what == "plant":
        plant(Path(arguments[0]), int(arguments[1]))
        return {}
    found = (
        bare(arguments[0], Path(arguments[1])) if what == "bare" else house(arguments[0], Path(arguments[1]))
    )
    return {**found, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


# --------------------------------------------------------------------------- all of them


@contextmanager
def world(token: str, calls: Path) -> Iterator[Found]:
    """A fresh Moodle in a process of its own; what it was sent is in `calls` afterwards."""
    command = [sys.executable, str(HERE / "_deliver_world.py"), token, str(calls)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()


def measured(token: str, *arguments: str) -> Found:
    """One contender in a fresh process."""
    command = [sys.executable, __file__, "--one", *arguments]
    given = {**os.environ, "MOODLE_TOKEN": token}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=given)
    if done.returncode:
        raise SystemExit(f"{arguments[0]}: {done.stderr[-2000:]}")
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def delivered(planted: Path, items: int, *, with_bare: bool = True) -> Found:
    """One round over a copy of a planted house: the house to Moodle and into the cartridge, and the bare loop."""
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as place:
        folder, calls = Path(place) / "house", Path(place) / "calls.jsonl"
        shutil.copytree(planted, folder)
        with world(token, calls) as moodle:
            configure(folder, moodle)
            found = {"house": measured(token, "house", "moodle", str(folder))}
        found["cartridge"] = measured(token, "house", "cartridge", str(folder))
        if with_bare:
            with world(token, Path(place) / "again.jsonl") as moodle:
                found["bare"] = measured(token, "bare", moodle["url"], str(calls))
    for name, told in found.items():
        if told["items"] != items:
            raise SystemExit(f"{name} delivered {told['items']} of {items} items")
    return found


def compared(items: int, rounds: int) -> Found:
    """Rates, the ratio, and memory with a tenth of the items and with all."""
    with tempfile.TemporaryDirectory() as place:
        many, few = Path(place) / "many", Path(place) / "few"
        for folder, number in ((many, items), (few, items // 10)):
            folder.mkdir()
            measured("", "plant", str(folder), str(number))
        runs = [delivered(many, items) for _ in range(rounds)]
        small = delivered(few, items // 10, with_bare=False)
    rates = {
        name: items / statistics.median(run[name]["seconds"] for run in runs)
        for name in ("house", "bare", "cartridge")
    }
    peaks = {
        name: [small[name]["peak"], statistics.median(run[name]["peak"] for run in runs)]
        for name in ("house", "cartridge")
    }
    ratio, growth = rates["house"] / rates["bare"], peaks["house"][1] / peaks["house"][0]
    return {
        "items": items,
        "python": machine.python_version(),
        "per_second": {name: round(rate) for name, rate in rates.items()},
        "peak_mib": {name: [round(one) for one in both] for name, both in peaks.items()},
        "ratio": round(ratio, 2),
        "growth": round(growth, 2),
        "met": ratio >= GOAL_RATIO and growth <= GOAL_GROWTH,
    }


def show(found: Found) -> None:
    """The figures as a table."""
    print(f"{found['items']:,} items{'items/s':>20}{'peak MiB, a tenth and all':>30}")
    for name, words in (
        ("house", "house to Moodle"),
        ("bare", "bare loop to Moodle"),
        ("cartridge", "house, cartridge"),
    ):
        few, every = found["peak_mib"].get(name, ("", ""))
        print(f"  {words:22}{found['per_second'][name]:>9,}{few:>16}{every:>14}")
    told = f"{found['ratio']:.2f} of the bare loop, goal {GOAL_RATIO}"
    memory = f"memory grows {found['growth']:.2f} times, goal {GOAL_GROWTH}"
    print(f"  {told}; {memory}: {'met' if found['met'] else 'NOT MET'}")


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(*sys.argv[2:])))
        return
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true", help="one JSON object")
    asked.add_argument("--items", type=int, default=ITEMS)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    given = asked.parse_args()
    found = compared(given.items, given.rounds)
    print(json.dumps(found)) if given.json else show(found)


if __name__ == "__main__":
    main()
