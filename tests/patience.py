"""How long a test waits, in real time, for what should come at once.

A machine may be busy with anything else: it fails what never comes, not what comes late.
"""

PATIENCE_SECONDS = 60.0
WHOLE_SECONDS = 10 * PATIENCE_SECONDS
"""A story of many such waits, from its beginning to its end."""
