import json

from actors.mail_audience import AudienceLine, Audiences, ListLine
from bot import audience_list
from bot.audience_list import PAGE_LINES_MAX
from tests.bot.fake_desk import NOW_MS
from tests.bot.oracle import words
from tests.bot.test_views import check

ODD = "VIP <!channel> " * 5


def found(audiences: int, lists: int) -> Audiences:
    return Audiences(
        tuple(AudienceLine(f"{ODD}{n:02}", 3, "U0ANA", NOW_MS) for n in range(audiences)),
        tuple(ListLine(f"List {n:02}", 1, 4_321, 7, 2, "ops", NOW_MS) for n in range(lists)),
    )


def test_the_list_names_audiences_and_lists_with_their_sizes() -> None:
    message = audience_list.listed(found(1, 1))
    check(message)
    said = words(list(message.blocks))
    assert "1 saved audience, 1 list" in said
    assert "4,321" in said
    assert "<!channel>" not in message.text


def test_nothing_saved_yet_offers_to_import_a_list() -> None:
    message = audience_list.listed(found(0, 0))
    check(message)
    assert "import_list" in words(list(message.blocks))


def test_every_one_of_many_stands_on_one_page() -> None:
    many = found(PAGE_LINES_MAX, PAGE_LINES_MAX + 1)
    pages = [audience_list.listed(many, page) for page in range(3)]
    for page in pages:
        check(page)
    said = [words(list(page.blocks)) for page in pages]
    for number in range(PAGE_LINES_MAX + 1):
        assert sum(f"List {number:02}" in each for each in said) == 1
    turned = [[e["value"] for e in json.loads(each)[-1]["elements"][2:]] for each in said]
    assert turned == [["audiences:1"], ["audiences:0", "audiences:2"], ["audiences:1"]]


def test_a_page_past_the_last_is_the_last() -> None:
    assert audience_list.listed(found(1, 0), 9) == audience_list.listed(found(1, 0))
