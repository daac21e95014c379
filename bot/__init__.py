"""A thin skin over Slack: read what a marketer did, ask the desk, show the answer."""
