"""Steps prepare themselves (gleanery.flow.frameworks.preparing)."""

from __future__ import annotations

from pathlib import Path

import pytest

from gleanery.errors import ConfigError
from gleanery.flow.frameworks.preparing import prepare
from tests.flow.items.conftest import with_items


def test_nothing_is_kept_where_no_model_is_configured_and_a_missing_one_is_told(tmp_path: Path) -> None:
    house = with_items(tmp_path / "without")
    assert prepare(house) == []
    house.close()
    model = str(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="there is no"):
        with_items(tmp_path / "with", curation={"steps": [{"step": "tags", "settings": {"model": model}}]})
