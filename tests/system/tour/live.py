"""The whole life of a live campaign that waits for what does not happen: Chloe and Ben."""

from playwright.sync_api import expect

from tests.system.tour.scene import Scene

NAME = "Cart reminder"
WITHIN_MINUTES = 1
GRACE_SECONDS = 30
DUE_SECONDS = WITHIN_MINUTES * 60 + GRACE_SECONDS
SOON_SECONDS = 12
"""So long before they fall due the carts of the tour come in: nobody watches a tour for minutes."""
AN_HOUR = 100
CARTS = range(12)
ORDERED = range(3)
IN_THE_PAUSE = range(40, 50)
TOO_MANY = range(60, 200)
DRAFTED = f"{NAME}: draft"
REHEARSAL_MS_MAX = 600_000
"""A month of events, on a machine that may be busy with anything else."""


def cart_reminder(scene: Scene) -> None:
    """From `/campaign new` to the end of it."""
    scene.does("Product Added", [100], seconds_ago=1, price=59, product_id="S1", name="Trail shoe")
    scene.does("Order Completed", [100], seconds_ago=0, revenue=59)
    scene.person.becomes("Chloe")
    scene.person.opens("campaigns")
    _drafted(scene)
    _changed(scene)
    _approved(scene)
    _waits(scene)
    _paused(scene)
    _surged(scene)
    _told(scene)


def _drafted(scene: Scene) -> None:
    chloe = scene.person
    with chloe.logbook.lap(DRAFTED):
        chloe.types("/campaign new")
        chloe.fills("Name", NAME)
        chloe.marks("Users at the moment they do something")
        chloe.searches("When a user does this event", "add", "Product Added")
        chloe.picks(
            "When is the message due?", "If the user does not do something else in time (inaction)"
        )
        chloe.searches("The event that must not follow", "ord", "Order Completed")
        chloe.fills("Within how long", str(WITHIN_MINUTES))
        chloe.picks("Counted in", "minutes")
        units = chloe.modal.get_by_label("Counted in")
        scene.takes("cart-reminder-start", chloe.modal, down_to=units)
        chloe.goes_on("Who")
        chloe.goes_on("What")
        chloe.fills(
            "Key-value pairs",
            "hello = {{ Profile.first_name }}, your cart is waiting\nproduct = {{ Event.name }}",
        )
        scene.takes("cart-reminder-what", chloe.modal)
        chloe.goes("Limits")
        chloe.fills("Safety limit an hour", str(AN_HOUR))
        scene.takes("cart-reminder-limits", chloe.modal)
        chloe.goes_on("Review")
        chloe.reads(chloe.modal)
        chloe.marks("Ask for a review at once")
        scene.takes("cart-reminder-review", chloe.modal)
        chloe.submits()
        chloe.sees(NAME, "In review")


def _changed(scene: Scene) -> None:
    person = scene.person
    person.opens("campaign-reviews")
    person.presses(person.sees(NAME, button="Approve"), "Approve", confirm=True)
    scene.takes("cart-reminder-refused", person.sees("Only visible to you", "someone else"))
    person.becomes("Ben")
    with person.logbook.lap(f"{NAME}: read the card, and rehearse it"):
        person.opens("campaign-reviews")
        card = person.sees(NAME, button="Request changes")
        person.reads(card)
        scene.takes("cart-reminder-card", card)
        person.presses(card, "Rehearse")
        played = person.page.get_by_text("would have gone").first
        expect(played).to_be_visible(timeout=REHEARSAL_MS_MAX)
        rehearsal = person.sees("Only visible to you", NAME, "would have gone")
        person.reads(rehearsal)
    scene.takes("look-rehearsal", rehearsal.get_by_role("img"))
    scene.takes("cart-reminder-rehearsal", rehearsal, down_to=rehearsal.get_by_text("User 3"))
    with person.logbook.lap(f"{NAME}: ask for a change"):
        person.presses(person.sees(NAME, button="Request changes"), "Request changes")
        person.answers("Once a day is enough for one user.")
        scene.takes("cart-reminder-changes", person.modal)
        person.submits()
    person.becomes("Chloe")
    with person.logbook.lap(f"{NAME}: change it and ask again"):
        person.opens("campaigns")
        person.types(f"/campaign edit {NAME}")
        person.goes("Limits")
        person.marks("How often one user gets it")
        person.fills("And never again within", "1")
        person.picks("Counted in", "days")
        scene.takes("cart-reminder-edited", person.modal)
        person.goes_on("Review")
        person.marks("Ask for a review at once")
        person.submits()
    person.sees(NAME, "revision 2", "In review")


def _approved(scene: Scene) -> None:
    ben = scene.person
    ben.becomes("Ben")
    with ben.logbook.lap(f"{NAME}: review again, approve and publish"):
        ben.opens("campaign-reviews")
        card = ben.sees(NAME, "revision 2", button="Approve")
        ben.reads(card)
        ben.presses(card, "Approve", confirm=True)
        ben.presses(ben.sees(NAME, button="Publish"), "Publish", confirm=True)
        running = ben.sees(NAME, "Running")
    scene.takes("cart-reminder-running", running)
    running.get_by_role("button", name="replies").click()
    ben.sees_in_thread("Published by")
    replies = ben.thread.get_by_role("article")
    scene.takes("cart-reminder-thread", replies.nth(1), replies.last)
    ben.page.get_by_role("button", name="Close thread").click()


def _waits(scene: Scene) -> None:
    chloe = scene.person
    chloe.becomes("Chloe")
    chloe.opens("campaigns")
    scene.does(
        "Product Added", CARTS, seconds_ago=DUE_SECONDS - SOON_SECONDS, price=59, name="Trail shoe"
    )
    scene.does("Order Completed", ORDERED, seconds_ago=DUE_SECONDS - SOON_SECONDS - 30, revenue=59)
    with chloe.logbook.lap(f"{NAME}: see who waits"):
        waits = chloe.asks(f"/campaign show {NAME}", NAME, f"{len(CARTS) - len(ORDERED)} wait")
    scene.takes("cart-reminder-waits", waits)
    rows = scene.arrived(NAME, len(CARTS) - len(ORDERED))
    rows.first.click()
    expect(scene.segment.get_by_text('"product": "Trail shoe"')).to_be_visible()
    scene.takes_segment("cart-reminder-segment", '"product": "Trail shoe"')


def _paused(scene: Scene) -> None:
    chloe = scene.person
    with chloe.logbook.lap(f"{NAME}: pause"):
        paused = chloe.asks(f"/campaign pause {NAME}", "Paused", NAME)
    scene.does("Product Added", IN_THE_PAUSE, seconds_ago=1, price=59, name="Trail shoe")
    with chloe.logbook.lap(f"{NAME}: resume"):
        resumed = chloe.asks(f"/campaign resume {NAME}", "Resumed", NAME)
    scene.takes("cart-reminder-paused", paused, resumed)


def _surged(scene: Scene) -> None:
    person = scene.person
    scene.does("Product Added", TOO_MANY, seconds_ago=DUE_SECONDS - 1, price=9, name="Socks")
    person.becomes("Ben")
    with person.logbook.lap(f"{NAME}: answer the alert"):
        person.opens("campaign-alerts")
        alert = person.sees(NAME, button="Resume")
        person.reads(alert)
        scene.takes("cart-reminder-alert", alert)
        person.presses(alert, "Resume", confirm=True)
        expect(alert).to_have_count(0)
    scene.takes("cart-reminder-answered", person.sees(NAME, "paused itself"))


def _told(scene: Scene) -> None:
    chloe = scene.person
    chloe.becomes("Chloe")
    chloe.opens("campaigns")
    ordered = scene.stage.shop.people[ORDERED[0]].user_id
    with chloe.logbook.lap(f"{NAME}: why one user did not get it"):
        why = chloe.asks(f"/campaign why {ordered} {NAME}", ordered)
        chloe.reads(why)
    scene.takes("cart-reminder-why", why)
    with chloe.logbook.lap(f"{NAME}: report"):
        report = chloe.asks(f"/campaign report {NAME}", "Report", NAME)
        chloe.reads(report)
    scene.takes("cart-reminder-report", report)
    with chloe.logbook.lap(f"{NAME}: stop"):
        stopped = chloe.asks(f"/campaign stop {NAME}", "Stopped", NAME)
    scene.takes("cart-reminder-stopped", stopped)
