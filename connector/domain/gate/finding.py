"""What one look of the gate answers with, before policy decides what it does."""

Finding = tuple[str, str, str, str]
"""Code, field, and the sentence in Vietnamese and English."""
