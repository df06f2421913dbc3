"""Wait in a test for what another thread or process does."""

import time


def until(condition, timeout_s=30.0):
    """What the condition gives once it gives something."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise TimeoutError(f"not within {timeout_s} s")
