"""The outside world on one's own machine: a local Slack, a local Segment and a shop.

Nothing here imports Clarion's own code, so it judges Clarion fairly.
"""
