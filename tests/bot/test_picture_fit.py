from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.picture_fit import POINTS_MIN, fit


def sizes(*words: str) -> list[float]:
    """Return how large the words are on a page of 400 pixels, from 12 points on."""
    figure = Figure(figsize=(4, 2), dpi=100)
    FigureCanvasAgg(figure)
    placed = [figure.text(0.1, 0.5, each, size=12) for each in words]
    fit(figure, 390)
    for text in placed:
        assert text.get_window_extent().x1 <= 390 or float(text.get_fontsize()) <= POINTS_MIN
    return [float(text.get_fontsize()) for text in placed]


def test_words_that_fit_stay_as_they_are_and_others_are_made_smaller() -> None:
    short, wide, wider, endless = sizes("short", "W" * 32, "W" * 40, "W" * 900)
    assert short == 12
    assert 12 > wide > wider > endless > 4
