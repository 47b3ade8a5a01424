"""How the logs stand, and their verification while somebody watches."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gleanery.flow import runs, sending
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.flow.sending import Standing
from gleanery.flow.verifying import summary, verdicts
from gleanery.model.runs import Run
from xapi.chain import Checkpoint, Entry, Head, Log
from xapi.signer import fingerprint_of

KIND = "verification"
SUBJECT = "record"
_STEP = 5_000
_KEPT = "record"
_RESULT = "verification"


@dataclass(frozen=True)
class LogStanding:
    """One log: its last entry, the last checkpoint beside it and at the second place, None where there is none."""

    name: str
    head: Head
    checkpoint: Checkpoint | None
    elsewhere: Checkpoint | None

    @property
    def unsealed(self) -> int:
        """How many entries came after the last checkpoint."""
        return self.head.seq - (self.checkpoint.seq if self.checkpoint else 0)


@dataclass(frozen=True)
class RecordStanding:
    """All logs, the key that signs, the ways on which checkpoints leave, and what the last verification found.

    `found`: {"at", "by", "seconds", "ok", "summary", "logs": [verdicts]}; None before the first.
    """

    logs: Sequence[LogStanding]
    fingerprint: str
    public_key: str
    has_second_place: bool
    sent: Sequence[Standing]
    found: dict[str, Any] | None
    run: Run | None


def standing(house: House) -> RecordStanding:
    """How the record stands now. Raises: ConfigError where its key is lost."""
    organisation, other = str(house.organisation.id), house.other_checkpoints
    logs = [
        LogStanding(
            one.name,
            one.head(),
            house.local_checkpoints.last(organisation, one.name),
            _last(other, organisation, one.name),
        )
        for one in house.logs
    ]
    return RecordStanding(
        logs=logs,
        fingerprint=fingerprint_of(house.signer.public_bytes()),
        public_key=house.signer.public_pem().decode(),
        has_second_place=other is not None,
        sent=sending.standing(house),
        found=PluginStore(house.store, _KEPT, house.now).get(_RESULT),
        run=next(iter(runs.under_way(house, KIND)), None),
    )


def _last(file: Any, organisation: str, log: str) -> Checkpoint | None:
    """The newest checkpoint at the second place; None also where that cannot be read just now."""
    try:
        last: Checkpoint | None = file.last(organisation, log) if file else None
    except OSError:
        return None
    return last


def ask(house: House, account: str) -> Run:
    """The run that verifies all logs; asking again meanwhile joins it."""
    with house.store.write() as session:
        actor = f"person:{house.person(session, account)}"
        return runs.ask(session, house, KIND, SUBJECT, actor)


def work(house: House, run: Run, progress: runs.Progress) -> None:
    """Verify all logs, keep what was found, and enter that it was done. Raises: GleaneryError."""
    watch = _Watch(progress, sum(one.head().seq for one in house.logs))
    found = verdicts(house, watched=watch.over)
    ok, told = all(one["ok"] for one in found), summary(found)
    result = {
        "at": house.now().isoformat(),
        "by": run.by,
        "seconds": round(watch.seconds, 2),
        "ok": ok,
        "summary": told,
        "logs": found,
    }
    PluginStore(house.store, _KEPT, house.now).put(_RESULT, result)
    bad = [{"log": one["log"], "entry": one["first_bad"]} for one in found if not one["ok"]]
    with house.change() as change:
        change.audit("record.verified", run.by, "log:all", ok=ok, entries=watch.done, bad=bad)
    progress.at(watch.done, watch.done, told)


class _Watch:
    """Counts the entries that are followed and tells how fast."""

    def __init__(self, progress: runs.Progress, total: int) -> None:
        self.done, self._progress, self._total = 0, progress, total
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """How long it has taken until now."""
        return time.perf_counter() - self._began

    def over(self, log: Log) -> Log:
        """The same log, watched."""
        return _Watched(log, self)

    def step(self) -> None:
        """Another entry was followed. Raises: Cancelled."""
        self.done += 1
        if self.done % _STEP == 0:
            rate = round(self.done / max(self.seconds, 0.001))
            self._progress.at(self.done, max(self.done, self._total), str(rate))


class _Watched:
    """A log that tells how far it was read."""

    def __init__(self, log: Log, watch: _Watch) -> None:
        self._log, self._watch, self.name = log, watch, log.name

    def head(self) -> Head:
        """The stored head."""
        return self._log.head()

    def entries(self) -> Iterator[Entry]:
        """All entries in order."""
        for entry in self._log.entries():
            self._watch.step()
            yield entry
