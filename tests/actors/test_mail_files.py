import msgspec

from actors.mail import Answer, Request
from actors.mail_files import BeginFile, EndFile, FileStands, TakeEntries, TakeRecords
from store.imports import Counts
from store.lists import Entry
from store.log import Incoming


def test_pieces_of_files_travel_over_the_socket_as_they_are() -> None:
    record = Incoming("event", "e1", "ünal", "Köp", 1, b'{"a":"\xc3\xa9"}')
    for request in (
        BeginFile("list", "d", "U1", "VIP", again=True),
        TakeRecords("events", "d", 5, (record,)),
        TakeEntries("list", "d", "VIP", 2, 1, 0, (Entry("object", "x"),)),
        EndFile("events", "d", "U1"),
    ):
        assert msgspec.json.decode(msgspec.json.encode(request), type=Request) == request
    stands = FileStands("d", Counts(3, 1, 1, 1), 7, "VIP", 2, 1, begun_ms=5)
    assert msgspec.json.decode(msgspec.json.encode(stands), type=Answer) == stands
