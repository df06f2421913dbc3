"""Translate Indonesian into English and read the two side by side."""

__version__ = "0.1.0"
