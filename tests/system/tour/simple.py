"""A simple campaign, from the command to the draft: whom, what, and how many at most."""

from playwright.sync_api import expect

from tests.system.tour.scene import Scene

NAME = "Thank you"
DRAFTED = f"{NAME}: draft a simple campaign"


def thank_you(scene: Scene) -> None:
    """Draft it, and leave it at that."""
    ana = scene.person
    ana.becomes("Ana")
    ana.opens("campaigns")
    with ana.logbook.lap(DRAFTED):
        ana.types("/campaign new")
        ana.fills("Name", NAME)
        ana.goes_on("Who")
        ana.adds("Did something")
        ana.searches("Event", "ord", "Order Completed")
        ana.picks("When", "In the last days")
        ana.fills("Days", "30")
        ana.goes_on("What")
        ana.fills("Key-value pairs", "hello = Thank you, {{ Profile.first_name }}!")
        ana.goes("Limits")
        ana.fills("At most this many messages", "500")
        ana.goes_on("Review")
        expect(ana.modal.get_by_text("= get a message")).to_be_visible()
        ana.reads(ana.modal)
        ana.submits()
        ana.sees(NAME, button="Submit for review")
