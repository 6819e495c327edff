"""Lazada Open Platform (region Vietnam) in a box."""

from sandbox.lazada.market import Market

__all__ = ["Market"]
