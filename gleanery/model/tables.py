"""All tables together, for whom one file of them is too little: the migrations. Others import what they use."""

from sqlmodel import SQLModel

from gleanery.model import bases, destinations, erasures, items, people, posts, record, sources

metadata = SQLModel.metadata

__all__ = ["bases", "destinations", "erasures", "items", "metadata", "people", "posts", "record", "sources"]
