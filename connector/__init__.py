"""The connector: one canonical store of OCOP products, kept equal to its listings on every platform."""
