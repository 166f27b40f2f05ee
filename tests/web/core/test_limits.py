"""Token buckets."""

from __future__ import annotations

import pytest

from web.core.limits import Buckets, Limits, Rate


def test_a_burst_is_allowed_and_then_one_at_a_time():
    buckets = Buckets(Rate(burst=3, refill_s=10.0))
    assert [buckets.take("a", now_s=0.0) for _ in range(3)] == [0.0] * 3
    assert buckets.take("a", now_s=0.0) == pytest.approx(10.0)
    assert buckets.take("a", now_s=4.0) == pytest.approx(6.0)
    assert buckets.take("a", now_s=10.0) == 0.0


def test_one_key_does_not_use_up_another():
    buckets = Buckets(Rate(burst=1, refill_s=10.0))
    buckets.take("a", now_s=0.0)
    assert buckets.take("b", now_s=0.0) == 0.0


def test_a_refused_try_costs_nothing():
    buckets = Buckets(Rate(burst=1, refill_s=10.0))
    buckets.take("a", now_s=0.0)
    for _ in range(100):
        buckets.take("a", now_s=9.0)
    assert buckets.take("a", now_s=10.0) == 0.0


def test_memory_stays_flat():
    buckets = Buckets(Rate(burst=1, refill_s=1.0), max_keys=100)
    for number in range(10_000):
        buckets.take(str(number), now_s=number * 0.1)
    assert len(buckets._filled) <= 100


def test_the_stated_defaults():
    limits = Limits()
    assert limits.max_body_bytes == 16 * 1024
    assert limits.chat_days == 30
    assert limits.lease_s > limits.bot_timeout_s + sum(limits.bot_retries_s)
