"""Shopee Open Platform v2 as its public reference describes it, for one Vietnamese app and its shops."""

from sandbox.shopee.market import Market

__all__ = ["Market"]
