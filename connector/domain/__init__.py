"""Frozen values and pure functions: no clock, database, log or network in here."""
