"""What the fake desk answers where there is nothing to decide, and what it tells apart."""

from actors.mail import Announcement, Refused


def is_about(later: Announcement, told: Announcement) -> bool:
    kind = "card" if later.kind == "reply" else later.kind
    return (kind, later.campaign, later.subject) == (told.kind, told.campaign, told.subject)


def unknown(name: str) -> Refused:
    return Refused(f'There is no campaign "{name}".', "Type /campaign list.")
