"""A Moodle on loopback that keeps very many entries, in a process of its own.

    python benchmarks/_deliver_world.py TOKEN CALLS.jsonl

prints its address and its database as one line of JSON, answers until its input ends, and then writes down the forms
it was sent. It is the server of the tests; only what that looks through in full for each request is found by its
place here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.moodle_server import MoodleServer
from tests.moodle_server.indexed import Indexed


def main() -> None:
    """Serve, then tell."""
    token, calls = sys.argv[1:3]
    with MoodleServer(token=token) as moodle:
        moodle.activity = Indexed(moodle.activity)
        print(json.dumps({"url": moodle.url, "database": moodle.activity.id}), flush=True)
        sys.stdin.read()
        with Path(calls).open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(dict(call.form)) + "\n" for call in moodle.requests)


if __name__ == "__main__":
    main()
