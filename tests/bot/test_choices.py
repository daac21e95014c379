from actors.mail import BooksView, CampaignLine
from bot.blocks import button
from bot.choices import LINES_MAX, choices
from bot.ids import ActionId
from tests.bot.oracle import words
from tests.bot.wire import ANA


def test_of_many_campaigns_the_rest_is_counted_and_reached_in_another_way() -> None:
    many = [
        CampaignLine(f"c{n}", f"No {n}", "live", "running", ANA, BooksView(), 0)
        for n in range(LINES_MAX + 3)
    ]
    blocks = choices(
        many,
        40,
        title="Some",
        beside=lambda line: line.state,
        act=lambda line: button("Look", ActionId.HOME_LOOK, line.id),
        rest="by name.",
    )
    pressed = [block["accessory"]["value"] for block in blocks if "accessory" in block]
    assert pressed == [f"c{n}" for n in range(LINES_MAX)]
    assert "and 3 campaigns more: by name." in words(blocks)
