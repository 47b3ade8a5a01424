"""How long a long drain takes."""

from __future__ import annotations

from time import monotonic

import pytest

from tests.xapi.forwarding.conftest import Sender
from tests.xapi.forwarding.peer import Peer
from tests.xapi.records import approvals


@pytest.mark.proof
def test_ten_thousand_statements_are_brought_in_less_than_two_minutes(sender: Sender, peer: Peer) -> None:
    ids: list[str] = []
    for start in range(1, 10_001, 1000):
        ids += sender.record(approvals(1000, first=start))
    begun = monotonic()
    report = sender.run(sender.target)
    seconds = monotonic() - begun
    print(f"10,000 statements to one target in batches of 10: {seconds:.1f} s")
    assert (report.forwarded, report.fault) == (10_000, "")
    assert peer.arrived == ids
    assert seconds < 120
