"""Voso: an assisted channel. All that is its own is data, in config/channels and templates."""

from adapters.assisted import Assisted


class Voso(Assisted):
    """The class that config/channels/voso.toml names."""
