"""What holds for every test: chance is seeded, and a slow machine is no failure."""

from hypothesis import settings

settings.register_profile("clarion", deadline=None, derandomize=True, database=None)
settings.load_profile("clarion")
