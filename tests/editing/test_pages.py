"""What an address says about its page."""

import pytest

from alleged.editing.pages import day_in


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("2024/06/18/envoy", "2024-06-18"),
        ("envoy-20240618.html", "2024-06-18"),
        ("news/2024-6-8/envoy", "2024-06-08"),
        ("2024/06/18/envoy-2024-06-18", "2024-06-18"),
        ("2024/06/18/envoy-2024-06-17", ""),  # two days
        ("2024/06/41/envoy", ""),  # no such day
        ("2099/06/18/envoy", ""),  # yet to come
        ("2024/06/envoy", ""),
        ("news/120240618", ""),  # a longer number
        ("news/202461", ""),
        ("envoy?date=2024-06-18", ""),
    ],
)
def test_a_day_is_taken_only_from_a_path_that_has_one_day(path: str, day: str) -> None:
    assert day_in(f"https://example.com/{path}") == day
