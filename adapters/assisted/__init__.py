"""Platforms without an interface for programs: files go out, files come back, and the protocol is the same.

The assisted channel is our own design; no line of it is a fact about a platform. A pack of rows is carried to a seller
centre by a person or by a program that does what a person does there; nothing counts as applied before a result, and
nothing as absent before a complete export, says so.
"""

from adapters.assisted.adapter import Assisted

__all__ = ["Assisted"]
