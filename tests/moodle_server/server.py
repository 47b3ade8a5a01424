"""The HTTP side: tokens, parameters, refusals, lost answers.

Every answer is a recorded body; only ids, times and the contents of entries are put in. Like Moodle it answers
refusals with status 200 and refuses a parameter it does not know.
"""

from __future__ import annotations

import copy
import json
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lms_adapters.moodle.tier_activities import FUNCTIONS
from tests.moodle_server import learning, plugin
from tests.moodle_server.activity import Activity, Entry
from tests.moodle_server.protocol import ENDPOINT, FAILURES, MADE_UP, PARAMETERS, Form, Reply, accepted
from tests.moodle_server.recordings import FIXTURES, Recordings


@dataclass(frozen=True)
class Call:
    """One request as the server saw it."""

    method: str
    query: str
    function: str
    form: Form


class MoodleServer:
    """The server, a context manager, with one course and in it one Database activity.

    `with_plugin`: our own plugin is installed, its functions are in the token's service and `plugin` is its course.

    `down`: a name of FAILURES that every request is answered with. `refused_in_batch`: by (function, learner) one for
    that call within a batch. `missing`: functions that the token's service
    does not hold. `id_field`: the name of the field for our ids, None to leave it out. The rest: see Activity.
    """

    def __init__(
        self,
        *,
        recordings: Path = FIXTURES,
        state: Path | None = None,
        approves: bool = False,
        id_field: str | None = "gleanery_id",
        token: str | None = None,
        with_plugin: bool = False,
    ) -> None:
        self.recordings = Recordings(recordings)
        self.activity = Activity(self.recordings, id_field, approves=approves, state=state)
        described = self.recordings.body("mod_data_get_databases_by_courses", "databases")["databases"][0]
        self.course, self.activity_name = int(described["course"]), str(described["name"])
        self.learning = learning.Learning(self.recordings, self.course)
        self.with_plugin = with_plugin
        self.token = token or secrets.token_hex(16)
        self.missing: set[str] = set()
        self.down = ""
        self.refused_in_batch: dict[tuple[str, str], str] = {}
        self.requests: list[Call] = []
        self._failures: list[tuple[str, str]] = []
        self._lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def host(self) -> str:
        """`127.0.0.1:port`, as a guarded session wants it entered."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def entries(self) -> list[Entry]:
        """The entries as `mod_data_get_entry` shows them."""
        return self.activity.entries

    @cached_property
    def plugin(self) -> plugin.Plugin:
        """Our plugin, started when it is first used."""
        return plugin.Plugin(self.url, self.course)

    def __enter__(self) -> MoodleServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        if "plugin" in vars(self):
            self.plugin.__exit__()

    def fail_next(self, failure: str, function: str = "") -> None:
        """Answer the next request (of this function) with a name of FAILURES, or of MADE_UP."""
        self._failures.append((failure, function))

    def lose_next_answer(self, function: str = "mod_data_add_entry") -> None:
        """Do the work of the next call of this function, then break off without an answer."""
        self._failures.append(("lose", function))

    def called(self, function: str) -> list[Call]:
        """The requests for one function."""
        return [call for call in self.requests if call.function == function]

    def content(self, entry: Entry, field: str) -> str:
        """What the entry's field holds."""
        return str(self.activity.row(entry, field)["content"])

    # ------------------------------------------------------------------ answering

    def answer(self, method: str, path: str, body: bytes) -> Reply | None:
        """Status, content type and body for one request; None to break off without an answer."""
        parts = urlsplit(path)
        form = dict(parse_qsl(parts.query if method == "GET" else body.decode(), keep_blank_values=True))
        function = form.get("wsfunction", "")
        with self._lock:
            self.requests.append(Call(method, parts.query, function, form))
            failure = "elsewhere" if parts.path != ENDPOINT else self._failure(function)
            reply = self._failed(failure) if failure not in ("", "lose") else self._served(function, form)
            return None if failure == "lose" else reply

    def _failure(self, function: str) -> str:
        for number, (failure, wanted) in enumerate(self._failures):
            if wanted in ("", function):
                del self._failures[number]
                return failure
        return self.down

    def _failed(self, failure: str) -> Reply:
        if failure in MADE_UP:
            return MADE_UP[failure]
        reply = self.recordings.exchange(*FAILURES[failure])["response"]
        body = reply["body"]
        raw = body if isinstance(body, str) else json.dumps(body)
        return int(reply["status"]), str(reply["content_type"]), raw.encode()

    def _served(self, function: str, form: Form) -> Reply:
        body = self._refused(function, form) or self._body(function, form)
        if isinstance(body, str):
            return self._failed(body)
        return 200, "application/json", json.dumps(body).encode()

    def _body(self, function: str, form: Form) -> Any:
        """The body, or the name of a failure."""
        if function.startswith(plugin.PREFIX):
            return self.plugin.call(function, dict(form))
        if function == learning.BATCH:
            return learning.batched(form, self._in_batch)
        if self.learning.serves(function):
            return self.learning.answer(function, form)
        return _SERVED[function](self, form)

    def _in_batch(self, function: str, form: dict[str, str]) -> Any:
        """The body of one call within a batch; of a refused one that of the refusal."""
        refused = self.refused_in_batch.get((function, form.get("userid", "")), "")
        refused = refused or self._refused(function, {"wstoken": self.token, **form})
        body = refused or self._body(function, form)
        return json.loads(self._failed(body)[2]) if isinstance(body, str) else body

    def _refused(self, function: str, form: Form) -> str:
        """The name of a failure, empty where the call may be served."""
        if not secrets.compare_digest(form.get("wstoken", ""), self.token):
            return "invalidtoken"
        if not function:
            return "no_function"
        if function.startswith(plugin.PREFIX) and self.with_plugin:
            return "accessexception" if function in self.missing else ""
        if function not in PARAMETERS:
            return "unknown_function"
        if function in self.missing:
            return "accessexception"
        if not accepted(function, form):
            return "invalidparameter"
        return "no_database" if form.get("databaseid", str(self.activity.id)) != str(self.activity.id) else ""

    # ------------------------------------------------------------------ the functions: a body, or a failure

    def _site_info(self, form: Form) -> Any:
        info = self.recordings.body("core_webservice_get_site_info", "ok_site_info")
        names = {held["name"]: held for held in info["functions"]} | {
            name: {"name": name} for name in PARAMETERS
        }
        names |= {name: {"name": name} for name in FUNCTIONS if self.with_plugin}
        blank = {"version": info["functions"][0]["version"]}
        info["functions"] = [blank | held for name, held in names.items() if name not in self.missing]
        return info

    def _databases(self, form: Form) -> Any:
        answer = self.recordings.body("mod_data_get_databases_by_courses", "databases")
        courses = {int(value) for name, value in form.items() if name.startswith("courseids")}
        if self.course not in courses:
            answer["databases"] = []
        answer["warnings"] = [
            {"item": "course", "itemid": course, "warningcode": "1", "message": "No access rights"}
            for course in sorted(courses - {self.course})
        ]
        return answer

    def _fields(self, form: Form) -> Any:
        return {**self.recordings.body("mod_data_get_fields", "fields"), "fields": self.activity.fields}

    def _get_entry(self, form: Form) -> Any:
        found = self.activity.entry(form["entryid"])
        if found is None:
            return "no_entry"
        return {
            **self.recordings.body("mod_data_get_entry", "ok_get_entry"),
            "entry": _shown(found, form),
        }

    def _search(self, form: Form) -> Any:
        shown = [_shown(entry, form) for entry in self.activity.search(form.get("search", ""))]
        counts = {"totalcount": len(shown), "maxcount": len(self.entries)}
        return {
            **self.recordings.body("mod_data_search_entries", "ok_search"),
            **counts,
            "entries": shown,
        }

    def _entries(self, form: Form) -> Any:
        start = int(form.get("page", "0")) * int(form.get("perpage", "0"))
        end = start + int(form["perpage"]) if "perpage" in form else None
        shown = [_shown(entry, form) for entry in self.entries[start:end]]
        counts = {"totalcount": len(self.entries), "totalfilesize": 0}
        return {**self.recordings.body("mod_data_get_entries", "ok_list"), **counts, "entries": shown}

    def _add(self, form: Form) -> Any:
        entry = self.activity.add(form)
        if entry is None:
            return "not_saved"
        return {**self.recordings.body("mod_data_add_entry", "ok_add"), "newentryid": entry["id"]}

    def _update(self, form: Form) -> Any:
        return self._changed(form, self._write, self.recordings.body("mod_data_update_entry", "ok_update"))

    def _delete(self, form: Form) -> Any:
        return self._changed(form, self._remove, self.recordings.body("mod_data_delete_entry", "ok_delete"))

    def _changed(self, form: Form, change: Callable[[Entry, Form], None], body: Any) -> Any:
        entry = self.activity.entry(form["entryid"])
        if entry is None:
            return "no_entry"
        if not entry["canmanageentry"]:
            return "noaccess"
        change(entry, form)
        return body

    def _write(self, entry: Entry, form: Form) -> None:
        self.activity.update(entry, form)

    def _remove(self, entry: Entry, form: Form) -> None:
        self.activity.delete(entry)


_SERVED: Mapping[str, Callable[[MoodleServer, Form], Any]] = {
    "core_webservice_get_site_info": MoodleServer._site_info,
    "mod_data_get_databases_by_courses": MoodleServer._databases,
    "mod_data_get_fields": MoodleServer._fields,
    "mod_data_get_entry": MoodleServer._get_entry,
    "mod_data_search_entries": MoodleServer._search,
    "mod_data_get_entries": MoodleServer._entries,
    "mod_data_add_entry": MoodleServer._add,
    "mod_data_update_entry": MoodleServer._update,
    "mod_data_delete_entry": MoodleServer._delete,
}


def _shown(entry: Entry, form: Form) -> Entry:
    shown = copy.deepcopy(entry)
    if form.get("returncontents", "0") == "0":
        del shown["contents"]
    return shown


def _handler(owner: MoodleServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            reply = owner.answer(self.command, self.path, self.rfile.read(length))
            if reply is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            else:
                self._send(*reply)

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            if status == 429:
                self.send_header("retry-after", "120")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _serve

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test output clean."""

    return Handler
