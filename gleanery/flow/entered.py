"""The hosts that an administrator entered: requests may go to them even where they are private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from gleanery.config import Config


def entered_hosts(config: Config) -> list[str]:
    """Hosts of addresses in the settings of sources, destinations and targets, and those allowed by name."""
    settings = [part.settings for part in config.sources]
    settings += [part.settings for part in config.destinations]
    addresses = [address for tree in settings for address in _addresses(tree)]
    addresses += [target.endpoint for target in config.lrs.forward]
    addresses += [provider.issuer for provider in config.signing_in.providers]
    sending = config.record.send_checkpoints
    addresses += filter(None, (sending.webhook.url, sending.timestamp.url))
    addresses += [one.endpoint for one in config.links.oembed]
    digests = config.digests
    addresses.append(digests.slack_api)
    addresses += [digests.slack_webhook.get_secret_value()] if digests.slack_webhook else []
    return [
        *config.http.allow_hosts,
        *(urlsplit(address).netloc.rpartition("@")[2] for address in addresses),
    ]


def _addresses(value: Any) -> Sequence[str]:
    """Every web address among the values of a settings tree."""
    if isinstance(value, str):
        return [value] if value.startswith(("http://", "https://")) else []
    if isinstance(value, Mapping):
        return [address for one in value.values() for address in _addresses(one)]
    if isinstance(value, list | tuple):
        return [address for one in value for address in _addresses(one)]
    return []
