"""Words of a picture that would go beyond its edge, a name of wide letters, are made smaller."""

from matplotlib.figure import Figure
from matplotlib.text import Text

SMALLER = 0.96
POINTS_MIN = 5.0


def fit(figure: Figure, edge: float) -> None:
    """Make each text smaller until it ends before the edge, in pixels from the left.

    Step by step: letters are set on whole pixels, so half the size is not half the width.
    """
    for text in figure.findobj(Text):
        assert isinstance(text, Text), "it was looked for"
        while float(text.get_fontsize()) > POINTS_MIN and text.get_window_extent().x1 > edge:
            text.set_fontsize(float(text.get_fontsize()) * SMALLER)
