from domain.alert_text import alert_text


def test_an_alert_says_what_happened_then_what_was_done_then_what_is_to_do() -> None:
    told = alert_text("It burns.", "The doors are shut.", "Call somebody.")
    assert told.split("\n") == [
        "It burns.",
        "*Done*: The doors are shut.",
        "*To do*: Call somebody.",
    ]
