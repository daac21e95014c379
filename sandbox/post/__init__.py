"""A strict mail server on one's own machine: it keeps what it is sent, and fails when told to."""

from sandbox.post.server import LocalPost as LocalPost
from sandbox.post.server import Received as Received
