import pytest

from store.names import BadName, clean, folded


def test_a_name_is_kept_in_one_way_of_writing_it() -> None:
    assert clean("  Cafe\N{COMBINING ACUTE ACCENT} ") == "Café"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 81, "a\N{RIGHT-TO-LEFT OVERRIDE}b"])
def test_what_people_cannot_read_is_no_name(name: str) -> None:
    assert isinstance(clean(name), BadName)


def test_names_that_differ_by_case_alone_are_one() -> None:
    assert folded("STRASSE ") == folded("straße")
