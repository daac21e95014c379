import pytest

from bot.quoted import first_word, unquoted


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('"Spring sale"', "Spring sale"),
        ("“Spring sale” ", "Spring sale"),
        ("„Spring sale“", "Spring sale"),
        ("Spring sale", "Spring sale"),
        ('"Spring" and "Autumn"', '"Spring" and "Autumn"'),
        ('5" screens', '5" screens'),
        ('"', '"'),
        ("", ""),
    ],
)
def test_a_name_is_the_same_with_and_without_quotes(typed: str, meant: str) -> None:
    assert unquoted(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("u_42 Spring sale", ("u_42", "Spring sale")),
        ('u_42 "Spring sale"', ("u_42", "Spring sale")),
        ("`u_42`  “Spring sale”", ("u_42", "Spring sale")),
        ('"u 42" "Spring sale"', ("u 42", "Spring sale")),
        ("o'neill Spring sale", ("o'neill", "Spring sale")),
        ('"u_42', ('"u_42', "")),
        ("", ("", "")),
    ],
)
def test_the_first_word_may_be_quoted_apart_from_the_rest(
    typed: str, meant: tuple[str, str]
) -> None:
    assert first_word(typed) == meant
