"""Brings one target what it lacks of the record, in order.

What the target may hold is noted before it is sent, and its place is moved after it answered: a crash at any
moment makes a statement arrive twice under one id, never not at all. A target that fails keeps its place and
is asked again later, with a smaller batch; a statement that it refuses is found by halving, put aside with the
reason, and the rest goes on.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from xapi.forwarding.answers import TargetFault, accepted, words
from xapi.forwarding.correspondence import Correspondence
from xapi.forwarding.ledger import Dead
from xapi.forwarding.letters import Draft, Letter, Unfit, draft, letter, statement_at
from xapi.forwarding.patience import wait
from xapi.forwarding.progress import Progress, Record, Report
from xapi.forwarding.target import Target
from xapi.forwarding.wire import Reply, Transport
from xapi.lrs.http.multipart import Sent
from xapi.lrs.rows import micros

SUSPICIOUS = 3
"""After so many failures at one statement the next ones are tried: if one is taken, it was the statement."""

MANY_REFUSED = 25
"""After so many refusals without a yes in between it is taken to be the target's fault, not the statements'."""

PROBED_FOR = timedelta(days=1)
_LOOK_AHEAD = 5
_CONFLICT = 409
_TOO_LARGE = 413


class Forwarder:
    """Forwards one store of the record to one target. `chance` gives numbers from 0 to 1 for the jitter."""

    def __init__(
        self,
        record: Record,
        target: Target,
        transport: Transport,
        *,
        store: str = "main",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: Callable[[], float] = secrets.SystemRandom().random,
    ) -> None:
        self._record, self._target, self._store = record, target, store
        self._peer = Correspondence(target, transport)
        self._now, self._chance = now, chance

    def run(self, *, most: int | None = None, urged: bool = False) -> Report:
        """Bring what is due, at most about `most` statements, and tell how it went.

        `urged`: a person wants it now: neither a pause nor a stop is heeded, and refusals count anew.

        Raises:
            Overtaken: somebody else forwards to this target at the same time.
        """
        progress = Progress(self._record, self._store, self._target, self._now)
        if progress.begin(urged=urged):
            try:
                self._ask_what_it_speaks(progress)
                _Drain(self._target, self._peer, progress, self._now).run(most)
            except TargetFault as fault:
                pause = wait(progress.place.tries + 1, self._chance(), fault.asked)
                progress.hold(fault.reason, self._now() + pause, stops=fault.stops)
        return progress.report

    def _ask_what_it_speaks(self, progress: Progress) -> None:
        """Learn once a day which families the target understands, unless we were told."""
        place, now = progress.place, micros(self._now())
        if self._target.version is not None:
            if place.speaks != self._target.version:
                progress.move(speaks=self._target.version, probed=None)
        elif place.probed is None or now - place.probed >= PROBED_FOR // timedelta(microseconds=1):
            progress.move(speaks=self._peer.speaks(self._now()), probed=now)


class _Drain:
    """Sends, in one run, what is next until nothing is left or the target fails."""

    def __init__(
        self, target: Target, peer: Correspondence, progress: Progress, now: Callable[[], datetime]
    ) -> None:
        self._target, self._peer, self._progress, self._now = target, peer, progress, now
        self._most = target.batch
        # A batch may be what the target fails at: after failures it begins small, and doubles while all goes well.
        self._size = max(1, self._most >> 2 * progress.place.tries)

    def run(self, most: int | None) -> None:
        """Bring what is new, then what is wanted anew. Raises: TargetFault."""
        while (most is None or self._progress.report.forwarded < most) and self._bring_next():
            self._size = min(self._size * 2, self._most)
        self._bring_again()

    # ------------------------------------------------------------------ what is new

    def _bring_next(self) -> bool:
        """Bring the next letters; False at the end of the record."""
        before = self._progress.place.settled
        following = self._draft(before, self._size)
        if kept := self._progress.note(following):
            self._bring_or_pass_by(kept)
        if following.through > self._progress.place.settled:
            self._progress.move(settled=following.through)
        return self._progress.place.settled > before

    def _draft(self, after: int, most: int) -> Draft:
        with self._progress.reading() as (store, ledger):
            return draft(store, ledger, self._target, self._progress.place.speaks, after, most)

    def _bring_or_pass_by(self, letters: Sequence[Letter]) -> None:
        """Bring letters; one that the target stumbles over again and again, while it takes others, is put aside."""
        try:
            self._bring(letters)
        except TargetFault as fault:
            if not self._is_suspicious(fault, letters) or not self._is_passed_by(letters[0], fault):
                raise

    def _is_suspicious(self, fault: TargetFault, letters: Sequence[Letter]) -> bool:
        again_and_again = len(letters) == 1 and self._progress.place.tries >= SUSPICIOUS
        return again_and_again and fault.asked is None and not fault.stops

    def _is_passed_by(self, stuck: Letter, fault: TargetFault) -> bool:
        """Whether the target takes one of the letters after it; then those before that one are put aside."""
        behind = [(stuck, 0, fault.reason)]
        for _ in range(_LOOK_AHEAD):
            kept = self._progress.note(self._draft(behind[-1][0].seq, 1))
            if not kept:
                return False
            reply = self._post(kept)
            if accepted(reply, kept, self._now()):
                self._put_aside(behind)
                self._progress.settle(kept)
                return True
            behind.append((kept[0], reply.status, words(reply, kept[0])))
        return False

    def _put_aside(self, refused: Sequence[tuple[Letter, int, str]]) -> None:
        for one, status, reason in refused:
            if self._peer.has(one):
                self._progress.settle([one])
            else:
                self._progress.refuse(one, status, reason)

    # ------------------------------------------------------------------ what is wanted anew

    def _bring_again(self) -> None:
        """Bring once more what was put aside and is wanted anew, one by one; the place stays where it is."""
        after = 0
        while dead := self._next_again(after):
            after = dead.seq
            with self._progress.reading() as (store, _):
                found = statement_at(store, dead.seq)
            if found is None:
                self._progress.forget(dead.seq)
            else:
                self._bring_once_more(letter(found, self._progress.place.speaks))

    def _bring_once_more(self, one: Letter | Unfit) -> None:
        if isinstance(one, Unfit):
            self._progress.refuse(one, 0, one.reason, moving=False)
            return
        try:
            if kept := self._progress.note(Draft([one], [], 0)):
                self._bring(kept, moving=False)
        except TargetFault as fault:
            if not self._is_suspicious(fault, [one]):
                raise
            self._progress.refuse(one, 0, fault.reason, moving=False)

    def _next_again(self, after: int) -> Dead | None:
        with self._progress.reading() as (_, ledger):
            return next(iter(ledger.dead(after, 1, again=True)), None)

    # ------------------------------------------------------------------ sending

    def _bring(self, letters: Sequence[Letter], *, moving: bool = True) -> None:
        """Send letters in their order; of what the target refuses, halves, until the offender is alone."""
        reply = self._post(letters)
        if accepted(reply, letters, self._now()):
            self._progress.settle(letters, moving=moving)
        elif len(letters) == 1:
            self._refused(letters[0], reply, moving=moving)
        else:
            half = len(letters) // 2
            if reply.status == _TOO_LARGE:
                self._most = half
            self._bring(letters[:half], moving=moving)
            self._bring(letters[half:], moving=moving)

    def _post(self, letters: Sequence[Letter]) -> Reply:
        attached: list[Sent] = []
        if any(letter.weight > len(letter.body) for letter in letters):
            with self._progress.reading() as (store, _):
                found = store.attachments_of([one.seq for one in letters])
                attached = [Sent(sha2, content_type, body) for sha2, content_type, _, body in found]
        return self._peer.post(letters, attached)

    def _refused(self, letter: Letter, reply: Reply, *, moving: bool) -> None:
        """The target refuses a single letter; one that it holds already with equal content is settled."""
        if reply.status == _CONFLICT and self._peer.has(letter):
            self._progress.settle([letter], moving=moving)
            return
        if self._progress.place.refused >= MANY_REFUSED:
            raise TargetFault(
                f"it refused {MANY_REFUSED} statements one after the other ({reply.status}): "
                "see what it says against them, and have it tried again"
            )
        self._progress.refuse(letter, reply.status, words(reply, letter), moving=moving)
