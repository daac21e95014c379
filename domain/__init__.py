"""Decisions without I/O, clock or chance: who gets what and when, given the facts and `now`."""
