"""How much CPU `gleanery --help` takes, beside an empty interpreter: the promise is under half a second."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys

ROUNDS = 7


def cpu(*command: str) -> float:
    """CPU seconds of one run of the command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print medians and the ratio."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(cpu(sys.executable, "-m", "gleanery", "--help"))
        bare.append(cpu(sys.executable, "-c", "pass"))
    figures = {
        "gleanery_help_cpu_s": round(statistics.median(ours), 3),
        "empty_interpreter_cpu_s": round(statistics.median(bare), 3),
        "ratio": round(statistics.median(ours) / statistics.median(bare), 1),
        "spread_s": [round(min(ours), 3), round(max(ours), 3)],
    }
    if "--json" in sys.argv:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:28} {value}")


if __name__ == "__main__":
    main()
