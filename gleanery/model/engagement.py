"""How much people took part in posts: counts alone, so that a post can be ranked among those of its source."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Field as Col
from sqlmodel import SQLModel


class Engagement(SQLModel, table=True):
    """Reactions and answers that a post had when it was last seen, counted in the `bucket` of its source."""

    __tablename__ = "engagement"

    post_id: UUID = Col(primary_key=True)
    source_id: UUID = Col(index=True)
    reactions: int = 0
    replies: int = 0
    bucket: int = 0


class EngagementBucket(SQLModel, table=True):
    """How many posts of a source had about so many reactions and answers."""

    __tablename__ = "engagement_bucket"

    source_id: UUID = Col(primary_key=True)
    bucket: int = Col(primary_key=True)
    posts: int = 0
