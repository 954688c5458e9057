"""Whose records these are: real ones, a partner's tests, or practice at the counter. Nothing crosses over."""

LIVE, TEST, TRAINING = "live", "test", "trng"
