"""Brings statements to other record stores: every one, in order, as they are, and again until they are there.

    Target      where to, as whom, and what of the record
    Forwarder   brings one target what it lacks, until it is done or the target wants to be left alone
    standing    how far a target is, how far behind, and what went wrong
    replay      sends again from a place on; `replay_dead` what was refused
    take_back   after an erasure: voids at the targets what they may hold, and says who they are

The record is its own outbox: `seq` is the order of commits, so "everything up to here" is all that must be
remembered about a target. What is sent arrives at least once, under the id it has here.
"""

from xapi.forwarding.dead import DeadLetter, dead_letters, replay_dead
from xapi.forwarding.forgetting import Holder, forget, holders, take_back, voidings
from xapi.forwarding.forwarder import Forwarder
from xapi.forwarding.ledger import Overtaken
from xapi.forwarding.progress import Record, Report
from xapi.forwarding.standing import Standing, replay, standing
from xapi.forwarding.target import Filter, Target
from xapi.forwarding.wire import Direct, NotAnswered, Reply, Transport

__all__ = [
    "DeadLetter",
    "Direct",
    "Filter",
    "Forwarder",
    "Holder",
    "NotAnswered",
    "Overtaken",
    "Record",
    "Reply",
    "Report",
    "Standing",
    "Target",
    "Transport",
    "dead_letters",
    "forget",
    "holders",
    "replay",
    "replay_dead",
    "standing",
    "take_back",
    "voidings",
]
