"""Models that the app offers in a test."""

from pathlib import Path

import pytest


@pytest.fixture
def zoo(tmp_path) -> Path:
    """The folder of the small zoo, which the app offers in place of the shipped models."""
    from app_fixtures import offered, write_zoo

    with offered(tmp_path / "weights"):
        write_zoo(tmp_path / "weights")
        yield tmp_path / "weights"
