"""The ten tasks for a newcomer, done the shortest way that the bot's own words lead to.

docs/how-to/try-clarion-on-a-newcomer.md has them in words, for a person to try.
"""

from playwright.sync_api import expect

from tests.system.tour.scene import Scene

FIRST, SECOND, AGAIN = "Come back soon", "Left in the cart", "Come back now"


def ten_tasks(scene: Scene) -> None:
    """Do them one after the other, as Ana, and as Ben where a second person is needed."""
    scene.person.becomes("Ana")
    scene.person.opens("campaigns")
    _drafts(scene)
    _gets_approved(scene)
    _finds_out(scene)
    _halts(scene)
    _looks(scene)
    _drafts_again(scene)


def _drafts(scene: Scene) -> None:
    ana = scene.person
    with ana.logbook.lap("Ten tasks: 1. draft one with two conditions, a cap and do-not-disturb"):
        ana.types("/campaign new")
        ana.fills("Name", FIRST)
        ana.goes_on("Who")
        for condition, days in (("Did something", "30"), ("Did not do something", "7")):
            ana.adds(condition)
            ana.searches("Event", "ord", "Order Completed")
            ana.picks("When", "In the last days")
            ana.fills("Days", days)
        ana.goes("Limits")
        ana.fills("At most this many messages", "500")
        ana.picks("Do not disturb", "Wait until it ends, then send")
        ana.fills("From", "22:00")
        ana.fills("To", "08:00")
        ana.goes_on("Review")
        ana.submits()
        ana.sees(FIRST, "in the last 30 days", "in the last 7 days", "500", "22:00 to 08:00")
    with ana.logbook.lap("Ten tasks: 2. draft a live one, and ask for a review at once"):
        ana.types("/campaign new")
        ana.fills("Name", SECOND)
        ana.marks("Users at the moment they do something")
        ana.searches("When a user does this event", "add", "Product Added")
        ana.picks(
            "When is the message due?",
            "If the user does not do something else in time (inaction)",
        )
        ana.searches("The event that must not follow", "ord", "Order Completed")
        ana.fills("Within how long", "30")
        ana.picks("Counted in", "minutes")
        ana.goes("Review")
        ana.marks("Ask for a review at once")
        ana.submits()
        ana.sees(SECOND, "In review")


def _gets_approved(scene: Scene) -> None:
    person = scene.person
    with person.logbook.lap("Ten tasks: 3. get it approved by somebody else, and let it run"):
        person.presses(person.sees(FIRST, button="Submit for review"), "Submit")
        person.becomes("Ben")
        person.opens("campaign-reviews")
        person.presses(person.sees(FIRST, button="Approve"), "Approve", confirm=True)
        person.presses(person.sees(FIRST, button="Publish"), "Publish", confirm=True)
        person.sees(FIRST, "Running")


def _finds_out(scene: Scene) -> None:
    ana = scene.person
    ana.becomes("Ana")
    ana.opens("campaigns")
    user = scene.stage.shop.people[3].user_id
    with ana.logbook.lap("Ten tasks: 4. find what ran today, and what came of it"):
        ana.reads(ana.asks("/campaign list", FIRST, "Running"))
        ana.reads(ana.asks(f"/campaign report {FIRST}", "Report", FIRST, "Books"))
    with ana.logbook.lap("Ten tasks: 5. say why one user did not get it"):
        ana.reads(ana.asks(f"/campaign why {user} {FIRST}", user))


def _halts(scene: Scene) -> None:
    ana = scene.person
    with ana.logbook.lap("Ten tasks: 6. pause everything, now"):
        choice = ana.asks("/campaign pause", "can be paused")
        ana.presses(choice, "Pause everything", confirm=True)
        ana.sees(FIRST, "Paused")
    with ana.logbook.lap("Ten tasks: 7. let it go on"):
        ana.reads(ana.asks(f"/campaign resume {FIRST}", "Resumed", FIRST))


def _looks(scene: Scene) -> None:
    ana = scene.person
    with ana.logbook.lap("Ten tasks: 8. find who approved it, and when"):
        shown = ana.asks(f"/campaign show {FIRST}", "Approved by")
        expect(shown.get_by_text("Approved by @Ben Osei").first).to_be_visible()
    with ana.logbook.lap("Ten tasks: 9. say which limits hold, and how full they are"):
        ana.reads(ana.asks(f"/campaign limits {FIRST}", "Limits in force", "of 500"))


def _drafts_again(scene: Scene) -> None:
    ana = scene.person
    with ana.logbook.lap("Ten tasks: 10. draft it again with another text, and see it for a user"):
        ana.types(f"/campaign clone {FIRST}")
        ana.fills("Name", AGAIN)
        ana.goes("What")
        ana.fills("Key-value pairs", "text = We miss you, {{ Profile.first_name }}")
        ana.goes("Review")
        ana.submits()
        ana.sees(AGAIN, button="Submit for review")
        ana.reads(ana.asks(f"/campaign preview any {AGAIN}", "We miss you,", "Nothing was sent"))
