"""The whole way of a post on one core: read, keep, attach, judge by every default step, note what follows.

    python benchmarks/pipeline.py [--json] [--profile] [--items N]

The talks of corpora/pyvideo-talks and the chat of corpora/ubuntu-irc, where the shared data are present, else
invented records, go through a house with its own database, keys and record, by the file connector. ESCO is
imported as its framework where it is there. `--profile` tells where the time goes, by file and function.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import platform
import pstats
import resource
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from _telling import tell

from gleanery.flow import run
from gleanery.flow.frameworks import import_frameworks
from gleanery.flow.house import House
from gleanery.flow.screening import screen
from tests.house import TALKS, article, file_source, make_house, records

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT.parent / "shared" / "data" / "corpora"
LINES = {"external_id": "id", "text": "text"}
GOAL_RATE, GOAL_MIB = 300, 500


def chat() -> Iterator[dict[str, str]]:
    """Every line somebody said in the recorded chat; what the server says of comings and goings is not there."""
    with zipfile.ZipFile(CORPORA / "ubuntu-irc" / "dev.zip") as archive:
        for name in sorted(name for name in archive.namelist() if name.endswith(".raw.txt")):
            for number, line in enumerate(archive.read(name).decode("utf-8", "replace").splitlines()):
                said = line.partition("> ")[2]
                if line.startswith("[") and said:
                    yield {"id": f"{Path(name).stem}:{number}", "text": said}


def sources(folder: Path, most: int | None) -> list[dict[str, Any]]:
    """The configured sources: the talks' archives and the chat as a file of JSON Lines, or invented records."""
    if not CORPORA.exists():
        made = [file_source(records(folder, map(article, range(most or 2_000))))]
    else:
        said = records(folder, list(chat())[:most])
        talks = {"realm": "pyvideo", "kind": "video", "members": "*/videos/*.json", "fields": TALKS}
        made = [
            {
                "name": "talks",
                "connector": "file",
                "settings": {"path": str(CORPORA / "pyvideo-talks"), **talks},
            },
            file_source(said, "chat", realm="ubuntu", kind="message", fields=LINES),
        ]
    return [{**one, "first_items": 0} for one in made]


def frameworks(folder: Path) -> list[dict[str, Any]]:
    """ESCO's skills as a framework file, where the shared data are present; they are not part of the project."""
    esco = CORPORA.parent / "taxonomies" / "esco" / "skills_en.jsonl.gz"
    if not esco.exists():
        return []
    from tests.flow.evaluating.esco import as_csv

    return [{"name": "esco", "path": str(as_csv(esco, folder / "esco.csv"))}]


def peak_mib() -> float:
    """The most memory this process held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def opened(folder: Path, most: int | None) -> House:
    """A founded house over the sources, with every default step."""
    return make_house(folder / "house", sources=sources(folder, most), frameworks=frameworks(folder))


def hottest(profile: cProfile.Profile, rows: int = 45) -> str:
    """Where the time went, by what each function took with what it called."""
    from io import StringIO

    told = StringIO()
    stats = pstats.Stats(profile, stream=told)
    stats.sort_stats("cumulative").print_stats(rows)
    stats.sort_stats("tottime").print_stats(rows)
    return told.getvalue()


def measure(most: int | None, profiled: bool) -> dict[str, Any]:
    """Read and screen everything, and how long each took."""
    with TemporaryDirectory() as name:
        house = opened(Path(name), most)
        import_frameworks(house)
        profile = cProfile.Profile()
        if profiled:
            profile.enable()
        started, cpu = time.perf_counter(), time.process_time()
        report = run(house)
        took, used = time.perf_counter() - started, time.process_time() - cpu
        profile.disable()
        judged = report.screening.judged
        again = screen(house).judged
        house.close()
    if profiled:
        print(hottest(profile))
    return {
        "items": judged,
        "per_second": round(judged / took, 1),
        "per_cpu_second": round(judged / used, 1),
        "peak_mib": round(peak_mib()),
        "judged_again": again,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "goal": {"per_cpu_second": GOAL_RATE, "peak_mib": GOAL_MIB},
        "met": judged / used >= GOAL_RATE and peak_mib() <= GOAL_MIB and again == 0,
    }


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true", help="one JSON object")
    asked.add_argument("--profile", action="store_true", help="tell where the time goes; it takes more then")
    asked.add_argument("--items", type=int, help="so many lines of chat at most")
    chosen = asked.parse_args()
    found = measure(chosen.items, chosen.profile)
    tell(found, chosen.json)


if __name__ == "__main__":
    main()
