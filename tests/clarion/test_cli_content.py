import json
from pathlib import Path

from actors.mail import Done
from actors.mail_content import Preview, Previewed, TestSend
from tests.clarion.doors import ANA, heard
from tests.clarion.terminal import flat, run

SHOWN = Previewed(
    "What ann would get: 13 bytes.", "ann", ('{"type":"track"}',), 13, "", ("A note.",)
)


def test_a_preview_is_laid_out_for_people_and_whole_for_programs(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    with heard(tmp_path, SHOWN) as asked:
        said = run(
            "campaign", "preview", "Spring", "--as", ANA, "--user", "ann", "--variant", "B", *data
        )
        told = run("campaign", "preview", "Spring", "--as", ANA, "--json", *data)
    assert asked == [Preview("Spring", ANA, "ann", "B"), Preview("Spring", ANA)]
    assert '"type": "track"' in said.output
    assert "A note." in flat(said.output)
    assert json.loads(told.stdout)["events"] == ['{"type":"track"}']


def test_a_test_goes_to_those_who_are_named_or_to_all(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    with heard(tmp_path, Done(message="ann: sent as a test (id m1_a).")) as asked:
        said = run("campaign", "test", "Spring", "--as", ANA, "--user", "a", "--user", "b", *data)
        run("campaign", "test", "Spring", "--as", ANA, *data)
    assert asked == [TestSend("Spring", ANA, ("a", "b")), TestSend("Spring", ANA)]
    assert "sent as a test" in flat(said.output)
