"""The judge as a whole: it passes a good life, and is independent of what it judges."""

import ast
import sys
from pathlib import Path

from tests.simulation.made import GOOD
from tests.simulation.oracle import check
from tests.simulation.oracle_ledger import Rules


def test_a_good_life_has_no_violation() -> None:
    assert check(GOOD, Rules(rate=10)) == []


def test_the_judge_imports_nothing_of_the_product() -> None:
    for file in (*Path(__file__).parent.glob("oracle*.py"), Path(__file__).with_name("history.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                ours = name.startswith(("tests.simulation", "msgspec"))
                assert ours or name.split(".")[0] in sys.stdlib_module_names, (file.name, name)
