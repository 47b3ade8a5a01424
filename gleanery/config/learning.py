"""What learners do here, and when that counts as completed."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from gleanery.config.section import Section

Evidence: TypeAlias = Literal["self-declared", "opened", "video-threshold", "question-passed"]
Kind: TypeAlias = Literal["video", "audio", "article", "course", "message", "link"]


class LearningSettings(Section):
    """On which evidence an item is completed, by its kind and otherwise; an item with a question by its answer.

    A recording that cannot be played here is completed as `otherwise` says.
    """

    completes_by: dict[Kind, Evidence] = Field(
        default={"video": "video-threshold", "audio": "video-threshold"}
    )
    otherwise: Evidence = "opened"
    video_threshold: float = Field(default=0.9, gt=0, le=1)
    visit_hours: float = Field(default=8, gt=0, le=72)
    keep_reflections: bool = False
    notes_per_visit: int = Field(default=10, ge=0)
    keep_days: int | None = Field(default=1095, ge=1)
