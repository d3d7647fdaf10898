"""Real files beside the checkout; tests that use them are skipped where they are not there."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1].parent / "shared" / "data"


def real_file(name: str) -> Path:
    """The file's path; skips the test where the folder is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip("../shared/data not here")
    return path
