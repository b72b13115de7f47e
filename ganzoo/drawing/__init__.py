"""Images drawn by code."""
