"""Hosts whose addresses say nothing about the page they lead to."""

from __future__ import annotations

_NAMES = """
    t.co lnkd.in bit.ly bitly.com buff.ly ow.ly goo.gl tinyurl.com is.gd v.gd dlvr.it ift.tt fb.me wp.me amzn.to
    a.co t.ly rb.gy cutt.ly shorturl.at tiny.cc trib.al hubs.la hubs.ly hubs.li eepurl.com mailchi.mp aka.ms g.co
    forms.gle apple.co spoti.fi adobe.ly oreil.ly cnn.it nyti.ms wapo.st bbc.in econ.st ed.gr s.id
"""
_HOSTS = frozenset(_NAMES.split())


def is_short(address: str) -> bool:
    """Whether a canonical address is a short link."""
    return address.partition("://")[2].partition("/")[0] in _HOSTS
