"""What a piece of work costs a person at the mouse and the keyboard, by the keystroke-level model.

Card, Moran and Newell, "The keystroke-level model for user performance time with interactive
systems", Communications of the ACM 23(7), 1980: an average typist who knows what to do and makes no
mistake. Reading is counted apart, at the 238 words a minute of Brysbaert's review of 2019.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

KEY_SECONDS = 0.28
POINT_SECONDS = 1.1
BUTTON_SECONDS = 0.2
HOMING_SECONDS = 0.4
"""To move the hand from the mouse to the keyboard, or back."""
THOUGHT_SECONDS = 1.35
"""Before each thing that is done."""
WORDS_READ_A_MINUTE = 238


class Hand(Enum):
    """Where the hand is."""

    MOUSE = "mouse"
    KEYBOARD = "keyboard"


@dataclass
class Effort:
    """One piece of work; `machine_seconds` is how long Clarion let the person wait in all."""

    name: str = ""
    clicks: int = 0
    keys: int = 0
    thoughts: int = 0
    homings: int = 0
    words: int = 0
    machine_seconds: float = 0.0
    _hand: Hand = field(default=Hand.MOUSE, repr=False)

    def thinks(self) -> None:
        """Note that something new is begun."""
        self.thoughts += 1

    def clicked(self, times: int = 1) -> None:
        """Note that something was pointed at and clicked, so many times."""
        self._moves(Hand.MOUSE)
        self.clicks += times

    def typed(self, text: str, *others: str) -> None:
        """Note that a text was typed; `others` are keys with names, such as Enter."""
        self._moves(Hand.KEYBOARD)
        self.keys += len(text) + len(others)

    def read(self, text: str) -> None:
        """Note that a text was read."""
        self.words += len(text.split())

    @property
    def hands_seconds(self) -> float:
        """How long hands and head take, without reading and waiting."""
        return (
            self.clicks * (POINT_SECONDS + BUTTON_SECONDS)
            + self.keys * KEY_SECONDS
            + self.homings * HOMING_SECONDS
            + self.thoughts * THOUGHT_SECONDS
        )

    @property
    def reading_seconds(self) -> float:
        """How long it takes to read what was read."""
        return self.words * 60 / WORDS_READ_A_MINUTE

    def _moves(self, hand: Hand) -> None:
        if self._hand is not hand:
            self._hand = hand
            self.homings += 1


class Logbook:
    """Every piece of work of a tour, in its order. What is done between two of them is not kept."""

    def __init__(self) -> None:
        self.laps: list[Effort] = []
        self.now = Effort()

    @contextmanager
    def lap(self, name: str) -> Iterator[Effort]:
        """Keep what is done inside as one piece of work."""
        self.now = lap = Effort(name)
        began = time.perf_counter()
        yield lap
        lap.machine_seconds += time.perf_counter() - began
        self.laps.append(lap)
        self.now = Effort()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Leave out of the time whatever is done inside, such as taking a picture."""
        lap, began = self.now, time.perf_counter()
        yield
        lap.machine_seconds -= time.perf_counter() - began
