from bot.ports import Desk
from tests.bot.fake_desk import FakeDesk


def test_the_desk_of_the_tests_is_a_desk() -> None:
    desk: Desk = FakeDesk()
    assert callable(desk.ask)
