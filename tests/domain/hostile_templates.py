"""Templates that want a machine's time, memory or secrets; run as a program it measures them.

`python -m tests.domain.hostile_templates` prints by how many megabytes the process grew.
"""

import resource
import sys
from typing import Any

from domain.content import Abort, BadTemplate, Rendered, RenderFailed, compile_template, render
from domain.liquid_filters import FILTER_CHARS_MAX

PROFILE: dict[str, Any] = {
    "x": "x" * 200,
    "mid": "x" * 5_000,
    "long": "x" * FILTER_CHARS_MAX,
    "many": list(range(1_000)),
    "texts": ["y" * 500] * 500,
    "deep": None,
    "big": 2**62,
    "tiny": 5e-324,
    "lines": "a b " * 8_000,
    "pairs": {f"k{n}": "v" * 100 for n in range(1_000)},
    "markup": "<&'\">" * 6_000,
    "{{ Profile.x }}": "{% for i in (1..9) %}{{ i }}{% endfor %}",
}
for _ in range(900):
    PROFILE["deep"] = [PROFILE["deep"]]

LOOP = "{% for i in Profile.many %}"
END = "{% endfor %}"
HOSTILE: dict[str, str] = {
    # Texts that grow.
    "doubling": "{% assign y = Profile.x %}" + "{% assign y = y | append: y %}" * 60 + "{{ y }}",
    "doubling in a loop": LOOP + "{% assign y = Profile.x | append: Profile.long %}" + END,
    "replace by itself": "{{ Profile.mid | replace: 'x', Profile.mid }}",
    "replace in a chain": "{{ Profile.x | replace: 'x', Profile.x | replace: 'x', Profile.x }}",
    "replace of nothing": "{{ Profile.mid | replace: '', Profile.mid }}",
    "join with a long text": "{{ Profile.many | join: Profile.long }}",
    "split and join": "{{ Profile.mid | split: '' | join: Profile.mid }}",
    "split of a long text": LOOP + "{% assign y = Profile.long | split: '' %}" + END,
    "every text at once": "{{ Profile.texts | join: Profile.mid }}",
    "escape in a chain": "{{ Profile.markup | escape | escape | escape | escape | escape }}",
    "url_encode in a chain": "{{ Profile.markup | url_encode | url_encode | url_encode }}",
    "prepend in a loop": "{% assign y = Profile.x %}"
    + LOOP
    + "{% assign y = y | prepend: Profile.mid %}"
    + END
    + "{{ y }}",
    "output without end": LOOP + "{{ Profile.x }}" + END,
    "the longest text": "{{ Profile.long }}",
    "a whole object": "{{ Profile.pairs }}!",
    "objects in a loop": LOOP + "{{ Profile.pairs }}" + END,
    "a whole object's text": "{{ Profile.pairs | upcase | downcase | escape }}",
    "many truncations": "{{ Profile.long | truncate: 32000, Profile.long }}",
    "a truncation to a huge length": "{{ Profile.x | truncate: 99999999999999999999 }}",
    "words of a long text": LOOP + "{{ Profile.lines | truncatewords: 9999 | size }}" + END,
    "squish in a loop": LOOP + "{{ Profile.lines | squish | size }}" + END,
    "sort in a loop": LOOP + "{% assign y = Profile.lines | split: ' ' | sort %}" + END,
    "reverse in a loop": LOOP + "{% assign y = Profile.texts | reverse | sort %}" + END,
    "names without end": "".join(
        f"{{% assign v{n} = Profile.long | append: '' %}}" for n in range(100)
    ),
    # Loops.
    "two loops": LOOP + "{% for j in Profile.many %}{{ j }}" + END * 2,
    "four loops": "{% for a in (1..999) %}" * 4 + "{{ a }}" + END * 4,
    "a range of a thousand million": "{% for i in (1..1000000000) %}{{ i }}" + END,
    "a range by a value": "{% for i in (1..Profile.big) %}{{ i }}" + END,
    "a range that is only shown": "{{ (1..999999999) | join: ',' }}",
    "a range that is assigned": "{% assign r = (1..999999999) %}{{ r | size }}",
    "a loop over letters": "{% assign y = Profile.long | split: '' %}{% for c in y %}{{ c }}" + END,
    "loops in a row": ("{% for i in (1..900) %}a" + END) * 50,
    "nothing written, over and over": LOOP + "{{ '' }}" * 120 + END,
    "conditions, over and over": LOOP + "{% if i %}{% endif %}" * 80 + END,
    "names, over and over": LOOP + "{% assign a = 1 %}" * 80 + END,
    "filters of nothing, over and over": LOOP + "{{ ''" + " | upcase" * 150 + " }}" + END,
    "cases, over and over": LOOP + "{% case i %}" + "{% when 'a' %}b" * 80 + "{% endcase %}" + END,
    "much in a loop in a loop": "{% for i in (1..30) %}" * 2
    + "{% if i %}{% endif %}" * 80
    + END * 2,
    # Numbers.
    "squaring": "{% assign n = 9 %}" + LOOP + "{% assign n = n | times: n %}" + END + "{{ n }}",
    "a huge number": "{{ " + "9" * 4_900 + " }}",
    "a huge number in arithmetic": "{{ " + "9" * 4_000 + " | times: " + "9" * 900 + " }}",
    "a power by text": "{{ '1e308' | times: '1e308' }}{{ '9e999' | plus: 1 }}",
    "no number": "{{ 'nan' | plus: 1 }}{{ 'inf' | round: 400 }}",
    "rounding to a million digits": "{{ 1.5 | round: 1000000 }}{{ Profile.big | round: -1000000 }}",
    "division by nothing": "{{ 1 | divided_by: 0 }}{{ 1 | modulo: 0 }}",
    "division by next to nothing": "{{ Profile.big | divided_by: Profile.tiny }}",
    # Texts that a parser chokes on.
    "deep blocks": "{% if true %}" * 200 + "{% endif %}" * 200,
    "deep blocks without end": "{% for a in (1..2) %}" * 200,
    "a long condition": "{% if " + "true and " * 500 + "true %}a{% endif %}",
    "a long path": "{{ Profile" + ".a" * 2_400 + " }}",
    "deep brackets": "{{ Profile" + "[Profile" * 500 + "]" * 500 + " }}",
    "a chain of filters": "{{ Profile.x" + " | upcase" * 550 + " }}",
    "many filters with many arguments": "{{ 1 | default: " + "1, " * 1_500 + "1 }}",
    "openings without closing": "{{ {% " * 800,
    "brackets without end": "{{ Profile" + "[Profile" * 19 + "[0" + " }}",
    "an opening and a sea of spaces": "{{" + " " * 4_990,
    "openings and blanks": ("{{" + " " * 99) * 20,
    "a tag and a sea of line ends": "{% if" + "\n" * 4_900 + "true %}{% endif %}",
    "raw without end": "{% raw %}" + "{{" * 2_400,
    "comments in comments": "{% comment %}" * 350,
    "a case of many": "{% case Profile.x %}" + "{% when 1 %}a" * 350 + "{% endcase %}",
    "quotes without end": "{{ '" + "a'b\"" * 1_200,
    # What a template shall not reach.
    "deep data": "{{ Profile.deep }}{{ Profile.deep | join: ',' }}",
    "attributes of the language": "{{ Profile.__class__.__mro__ }}{{ Profile.x.__init__ }}",
    "a template in a value": "{{ Profile['{{ Profile.x }}'] }}",
    "a file": "{% include '/etc/passwd' %}{% render '../config' %}",
    "the clock": "{{ 'now' | date: '%s' }}",
}


def outcome(text: str) -> BadTemplate | Rendered | Abort | RenderFailed:
    """Compile a template as if for the first time, and render it if that may be."""
    template = compile_template.__wrapped__(text)
    if isinstance(template, BadTemplate):
        return template
    return render(template, profile=PROFILE)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


if __name__ == "__main__":
    outcome("{{ Profile.name | default: 'you' | upcase }}{% if true %}a{% endif %}")
    before = _peak_mb()
    for each in HOSTILE.values():
        outcome(each)
    sys.stdout.write(f"{_peak_mb() - before:.1f}\n")
