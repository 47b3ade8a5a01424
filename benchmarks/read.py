"""Posts per second and peak memory of a first reading: a house with its connector, and the client library alone.

    python benchmarks/read.py [--json] [--posts 100000] [--platforms slack,x,youtube]

The platform plays on loopback in a process of its own, and every contender reads in a fresh one. The goal is set
against "library, SQLModel": a program that reads by the library and keeps what the house must keep, so that nothing
is there twice, a change is known and words can be purged. Less is shown beside it: "library, plain rows" has one
row a post on the disk before the next page, "library, looked at" forgets what it read. The house does more: it looks
for secrets in every text and writes an audit entry a page; "house, no guard" leaves the former out. Rounds are
interleaved; figures are medians. Memory is the peak of the process (ru_maxrss), with a fifth of the posts and with
all. What is read is counted and compared. Ratios are of posts for each CPU second of the reading process, as the
platform plays on the same machine.

Below: what it costs to find nothing new. Requests are counted here; those of the peers follow from how their
documents and code say that they read.
"""

from __future__ import annotations

import argparse
import json
import os
import platform as machine
import resource
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

POSTS, ROUNDS = 100_000, 1
GOAL_RATIO, GOAL_GROWTH = 0.5, 1.25
SAME, UNGUARDED = "library, SQLModel", "house, no guard"
CONTENDERS = ("house", "house, no guard", "library, SQLModel", "library, plain rows", "library, looked at")

Found = dict[str, Any]


# --------------------------------------------------------------------------- one reading, in a process of its own


def run(contender: str, platform: str, told: Mapping[str, Any], folder: Path) -> Found:
    """Read everything; posts, seconds, CPU seconds and peak memory (MiB)."""
    os.environ.update(told["env"])
    if contender.startswith("house"):
        curation: Found = {"steps": []} if contender == UNGUARDED else {}
        read = house(platform, told["settings"], folder, curation)
    else:
        read = library(contender, platform, told, folder / "posts.db")
    begun, cpu = time.perf_counter(), time.process_time()
    posts = read()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"posts": posts, "seconds": seconds, "cpu": cpu, "peak": peak}


def library(contender: str, platform: str, told: Mapping[str, Any], path: Path) -> Any:
    """The reading by a client library; nothing is imported that only others need."""
    from _read_bare import READERS, keep, look

    pages = READERS[platform](told["settings"], next(iter(told["env"].values())))
    if contender == SAME:
        from _read_models import keep_all

        return lambda: keep_all(pages, path)
    return (lambda: keep(pages, path)) if contender == "library, plain rows" else (lambda: look(pages))


def house(platform: str, settings: Mapping[str, Any], folder: Path, curation: Mapping[str, Any]) -> Any:
    """A founded house, and its reading; faults are no answer."""
    import structlog

    from gleanery.config import load
    from gleanery.flow import read
    from gleanery.flow.founding import found_house

    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    source = {"name": "world", "connector": platform, "settings": dict(settings)}
    parts = {"record": {"key_folder": "keys"}, "http": {"timeout_seconds": 120, "total_seconds": 240}}
    tree = {**parts, "sources": [source], "curation": dict(curation)}
    (folder / "config.yaml").write_text(json.dumps(tree), "utf-8")
    made = found_house(load(folder / "config.yaml"))

    def all_of_it() -> int:
        report = read(made, "world")
        if report.faults:
            raise SystemExit(f"the house read with faults: {report.faults[:2]}")
        return report.new_posts

    return all_of_it


# --------------------------------------------------------------------------- all readings


@contextmanager
def world(platform: str, posts: int) -> Iterator[Found]:
    """The platform, in a process of its own: the settings and secrets with which it is read."""
    command = [sys.executable, str(HERE / "_read_worlds.py"), platform, str(posts)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()


def measured(contender: str, platform: str, told: Found) -> Found:
    """One reading by one contender."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--one", contender, platform, folder]
        done = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{contender} on {platform}: {done.stderr[-2000:]}")
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def compared(platform: str, posts: int, rounds: int) -> Found:
    """Rates, ratios and memory of all contenders on one platform."""
    runs: dict[str, list[Found]] = {name: [] for name in CONTENDERS}
    with world(platform, posts) as told:
        for _ in range(rounds):
            for name, found in runs.items():
                found.append(measured(name, platform, told))
    few = posts // 5
    with world(platform, few) as told:
        small = {name: measured(name, platform, told)["peak"] for name in CONTENDERS}
    for name, found in runs.items():
        wrong = [one["posts"] for one in found if one["posts"] != posts]
        if wrong:
            raise SystemExit(f"{name} on {platform} read {wrong[0]} of {posts} posts")
    rates = {name: posts / statistics.median(one["seconds"] for one in found) for name, found in runs.items()}
    cpu = {name: posts / statistics.median(one["cpu"] for one in found) for name, found in runs.items()}
    peaks = {name: statistics.median(one["peak"] for one in found) for name, found in runs.items()}
    growth = peaks["house"] / small["house"]
    ratio = cpu["house"] / cpu[SAME]
    return {
        "per_second": {name: round(rate) for name, rate in rates.items()},
        "per_cpu_second": {name: round(rate) for name, rate in cpu.items()},
        "ratio": round(ratio, 2),
        "ratio_to_looking": round(cpu["house"] / cpu["library, looked at"], 2),
        "peak_mib": {name: [round(small[name]), round(peaks[name])] for name in CONTENDERS},
        "growth": round(growth, 2),
        "met": ratio >= GOAL_RATIO and growth <= GOAL_GROWTH,
    }


def show(name: str, found: Found) -> None:
    """One platform as a table."""
    print(f"{name:24}{'posts/s':>10}{'per CPU s':>11}{'peak MiB, a fifth and all':>28}")
    for one in CONTENDERS:
        few, all_of_it = found["peak_mib"][one]
        rates = f"{found['per_second'][one]:>10,}{found['per_cpu_second'][one]:>11,}"
        print(f"  {one:22}{rates}{few:>14}{all_of_it:>14}")
    ratio = f"{found['ratio']:.2f} of {SAME}, goal {GOAL_RATIO} ({found['ratio_to_looking']:.2f} of looking)"
    memory = f"memory grows {found['growth']:.2f} times, goal {GOAL_GROWTH}"
    print(f"  {ratio}; {memory}: {'met' if found['met'] else 'NOT MET'}")


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--one"]:
        contender, platform, folder = sys.argv[2:5]
        print(json.dumps(run(contender, platform, json.load(sys.stdin), Path(folder))))
        return
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true", help="one JSON object")
    asked.add_argument("--posts", type=int, default=POSTS)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--platforms", default="slack,x,youtube", help="empty: the requests alone")
    given = asked.parse_args()
    found: Found = {"posts": given.posts, "python": machine.python_version()}
    for name in filter(None, given.platforms.split(",")):
        found[name] = compared(name, given.posts, given.rounds)
        if not given.json:
            show(name, found[name])
    from _read_requests import measure
    from _read_requests import show as show_requests

    found["requests"] = measure()
    if given.json:
        print(json.dumps(found))
    else:
        show_requests(found["requests"])


if __name__ == "__main__":
    main()
