"""A Slack workspace on one's own machine, as strict as Slack is."""
