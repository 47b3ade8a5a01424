"""Names by a model that may not be there."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from curation.names import Names, NamesSettings
from gleanery.errors import ConfigError
from gleanery.testing import check_settings_refused


@pytest.mark.parametrize("model", ["no_such_model", "../no/such/folder"])
def test_without_the_library_or_the_model_the_settings_are_refused_with_what_is_missing(model: str) -> None:
    missing = "spaCy model" if find_spec("presidio_analyzer") else "Presidio"
    with pytest.raises(ConfigError, match=missing) as told:
        Names(NamesSettings(model=model))
    assert "Install" in str(told.value.remedy)


def test_unknown_settings_are_refused() -> None:
    check_settings_refused(Names, {"languages": ["en"]})
    check_settings_refused(Names, {"language": "english"})
