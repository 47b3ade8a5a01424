"""The contracts of the ports as ready-made checks, for our plugins and for anybody's.

Use them from pytest or any other runner: each raises AssertionError with a sentence saying what is broken.
"""

from gleanery.testing.adapter_kit import AdapterCase, check_adapter_contract
from gleanery.testing.connector_kit import ConnectorContract
from gleanery.testing.context import (
    NOON,
    ORGANISATION,
    Clock,
    MemoryInbox,
    MemoryKnown,
    MemoryMeter,
    MemoryStore,
    MemoryTokens,
    make_context,
)
from gleanery.testing.contracts import (
    TEXTS,
    check_adapter,
    check_connector,
    check_matcher,
    check_plugin,
    check_settings_refused,
    check_step,
    read_all,
    subject,
)
from gleanery.testing.fakes import Asked, Fake, Obstacle, Reply
from gleanery.testing.worlds import Reader, World, environment

__all__ = [
    "NOON",
    "ORGANISATION",
    "TEXTS",
    "AdapterCase",
    "Asked",
    "Clock",
    "ConnectorContract",
    "Fake",
    "MemoryInbox",
    "MemoryKnown",
    "MemoryMeter",
    "MemoryStore",
    "MemoryTokens",
    "Obstacle",
    "Reader",
    "Reply",
    "World",
    "check_adapter",
    "check_adapter_contract",
    "check_connector",
    "check_matcher",
    "check_plugin",
    "check_settings_refused",
    "check_step",
    "environment",
    "make_context",
    "read_all",
    "subject",
]
