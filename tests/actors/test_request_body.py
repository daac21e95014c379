from actors.request_body import Held, Waiting


def test_each_request_counts_until_it_is_let_go() -> None:
    waiting = Waiting(100)
    with Held(waiting) as one, Held(waiting) as other:
        one.add(80)
        other.add(60)
        assert (waiting.bytes, waiting.refusal is not None) == (140, True)
        assert (one.may_go_on, other.may_go_on) == (True, True)
        one.add(30)
        assert (one.may_go_on, other.may_go_on) == (True, False)
    assert (waiting.bytes, waiting.refusal) == (0, None)
