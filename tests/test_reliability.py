"""The fault benchmarks in short: real servers killed with SIGKILL, and nothing lost or doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import intake, outbox


def test_no_request_is_lost_or_doubled_while_the_server_is_killed(sqlite_url: str) -> None:
    figures = intake.survive(sqlite_url, requests=200, kills=5)
    assert (figures["leads"], figures["outbox_email"], figures["outbox_webhook"]) == (200,) * 3
    assert (figures["lost"], figures["told_two_references"]) == (0, 0)


@pytest.mark.postgres
def test_nor_is_one_on_postgresql(postgres_url: str) -> None:
    figures = intake.survive(postgres_url, requests=60, kills=2)
    assert (figures["leads"], figures["outbox_email"], figures["outbox_webhook"]) == (60,) * 3
    assert (figures["lost"], figures["told_two_references"]) == (0, 0)


def test_no_notification_is_lost_while_receivers_fail_and_the_sender_is_killed(
    tmp_path: Path,
) -> None:
    figures = outbox.survive(tmp_path, events=60, kills=4, down=4)
    assert (figures["lost"], figures["unknown_ids"], figures["unsent_rows"]) == (0, 0, 0)
    assert figures["duplicates"] <= 4
