import subprocess
import sys


def test_whoever_only_shows_pictures_loads_nothing_that_draws_them() -> None:
    heavy = "[m for m in ('matplotlib', 'scipy', 'numpy') if m in sys.modules]"
    code = f"import sys, bot.app, clarion.cli; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
