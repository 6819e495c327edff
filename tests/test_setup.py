"""Setting up on a machine that lacks something ends with advice, and the stamp is never believed wrongly."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OLD = '[ "$1" = --version ] && echo "Python 3.9.2" || exit 1'
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose set-up does nothing but note that it ran and finish."""
    (tmp_path / ".ci").mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml", ".ci/setup.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".ci/setup").write_text(
        "echo set up >> log; mkdir -p .venv/bin; touch .venv/bin/python; printf %s \"$PWD\" > .venv/ready"
    )
    return tmp_path


def make_setup(checkout: Path) -> int:
    """How many times the set-up ran so far."""
    subprocess.run(["make", "-s", "setup"], cwd=checkout, check=True)
    return len((checkout / "log").read_text().splitlines())


def advice_with(python: str, tmp_path: Path) -> str:
    """What a person reads whose only Python is this shell script."""
    for program in ("sh", "dirname"):
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    (tmp_path / "python3").write_text(f"#!/bin/sh\n{python}\n")
    (tmp_path / "python3").chmod(0o755)
    command = [str(tmp_path / "sh"), str(ROOT / ".ci/setup")]
    result = subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    return result.stderr


def test_too_old_a_python_is_named(tmp_path: Path) -> None:
    said = advice_with(OLD, tmp_path)
    assert "Cần Python 3.11 trở lên (máy này chỉ có Python 3.9.2)" in said
    assert "Python 3.11 or newer is needed (this machine has Python 3.9.2)" in said


def test_a_python_without_venv_is_told_from_an_old_one(tmp_path: Path) -> None:
    said = advice_with(WITHOUT_VENV, tmp_path)
    assert "python3 thiếu mô-đun venv" in said
    assert "apt install python3-venv" in said


def test_setting_up_happens_once(checkout: Path) -> None:
    assert [make_setup(checkout), make_setup(checkout)] == [1, 1]


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_it_happens_again_when_a_dependency_changed(name: str, checkout: Path) -> None:
    make_setup(checkout)
    later = (checkout / ".venv/ready").stat().st_mtime + 1
    os.utime(checkout / name, (later, later))
    assert make_setup(checkout) == 2


def test_it_happens_again_when_it_was_interrupted_or_its_python_is_gone(checkout: Path) -> None:
    make_setup(checkout)
    (checkout / ".venv/ready").unlink()
    assert make_setup(checkout) == 2
    (checkout / ".venv/bin/python").unlink()
    assert make_setup(checkout) == 3


def test_it_happens_again_when_the_checkout_moved(checkout: Path) -> None:
    make_setup(checkout)
    moved = checkout.rename(checkout.with_name("moved"))
    assert make_setup(moved) == 2
