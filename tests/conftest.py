"""Fuzzed questions are the same in every run, so a red test means a change; `make fuzz` asks new ones."""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)
settings.register_profile("explore", derandomize=False, max_examples=2000, print_blob=True)
settings.load_profile("repeatable")
