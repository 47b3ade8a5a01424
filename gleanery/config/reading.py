"""What happens with sources that fail, and how long is kept what their readings brought."""

from __future__ import annotations

from pydantic import Field

from gleanery.config.section import Section


class ReadingSettings(Section):
    """When a source that fails rests by itself, and when somebody is warned."""

    pause_after_failing_days: int = Field(default=14, ge=0, le=365)
    warn_days_before_sign_in_ends: int = Field(default=7, ge=0, le=90)
    keep_log_days: int = Field(default=90, ge=1, le=3_650)
