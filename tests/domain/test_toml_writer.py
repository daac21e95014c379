from hypothesis import given

from domain.campaign import Campaign, content_hash
from domain.toml_source import check
from domain.toml_writer import write
from tests.domain.definitions import NOW_MS, ZONE, campaigns, example, sweep


@sweep
@given(campaigns())
def test_what_is_written_reads_as_the_same_campaign(campaign: Campaign) -> None:
    text = write(campaign)
    again = check(text, now_ms=NOW_MS, zone=ZONE)
    assert again == campaign, text
    assert content_hash(again) == content_hash(campaign)


def test_conditions_are_laid_out_as_tables_and_comparisons_in_one_line() -> None:
    campaign = check(example("win-back"), now_ms=NOW_MS, zone=ZONE)
    assert isinstance(campaign, Campaign)
    assert """
[[who.of]]
type = "did"
event = "Order Completed"
where = [{ property = "revenue", op = ">", value = 50 }]
count = { value = 2 }
days = 180
""" in write(campaign)


def test_a_template_of_several_lines_is_written_over_several_lines() -> None:
    text = 'name = "a"\nkind = "past_behaviour"\n[what.key_values]\nbody = "one\\n\\"two\\""\n'
    campaign = check(text, now_ms=NOW_MS, zone=ZONE)
    assert isinstance(campaign, Campaign)
    assert 'body = """\none\n\\"two\\""""\n' in write(campaign)


def test_a_long_list_is_written_one_item_a_line() -> None:
    labels = ", ".join(f'"a rather long label {n}"' for n in range(5))
    text = f'name = "a"\nkind = "past_behaviour"\nlabels = [{labels}]\n'
    campaign = check(text, now_ms=NOW_MS, zone=ZONE)
    assert isinstance(campaign, Campaign)
    assert '  "a rather long label 4",\n]\n' in write(campaign)
