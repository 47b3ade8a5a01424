"""local_gleanery as it answers: its own PHP functions over courses in memory, in a process of their own.

Only its moodle_shelf, which calls Moodle's own functions, is replaced (php/shelf.php); parameters, rights, locks,
transactions, rules, mapping and the shapes of the answers are the plugin's.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from lms_adapters.moodle.plugin_zip import FOLDER

PREFIX = "local_gleanery_"
_PROGRAM = Path(__file__).parent / "php" / "serve.php"
_COMMON = ("wstoken", "wsfunction", "moodlewsrestformat")


class Plugin:
    """The plugin of a site with one course at first, a context manager."""

    def __init__(self, url: str, course: int) -> None:
        self.course = course
        self._process = subprocess.Popen(
            ["php", "-d", "display_errors=stderr", str(_PROGRAM), str(FOLDER), url, str(course)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def call(self, function: str, form: dict[str, str]) -> Any:
        """The answer's body to a call."""
        own = {name: value for name, value in form.items() if name not in _COMMON}
        return self._ask({"call": function, "body": urlencode(own)})

    def do(self, what: str, **values: Any) -> Any:
        """What teachers and administrators do, see php/serve.php."""
        return self._ask({"do": what, "course": self.course, **values})

    @property
    def activities(self) -> list[dict[str, Any]]:
        """The activities of the course, in their order: by section, then as they stand in it."""
        course = self._course()
        order = [cmid for section in course["sections"].values() for cmid in section["sequence"]]
        return [course["cms"][str(cmid)] for cmid in order]

    @property
    def sections(self) -> list[tuple[str, list[str]]]:
        """The sections: their names, and the names of what stands in each, in order."""
        course = self._course()
        return [
            (section["name"], [course["cms"][str(cmid)]["name"] for cmid in section["sequence"]])
            for section in course["sections"].values()
        ]

    def edit(self, cmid: int, **values: Any) -> None:
        """Change an activity as a teacher does."""
        self.do("edit", cmid=cmid, values=values)

    def delete(self, cmid: int) -> None:
        """Delete an activity as a teacher does."""
        self.do("delete", cmid=cmid)

    def add(self, section: int, **values: Any) -> int:
        """Put a teacher's own activity into a section; its id."""
        return int(self.do("add", section=section, values=values))

    def set(self, name: str, value: Any) -> None:
        """Set a member of `world`, see php/moodle.php."""
        self.do("set", name=name, value=value)

    @property
    def asked(self) -> list[str]:
        """The capabilities that were required, in order."""
        return list(self.do("dump")["asked"])

    def _course(self) -> Any:
        # PHP writes an empty array as a list.
        course = self.do("dump")["courses"][str(self.course)]
        return {name: of if isinstance(of, dict) else {} for name, of in course.items()}

    def _ask(self, order: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the plugin's PHP broke off; its fault is on standard error")
        return json.loads(line)
