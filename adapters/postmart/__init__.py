"""Postmart, today buudien.vn: an assisted channel. All that is its own is data, in config/channels and templates."""

from adapters.assisted import Assisted


class Postmart(Assisted):
    """The class that config/channels/postmart.toml names."""
