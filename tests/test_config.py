"""The settings: what a server can be told, and what it says when it cannot use it."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import config
from assistant.config import SettingsError

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "seventy"),
        ("PORT", "70000"),
        ("WEB_CONCURRENCY", "0"),
        ("DATABASE_URL", "mysql://canary@host/db"),
        ("DATABASE_URL", "sqlite://"),
        ("REDIS_URL", "http://canary"),
        ("SECRET_KEY", "canary"),
        ("DATA_KEY", "canary"),
        ("ALLOWED_ORIGINS", "https://clinic.example/path-canary"),
        ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "https://[canary"),
        ("ALLOWED_ORIGINS", "http://[::canary]"),
        ("RATE_LIMITS", "canary"),
        ("TRUSTED_PROXIES", "-1"),
        ("SMTP_URL", "canary"),
        ("WEBHOOK_URL", "http://canary.example"),
        ("PUBLIC_URL", "canary"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        config.load(instance=tmp_path)
    assert f"Setting {name} cannot be used: " in str(refused.value)
    assert "canary" not in str(refused.value)


def test_all_wrong_settings_are_named_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("RATE_LIMITS", "x")
    with pytest.raises(SettingsError) as refused:
        config.load(instance=tmp_path)
    assert str(refused.value).count("Setting ") == 2


def test_an_empty_environment_makes_a_laptop_server(tmp_path: Path) -> None:
    settings = config.load(instance=tmp_path / "instance")
    assert settings.bind == "127.0.0.1:8000"
    assert settings.database_url.get_secret_value().startswith("sqlite:////")


def test_a_given_port_opens_all_interfaces(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert config.load(instance=tmp_path).bind == "0.0.0.0:8123"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgres_addresses_of_hosting_platforms_are_understood(
    scheme: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://user:word@host/name")
    url = config.load(instance=tmp_path).database_url.get_secret_value()
    assert url == "postgresql+psycopg://user:word@host/name"


def test_secrets_are_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    first = config.load(instance=tmp_path / "instance")
    second = config.load(instance=tmp_path / "instance")
    assert first.secret_key == second.secret_key
    assert first.data_key == second.data_key
    for name in ("secret_key", "data_key"):
        assert (tmp_path / "instance" / name).stat().st_mode & 0o777 == 0o600


def test_starts_at_the_same_moment_agree_on_the_secrets(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from assistant import config;"
        "print(config.load(instance=Path(sys.argv[1])).data_key.get_secret_value())"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "instance")],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    keys = {start.communicate()[0] for start in starts}
    assert len(keys) == 1
    assert len(keys.pop().strip()) == 44
    assert sorted(p.name for p in (tmp_path / "instance").iterdir()) == ["data_key", "secret_key"]


def test_the_environment_wins_over_made_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config.load(instance=tmp_path)
    monkeypatch.setenv("SECRET_KEY", "e" * 40)
    assert config.load(instance=tmp_path).secret_key.get_secret_value() == "e" * 40


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    settings = config.load(instance=tmp_path)
    assert settings.data_key.get_secret_value() not in repr(settings)


def test_a_loopback_site_brings_its_twin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://Clinic.example:443/, http://localhost:5500")
    assert config.load(instance=tmp_path).allowed_origins == (
        "https://clinic.example",
        "http://localhost:5500",
        "http://127.0.0.1:5500",
    )


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"webhook_url": "https://hooks.example/"}, "WEBHOOK_SECRET"),
        ({"webhook_url": "https://h.example/", "webhook_secret": "whsec_?"}, "WEBHOOK_SECRET"),
        ({"smtp_url": "smtp://mail.example"}, "NOTIFY_EMAIL"),
        ({"confirm_by_mail": "on"}, "SMTP_URL"),
    ],
)
def test_notifications_that_are_set_up_by_half_are_named(
    tmp_path: Path, given: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        config.load(instance=tmp_path, **given)


def test_several_data_keys_are_taken_and_a_wrong_one_among_them_is_not(tmp_path: Path) -> None:
    keys = [base64.urlsafe_b64encode(bytes([n]) * 32).decode() for n in range(2)]
    assert config.load(instance=tmp_path, data_key=",".join(keys))
    with pytest.raises(SettingsError, match="DATA_KEY"):
        config.load(instance=tmp_path, data_key=f"{keys[0]},short")


def test_a_wrong_setting_stops_the_server_but_not_the_upgrade(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'test.sqlite3'}")
    monkeypatch.setenv("SECRET_KEY", "s" * 40)
    monkeypatch.setenv("DATA_KEY", base64.urlsafe_b64encode(bytes(32)).decode())
    monkeypatch.setenv("RATE_LIMITS", "sometimes")
    programs = Path(sys.executable).parent
    upgrade = [str(programs / "flask"), "--app", "assistant.app", "db", "upgrade"]
    server = subprocess.run([programs / "gunicorn"], cwd=ROOT, capture_output=True, text=True)
    assert "Setting RATE_LIMITS cannot be used: " in server.stderr
    assert server.returncode != 0
    assert subprocess.run(upgrade, cwd=ROOT).returncode == 0
