"""Passwords on command lines, in `.netrc` and in SQL, by the options that the tools document.

Each entry has literal hints, one of which a text must hold to be looked at, a form, and what its value must
look like. Sources: curl(1), mysql(1), docker-login(1), sshpass(1), redis-cli(1), ldapsearch(1), sqlcmd, netrc(5).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from curation.patterns import Mark
from curation.patterns.drawn import is_plausible, is_signed_in, is_typed

_VALUE = r"(?:\"([^\"\n]{4,128})\"|'([^'\n]{4,128})'|([^\s\"'<>|][^\s\"'|]{3,127}))"
_OPTIONS = r"\b[^\n|]{0,160}?\s"
"""What may stand between a command and an option."""

_KNOWN: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    (
        "curl|lftp|xh -|ab -|http -|https -|smbclient|rpcclient|restic",
        rf"\b(?:curl|lftp|xh|ab|https?(?!:)|smbclient|rpcclient|restic){_OPTIONS}"
        rf"(?:-[A-Za-z]{{0,6}}[uUaA]|--(?:proxy-)?user|--auth)[ =]?[\"']?[^\s:,%\"']{{0,64}}[:,%]"
        r"()()([^\s\"']{4,128})",
        is_plausible,
    ),
    ("mysql|maria", rf"\b(?:mysql|maria)\w{{0,12}}{_OPTIONS}-p(?=\S){_VALUE}", is_plausible),
    ("sshpass", rf"\bsshpass\s(?:-v\s)?-p\s?{_VALUE}", is_plausible),
    (
        "docker|podman|helm|nerdctl|skopeo|buildah|oras|crane|regctl",
        rf"\b(?:docker|podman|helm|nerdctl|skopeo|buildah|oras|crane|regctl){_OPTIONS}"
        rf"log-?in{_OPTIONS}-p[ =]?{_VALUE}",
        is_plausible,
    ),
    (
        " -p| -pw",
        r"\b(?:mongo\w{0,8}|cqlsh|az|oc|cf|ibmcloud|rdesktop|plink|pscp|psftp|influx|cypher-shell|twine|kcadm\S{0,3}"
        rf"|argocd){_OPTIONS}-(?:p|pw|password)[ =]{_VALUE}",
        is_typed,
    ),
    ("redis-cli", rf"\bredis-cli{_OPTIONS}(?:-a|--pass)[ =]?{_VALUE}", is_typed),
    ("ldap", rf"\bldap(?:search|modify|add|delete|passwd|whoami){_OPTIONS}-w[ ]?{_VALUE}", is_typed),
    (
        "sqlcmd|bcp|osql|ipmitool|mosquitto_|zip -",
        rf"\b(?:sqlcmd|bcp|osql|ipmitool|mosquitto_(?:pub|sub)|(?:un)?zip){_OPTIONS}-P[ ]?{_VALUE}",
        is_typed,
    ),
    ("7z|rar ", rf"\b(?:7z\w?|(?:un)?rar){_OPTIONS}-h?p(?=\S){_VALUE}", is_typed),
    ("snmp", rf"\bsnmp\w{{2,10}}{_OPTIONS}-[AX][ ]?{_VALUE}", is_typed),
    ("openssl", rf"\bopenssl{_OPTIONS}(?:-k[ ]|-(?:pass|passin|passout)[ ]pass:){_VALUE}", is_typed),
    ("keytool|jarsigner", rf"\b(?:keytool|jarsigner){_OPTIONS}-(?:store|key)pass[ ]{_VALUE}", is_typed),
    ("freerdp", rf"freerdp{_OPTIONS}/p:{_VALUE}", is_typed),
    ("sqlplus|impdp|expdp", r"\b(?:sqlplus|impdp|expdp)\s[^\n/]{0,60}[\w$#]/()()([^\s\"'@/]{4,64})", is_typed),
    ("add_user|change_password", rf"\brabbitmqctl\s(?:add_user|change_password)\s\S{{1,64}}\s{_VALUE}", is_typed),
    ("htpasswd", rf"\bhtpasswd{_OPTIONS}-\w{{0,4}}b\w{{0,4}}\s(?:\S{{1,99}}\s){{1,2}}{_VALUE}", is_typed),
    ("nmcli", rf"\bnmcli{_OPTIONS}password\s{_VALUE}", is_plausible),
    ("wpa_passphrase", rf"\bwpa_passphrase\s(?:\"[^\"\n]{{1,40}}\"|\S{{1,40}})\s{_VALUE}", is_typed),
    ("net use", rf"\bnet use\s[^\n]{{0,120}}?\\\\\S{{1,120}}\s{_VALUE}\s{{1,3}}/user:", is_plausible),
    (
        "-pass",
        rf"(?<!\S)--?(?:\w{{1,12}}-)?pass(?:word|wd|phrase)?[= ]{_VALUE}",
        is_typed,
    ),
    (
        "echo ",
        rf"\becho\s(?:-n\s)?{_VALUE}\s{{0,3}}\|[^\n|]{{0,120}}?"
        r"(?:--password-stdin|\bsudo\s(?:-k\s)?-S|\bdevops login|\bchpasswd|--with-token)",
        is_typed,
    ),
    ("chpasswd|kinit", rf"\b(?:chpasswd|kinit)[^\n|]{{0,60}}<<<\s?(?:[\"']?[\w.-]{{1,40}}:)?{_VALUE}", is_typed),
    (
        "machine|default",
        r"(?<![\w.-])(?:machine\s{1,9}[^\s]{1,128}|default)\s{1,9}(?:(?:login|account)\s{1,9}[^\s]{1,128}\s{1,9}){0,2}"
        rf"passw(?:or)?d\s{{1,9}}{_VALUE}",
        is_plausible,
    ),  # .netrc
    ("dentified by|DENTIFIED BY", rf"(?i:identified\sby)\s(?:password\s)?{_VALUE}", is_typed),
    (
        "PASSWORD|password",
        r"(?i:\b(?:user|role|login)\s[^\n;]{1,80}?\spassword)\s{0,2}=?\s{0,2}()'([^'\n]{4,128})'()",
        is_plausible,
    ),
    ("Basic", r"\bBasic\s{1,3}()()([A-Za-z0-9+/]{8,256}={0,2})(?![A-Za-z0-9+/=])", is_signed_in),
)  # fmt: skip

_FORMS = tuple((tuple(hints.split("|")), re.compile(form), holds) for hints, form, holds in _KNOWN)


def typed_passwords(text: str) -> Iterator[Mark]:
    """Passwords given to a command, to a server by SQL or header, or in `.netrc`."""
    for hints, form, holds in _FORMS:
        if any(hint in text for hint in hints):
            for found in form.finditer(text):
                place = next(place for place in (1, 2, 3) if found.group(place))
                if holds(found.group(place)):
                    yield Mark(*found.span(place), "password")
