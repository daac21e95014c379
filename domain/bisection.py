"""The search for the message that Segment refuses, by halves, without harm to its neighbours.

A batch that was refused goes again in halves. Each of its messages remembers how large its next
batch may be; messages under search go with one another only, so the search always ends at the
ones that are refused alone, whatever else is sent meanwhile.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from msgspec import Struct

SOUGHT_MAX = 100_000
"""More than this are not remembered: the search begins anew, from a whole batch."""


class Search(Struct, frozen=True):
    """Messages under search, each with the size of the batch that it may be in."""

    at_most: Mapping[str, int] = MappingProxyType({})

    def refused(self, ids: Sequence[str]) -> "Search":
        """Return the search after a batch of several messages was refused."""
        half = -(-len(ids) // 2)
        kept = self.at_most if len(self.at_most) < SOUGHT_MAX else {}
        return Search({**kept, **dict.fromkeys(ids, half)})

    def settled(self, ids: Sequence[str]) -> "Search":
        """Return the search without messages that were accepted, or found."""
        if not self.at_most:
            return self
        gone = set(ids)
        return Search({one: n for one, n in self.at_most.items() if one not in gone})

    def batches(self, ids: Sequence[str]) -> list[list[int]]:
        """Return the places of messages that may go together, those not under search first."""
        sizes = [self.at_most.get(one, 0) for one in ids]
        order = sorted(range(len(ids)), key=lambda place: (sizes[place] != 0, sizes[place]))
        found: list[list[int]] = []
        for size, group in groupby(order, key=lambda place: sizes[place]):
            places = list(group)
            step = size or max(len(places), 1)
            found += [places[at : at + step] for at in range(0, len(places), step)]
        return found
