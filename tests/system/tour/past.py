"""The whole life of a past-behaviour campaign, as Ana and Ben see it."""

from playwright.sync_api import expect

from tests.system.tour.scene import Scene

NAME = "Win back"
SAFETY = 10
"""The shop's live traffic makes those who never bought fewer: a reader may take his time."""
A_FEW = 3
DRAFTED = f"{NAME}: draft"


def win_back(scene: Scene) -> None:
    """From `/campaign new` to the report."""
    scene.person.becomes("Ana")
    scene.person.opens("campaigns")
    _drafted(scene)
    _refused(scene)
    _approved(scene)
    _held(scene)
    _paused(scene)
    _ended(scene)


def _drafted(scene: Scene) -> None:
    ana = scene.person
    with ana.logbook.lap(DRAFTED):
        ana.types("/campaign new")
        ana.fills("Name", NAME)
        scene.takes("win-back-start", ana.modal)
        ana.goes_on("Who")
        ana.adds("Did something")
        ana.searches("Event", "view", "Product Viewed")
        ana.picks("When", "In the last days")
        ana.fills("Days", "45")
        ana.adds("Did not do something")
        ana.searches("Event", "ord", "Order Completed")
        expect(ana.modal.get_by_text("= get a message")).to_be_visible()
        scene.takes("win-back-who", ana.modal)
        scene.takes("look-draft", ana.modal, down_to=ana.modal.get_by_label("When"))
        ana.goes_on("What")
        ana.fills("Key-value pairs", "hello = Still looking, {{ Profile.first_name }}?")
        scene.takes("win-back-what", ana.modal)
        ana.goes_on("When")
        scene.takes("win-back-when", ana.modal)
        ana.goes_on("Limits")
        ana.fills("Safety limit", str(SAFETY))
        ana.marks("How fast it is sent")
        ana.fills("At most this many in 5 minutes", "50")
        scene.takes("win-back-limits", ana.modal)
        ana.goes_on("Review")
        expect(ana.modal.get_by_text("= get a message")).to_be_visible()
        ana.reads(ana.modal)
        scene.takes("win-back-review", ana.modal)
        ana.submits()
        ana.sees(NAME, button="Submit for review")


def _refused(scene: Scene) -> None:
    ana = scene.person
    with ana.logbook.lap(f"{NAME}: ask for a review"):
        ana.presses(ana.sees(NAME, button="Submit for review"), "Submit")
        ana.opens("campaign-reviews")
        card = ana.sees(NAME, button="Approve")
    with ana.logbook.lap(f"{NAME}: be refused one's own approval"):
        ana.presses(card, "Approve", confirm=True)
        refused = ana.sees("Only visible to you", "someone else")
        ana.reads(refused)
    scene.takes("win-back-refused", refused)


def _approved(scene: Scene) -> None:
    ben = scene.person
    ben.becomes("Ben")
    with ben.logbook.lap(f"{NAME}: read the card"):
        ben.opens("campaign-reviews")
        card = ben.sees(NAME, button="Approve")
        ben.reads(card)
    scene.takes("win-back-card", card)
    reach, buttons = card.get_by_text("Estimated reach"), card.get_by_role("group")
    scene.takes("look-approve", reach, buttons.last)
    with ben.logbook.lap(f"{NAME}: see the message of a real user"):
        preview = ben.asks(f"/campaign preview any {NAME}", "Only visible to you", "Still looking,")
        ben.reads(preview)
    scene.takes("win-back-preview", preview)
    with ben.logbook.lap(f"{NAME}: approve and publish"):
        ben.presses(ben.sees(NAME, button="Approve"), "Approve")
        asked = ben.page.get_by_role("alertdialog")
        scene.takes("win-back-approve", asked)
        ben.confirms()
        card = ben.sees(NAME, "Approved by", button="Publish")
        ben.presses(card, "Publish", confirm=True)
        ben.sees(NAME, "is published")


def _held(scene: Scene) -> None:
    ben = scene.person
    with ben.logbook.lap(f"{NAME}: answer the alert of the held run"):
        ben.opens("campaign-alerts")
        alert = ben.sees(NAME, button="Send to a random")
        ben.reads(alert)
        scene.takes("win-back-alert", alert)
        ben.presses(alert, "Send to a random", confirm=True)
        decided = ben.sees(NAME, "sends to a random")
    scene.takes("win-back-decided", decided)
    scene.arrived(NAME, A_FEW)


def _paused(scene: Scene) -> None:
    ana = scene.person
    ana.becomes("Ana")
    ana.opens("campaigns")
    with ana.logbook.lap(f"{NAME}: pause"):
        paused = ana.asks(f"/campaign pause {NAME}", "Paused", NAME)
    with ana.logbook.lap(f"{NAME}: resume"):
        resumed = ana.asks(f"/campaign resume {NAME}", "Resumed", NAME)
    scene.takes("win-back-paused", paused, resumed)
    scene.arrived(NAME, 2 * A_FEW)


def _ended(scene: Scene) -> None:
    ana = scene.person
    row = scene.arrived(NAME, 1).last
    user = row.get_by_role("cell").nth(3).inner_text()
    with ana.logbook.lap(f"{NAME}: why one user got it"):
        why = ana.asks(f"/campaign why {user} {NAME}", user)
        ana.reads(why)
    scene.takes("win-back-why", why)
    with ana.logbook.lap(f"{NAME}: stop"):
        stopped = ana.asks(f"/campaign stop {NAME}", "Stopped", NAME)
    scene.takes("win-back-stopped", stopped)
    with ana.logbook.lap(f"{NAME}: report"):
        report = ana.asks(f"/campaign report {NAME}", "Report", NAME)
        ana.reads(report)
    scene.takes("win-back-report", report)
