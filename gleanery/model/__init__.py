"""The nouns of the house, one short file per group: tables, and the checked inputs that enter them."""

from sqlmodel import SQLModel

from gleanery.model import bases, destinations, erasures, items, people, posts, record, sources

metadata = SQLModel.metadata

__all__ = ["bases", "destinations", "erasures", "items", "metadata", "people", "posts", "record", "sources"]
