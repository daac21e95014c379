import json

import pytest

from clarion import printing
from clarion.checks import Finding
from domain.problem import Problem

PROBLEM = Problem("who.of[1].op", "There is no op “[red]is”.", "Take one of: equals.", 4)


def test_a_problem_shows_its_line_its_place_and_the_way_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printing.print_problems([PROBLEM], "a.toml")
    said = capsys.readouterr().err
    assert "a.toml has 1 problem:" in said
    assert "line 4  who.of[1].op" in said
    assert "There is no op “[red]is”." in said
    assert "→ Take one of: equals." in said


def test_what_a_campaign_is_called_cannot_steer_the_terminal() -> None:
    assert printing.safe("a\x1b[2Jb\nc") == "a\N{REPLACEMENT CHARACTER}[2Jb\nc"


def test_a_refusal_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    printing.refuse("It is over.", "Draft a new one.")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "✗ It is over.\n  Draft a new one.\n"


def test_json_is_one_object_that_a_program_reads(capsys: pytest.CaptureFixture[str]) -> None:
    printing.print_json(PROBLEM)
    assert json.loads(capsys.readouterr().out)["line"] == 4


def test_a_finding_that_is_bad_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    printing.print_findings(
        [Finding("folder", True, "It is free."), Finding("slack", False, "It refuses.", "Look.")]
    )
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines == ["✓  folder  It is free.", "✗  slack   It refuses.", "→ Look."]


def test_a_note_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    printing.print_notes([Problem("when.start", "It is past.", "It starts at once.")])
    assert capsys.readouterr().out == "! when.start: It is past. It starts at once.\n"


def test_a_definition_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = f'name = "{"x" * 200}"\n'
    printing.print_definition(text)
    assert capsys.readouterr().out == text


def test_one_sentence_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    printing.say("Done [1].")
    assert capsys.readouterr().out == "Done [1].\n"
