"""The running sandbox, emptied before each test."""

from tests.running import _started, sandbox

__all__ = ["_started", "sandbox"]
