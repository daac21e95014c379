import msgspec

from actors.mail import BooksView, CampaignView, RunView, VariantView
from tests.domain.definitions import PAST


def test_a_campaigns_view_travels_over_the_socket_as_it_is() -> None:
    run = RunView("live", "running", BooksView(3, sent=3), variants=(VariantView("A", 3),))
    view = CampaignView(
        id="c_1",
        name=PAST.name,
        kind=PAST.kind,
        state="running",
        reason="",
        author="U1",
        editors=("U1",),
        revision=1,
        hash="",
        definition=PAST,
        runs=(run,),
        content=("a note",),
        blanks={"Profile.x": 2},
    )
    assert msgspec.json.decode(msgspec.json.encode(view), type=CampaignView) == view
