"""What the versions of Common Cartridge call their parts.

1.1 is the version that Moodle imports; the thin 1.3 (Canvas and others) holds links only, web links and LTI links, and
no page of its own (https://www.imsglobal.org/cc/index.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Version = Literal["1.1", "1.3"]


class Kind(StrEnum):
    """What a file of a cartridge is; the value is its folder."""

    WEB_LINK = "links"
    LAUNCH = "launches"
    PAGE = "pages"
    TOPIC = "topics"


@dataclass(frozen=True, slots=True)
class Format:
    """The names of one version: schema, namespaces of the manifest, and by kind (resource type, namespace)."""

    schema: str
    version: str
    manifest: str
    metadata: str
    kinds: Mapping[Kind, tuple[str, str]]

    @property
    def is_thin(self) -> bool:
        """Whether it holds links only."""
        return Kind.PAGE not in self.kinds


_IMS = "http://www.imsglobal.org/xsd"
FORMATS: Mapping[Version, Format] = {
    "1.1": Format(
        "IMS Common Cartridge",
        "1.1.0",
        f"{_IMS}/imsccv1p1/imscp_v1p1",
        "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest",
        {
            Kind.WEB_LINK: ("imswl_xmlv1p1", f"{_IMS}/imsccv1p1/imswl_v1p1"),
            Kind.LAUNCH: ("imsbasiclti_xmlv1p0", f"{_IMS}/imslticc_v1p0"),
            Kind.PAGE: ("webcontent", ""),
            Kind.TOPIC: ("imsdt_xmlv1p1", f"{_IMS}/imsccv1p1/imsdt_v1p1"),
        },
    ),
    "1.3": Format(
        "IMS Thin Common Cartridge",
        "1.3.0",
        f"{_IMS}/imsccv1p3/imscp_v1p1",
        "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest",
        {
            Kind.WEB_LINK: ("imswl_xmlv1p3", f"{_IMS}/imsccv1p3/imswl_v1p3"),
            Kind.LAUNCH: ("imsbasiclti_xmlv1p3", f"{_IMS}/imslticc_v1p3"),
        },
    ),
}
