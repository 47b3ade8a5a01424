"""All tables together, for whom one file of them is too little: the migrations. Others import what they use."""

from sqlmodel import SQLModel

from gleanery.model import (
    accounts,
    bases,
    collections,
    curated,
    destinations,
    engagement,
    erasures,
    frameworks,
    inquiries,
    items,
    learned,
    learners,
    links,
    people,
    posts,
    quarantine,
    queue,
    record,
    reports,
    rules,
    runs,
    searches,
    sources,
)

metadata = SQLModel.metadata

__all__ = [
    "accounts",
    "bases",
    "collections",
    "curated",
    "destinations",
    "engagement",
    "erasures",
    "frameworks",
    "inquiries",
    "items",
    "learned",
    "learners",
    "links",
    "metadata",
    "people",
    "posts",
    "quarantine",
    "queue",
    "record",
    "reports",
    "rules",
    "runs",
    "searches",
    "sources",
]
