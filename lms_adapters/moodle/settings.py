"""What an administrator sets for one course or one Database activity of one Moodle site."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from gleanery import ports


def _site(url: str) -> str:
    """The site's root without its closing slash."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the site's address must start with https://")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("the site's address must be its root, without a query or a user name")
    return url.rstrip("/")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class FieldNames(BaseModel):
    """The names of the activity's fields; an optional one may be null, or absent where it is not set here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Name = Field("Title", title="Field for the title")
    link: Name = Field("Link", title="Field for the link")
    text: Name | None = Field("Why", title="Field for the text")
    source: Name | None = Field("Source", title="Field for the source")
    tags: Name | None = Field("Tags", title="Field for the tags")
    id: Name = Field("gleanery_id", title="Field for our id")


class Settings(ports.Settings):
    """The site, the account's token, and the place: a course, a Database activity, or both.

    The activity is found by `database`, or by `course` and `name`.
    """

    url: Annotated[str, AfterValidator(_site)] = Field(
        title="Address", description="root address of the Moodle site"
    )
    token: SecretStr = Field(description="web-service token of the service account")
    tier: Literal["auto", "entries", "activities"] = Field(
        "auto",
        title="What items become",
        description="activities of the course by our plugin, entries of a Database activity, or as the token allows",
    )
    database: int | None = Field(
        None,
        gt=0,
        title="Number of the activity",
        description="instance id of the activity: `d=` in its address",
    )
    course: int | None = Field(
        None, gt=0, title="Number of the course", description="id of the course that items go to"
    )
    name: Name | None = Field(
        None, title="Name of the activity", description="name of the activity in that course"
    )
    section: int = Field(
        0, ge=0, title="Number of the section", description="where new activities are put in the course"
    )
    hidden: bool = Field(False, description="hide new activities until a teacher shows them")
    fields: FieldNames = Field(FieldNames(), description="names of the activity's fields")
    language: Annotated[str, StringConstraints(pattern="^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] = Field(
        "en",
        title="Language of our few words",
        description="language of our few words in the entries of collections",
    )
    allow_http: bool = Field(False, description="let the token travel unencrypted to a site without https")

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.name is not None and (self.database is not None or self.course is None):
            raise ValueError("set either `database`, or `course` and `name`")
        if self.tier == "activities" and self.course is None:
            raise ValueError("activities need `course`")
        if not self.has_database and (self.tier == "entries" or self.course is None):
            raise ValueError(
                "set either `database`, or `course` and `name`; for activities `course` is enough"
            )
        if self.url.startswith("http://") and not (self.allow_http or _is_loopback(self.url)):
            raise ValueError(
                "http:// would send the token unencrypted: use https://, or set allow_http: true"
            )
        return self

    @property
    def has_database(self) -> bool:
        """Whether a Database activity is named."""
        return self.database is not None or self.name is not None
