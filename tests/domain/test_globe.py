import pytest

from domain.globe import inside, position
from domain.people import Place

OSLO, BERGEN = (59.9139, 10.7522), (60.3913, 5.3221)


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [
        (OSLO, BERGEN, 305),
        ((0, 0), (0, 1), 111.2),
        ((0, 179.5), (0, -179.5), 111.2),  # across the date line
        ((89.5, 0), (89.5, 180), 111.2),  # across the pole
        ((0, 0), (0, 180), 20_015),
    ],
)
def test_distances_are_those_of_an_atlas(
    here: tuple[float, float], there: tuple[float, float], km: float
) -> None:
    assert inside(here, Place(*there, km * 1.002))
    assert not inside(here, Place(*there, km * 0.998))


def test_half_around_the_globe_is_everywhere() -> None:
    assert inside((-59.9139, -169.2478), Place(*OSLO, 20_040))


@pytest.mark.parametrize("where", [("1", 2), (91, 0), (0, 181), (None, 0), (True, 0), ([0], 0)])
def test_what_is_no_position_is_none(where: tuple[object, object]) -> None:
    assert position(*where) is None
    assert position(-90, 180.0) == (-90.0, 180.0)
