"""The short form of the storm: a few hundred order lines in ten seconds, on real processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parents[2]


def test_a_short_storm_is_absorbed_without_loss() -> None:
    """The benchmark fails by itself where a piece was lost or doubled, or a shop shows another number in the end."""
    environment = {**os.environ, "BENCH_DATA": str(ROOT / "var" / "test-storm")}
    command = [sys.executable, "-m", "benchmarks.storm", "--short"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "heard to lowered" in done.stdout
