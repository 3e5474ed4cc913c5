"""The document task."""
