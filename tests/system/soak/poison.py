"""P21: one message that Segment refuses does not harm the others of its run."""

from clarion.stage import Stage
from domain.campaign import Campaign, Limits
from tests.system.soak.crowd import EVERYONE
from tests.system.soak.ground import Ground


async def one_in_many(ground: Ground, *, many: int) -> None:
    """Of so many messages one is refused: all others arrive, and that one is `dead`."""
    stage: Stage = ground.stage
    refused = stage.shop.people[many // 2].user_id
    stage.segment.faults.next("reject_containing", text=f'"userId":"{refused}"')
    await ground.publish(
        Campaign(
            name="One in many",
            kind="past_behaviour",
            who=EVERYONE,
            limits=Limits(cap_total=many),
        )
    )
    view = await ground.reaches("One in many", "completed")
    arrived = {m.user for m in stage.segment.accepted if view.id.encode() in m.raw}
    books = view.books
    if len(arrived) != many - 1 or refused in arrived:
        ground.found.append(f"{len(arrived)} of {many - 1} messages arrived beside a poison one.")
    if (books.sent, books.skipped) != (many - 1, {"dead": 1}):
        ground.found.append(f"The books do not show the dead message: {books}.")
    stage.segment.faults.clear()
