"""Tiki Open Platform in a box."""

from sandbox.tiki.market import Market

__all__ = ["Market"]
