"""How long a test waits, in real time, for what should come at once.

A machine may be busy with anything else: it fails what never comes, not what comes late.
"""

PATIENCE_SECONDS = 180.0
"""The local Slack waits so long for the bot as well: a busy machine takes more than Slack's three
seconds. That the bot answers before it does anything is what the tests of its listeners try, and of
the local Slack that it keeps to the three."""
WHOLE_SECONDS = 10 * PATIENCE_SECONDS
"""A story of many such waits, from its beginning to its end."""
