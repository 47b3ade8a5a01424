"""A loopback server that speaks as Moodle's web services do, from recorded exchanges, and keeps entries.

    with MoodleServer() as moodle:
        moodle.url, moodle.token, moodle.activity.id, moodle.entries, moodle.requests
        moodle.fail_next("maintenance"); moodle.lose_next_answer(); moodle.missing.add("mod_data_add_entry")

`python -m tests.moodle_server [STATE.json]` runs it in a process of its own until its standard input closes.
"""

from tests.moodle_server.protocol import FAILURES
from tests.moodle_server.recordings import FIXTURES, Recordings
from tests.moodle_server.server import Call, MoodleServer

__all__ = ["FAILURES", "FIXTURES", "Call", "MoodleServer", "Recordings"]
