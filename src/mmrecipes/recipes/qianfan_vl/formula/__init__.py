"""The formula task."""
