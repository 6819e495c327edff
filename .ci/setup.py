"""Builds .venv from requirements.lock. Standard library only: it runs before anything is installed."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
READY = VENV / "ready"
PYTHON = VENV / "bin" / "python"
PIP = [str(PYTHON), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]


def main() -> None:
    with (ROOT / ".venv.lock").open("w") as lock:  # make demo and make test may be typed at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_ready():
            return
        started = time.monotonic()
        say("Đang cài đặt vào .venv, khoảng một phút …", "Setting up .venv, about a minute …")
        keep = is_sound()
        READY.unlink(missing_ok=True)
        if not keep:
            shutil.rmtree(VENV, ignore_errors=True)
            venv.create(VENV, with_pip=True, symlinks=True)
        pip("install", "--require-hashes", "--requirement", "requirements.lock")
        pip("install", "--no-build-isolation", "--no-deps", "--editable", ".")
        READY.write_text(str(ROOT))
        seconds = round(time.monotonic() - started)
        say(f"Cài đặt xong sau {seconds} giây.", f"Set up in {seconds} s.")


def is_ready() -> bool:
    """Whether another set-up finished while this one waited for the lock."""
    inputs = ("requirements.lock", "pyproject.toml", ".ci/setup", ".ci/setup.py")
    return is_sound() and all((ROOT / name).stat().st_mtime <= READY.stat().st_mtime for name in inputs)


def is_sound() -> bool:
    """Whether .venv was once finished, in this folder, and its Python still runs."""
    if not READY.exists() or READY.read_text() != str(ROOT):
        return False
    try:
        return subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0
    except OSError:
        return False


def pip(*arguments: str) -> None:
    # PIP_USER, PIP_TARGET and the like would install elsewhere; the index and proxy settings of the machine stay.
    unwanted = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "PYTHONPATH")
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    command = [*PIP, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        say(
            "Cài đặt không xong: xem lỗi của pip ở trên (mạng? đĩa đầy?), rồi chạy lại.",
            "Set-up did not finish: see pip's error above (network? disk full?), then run it again.",
        )
        raise SystemExit(1)


def say(vietnamese: str, english: str) -> None:
    sys.stderr.write(f"{vietnamese}\n{english}\n")


if __name__ == "__main__":
    main()
