import trio
from msgspec import structs

from bot.line import Line
from bot.settings import BotSettings
from bot.wizard.learning import learned
from bot.wizard.operands import Compared
from bot.wizard.row import Row
from bot.wizard.step import StepName
from bot.wizard.values import Values
from bot.wizard.who import WhoValues
from tests.bot.fake_desk import FakeDesk

ROWS = (
    Row(0, "property", compared=Compared(property="age")),
    Row(1, "did", "Bought", where=(Compared(property="category"), Compared(1, property="odd"))),
)


async def test_the_open_condition_learns_the_types_of_what_it_compares() -> None:
    line = Line(FakeDesk(), BotSettings(), lambda: 0)

    async def of(opened: int, at: StepName = StepName.WHO) -> WhoValues:
        values = Values(who=WhoValues(ROWS, open=opened), at=at)
        return (await trio.to_thread.run_sync(learned, line, values)).who

    assert (await of(0)).rows[0].compared.types == ("number",)
    assert [each.types for each in (await of(1)).rows[1].where] == [("text",), ()]
    assert (await of(0)).rows[1] == ROWS[1]
    assert await of(0, StepName.REVIEW) == WhoValues(ROWS, open=0)
    assert structs.replace(await of(-1), open=0) == WhoValues(ROWS, open=0)
