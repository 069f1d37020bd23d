"""Real parts that some tests need: skipped loudly without them, a failure when all are required."""

import os
import shutil
from pathlib import Path

import pytest


def need(program: str) -> Path:
    """Return the path of `program`; skip the test without it, fail when CHECKER_TEST_REQUIRE_ALL=1."""
    found = shutil.which(program)
    if found:
        return Path(found)
    reason = f"needs a real `{program}` on PATH (`make tools` builds it)"
    if os.environ.get("CHECKER_TEST_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
