"""The moving parts, on Trio: each owns one concern and talks to the others by mail."""
