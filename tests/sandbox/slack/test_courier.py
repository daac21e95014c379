from sandbox.slack.courier import Reply


def test_a_reply_without_an_error_is_an_acknowledgement() -> None:
    assert Reply().error is None
