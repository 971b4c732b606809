"""The settings: the environment, read once and checked, with errors that name the remedy."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assistant.addresses import origin, origin_and_twin, with_scheme

ROOT = Path(__file__).resolve().parent.parent
_SCHEMES = {
    "redis_url": ("redis", "rediss", "unix"),
    "smtp_url": ("smtp", "smtps"),
    "webhook_url": ("https",),
}
_Kind = TypeVar("_Kind", bound="Storage")


class SettingsError(Exception):
    """Settings that cannot be used: each named with its remedy, none with its value."""


class Storage(BaseSettings):
    """Where the data is, and the keys to it: what commands need that look after the database."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_by_name=True,
        validate_default=False,
    )

    # Where made secrets and the default database live; for tests, not for the environment.
    instance: Path = Field(default=ROOT / "instance", validation_alias="_not_from_environment")
    database_url: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    data_key: SecretStr = SecretStr("")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        return SecretStr(normal_database_url(value.get_secret_value()))

    @field_validator("secret_key")
    @classmethod
    def _signing_key(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("use at least 32 random characters, or unset it to have one made")
        return value

    @field_validator("data_key")
    @classmethod
    def _encryption_key(cls, value: SecretStr) -> SecretStr:
        for part in value.get_secret_value().split(","):
            try:
                key = base64.urlsafe_b64decode(part.strip().encode("ascii"))
            except (ValueError, binascii.Error):
                key = b""
            if len(key) != 32:
                raise ValueError(
                    "use 32 random bytes in URL-safe base64, after a change of keys the new one, "
                    "a comma and the old one; or unset it to have one made"
                )
        return value


class Settings(Storage):
    """Every setting of the server; the field's name in capitals is the environment variable."""

    port: int | None = Field(default=None, ge=0, le=65535)
    web_concurrency: int = Field(default=1, ge=1, le=64)
    redis_url: SecretStr | None = None
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    knowledge_dir: Path = ROOT / "knowledge"
    rate_limits: Literal["on", "off"] = "on"
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    smtp_url: SecretStr | None = None
    notify_email: str | None = None
    mail_from: str | None = None
    webhook_url: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    confirm_by_mail: Literal["on", "off"] = "off"
    public_url: str | None = None

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _origins(cls, value: Any) -> tuple[str, ...]:
        sites = value.split(",") if isinstance(value, str) else value
        origins = [each for site in sites if site.strip() for each in origin_and_twin(site)]
        return tuple(dict.fromkeys(origins))

    @field_validator(*_SCHEMES)
    @classmethod
    def _addresses(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        return with_scheme(value, *_SCHEMES[info.field_name or ""])

    @field_validator("webhook_secret")
    @classmethod
    def _webhook_key(cls, value: SecretStr | None) -> SecretStr | None:
        prefix, _, key = value.get_secret_value().partition("_") if value else ("", "", "")
        try:
            base64.b64decode(key if prefix == "whsec" else "", validate=True)
        except binascii.Error:
            raise ValueError("after whsec_ goes base64; or use any other text") from None
        return value

    @field_validator("public_url")
    @classmethod
    def _public(cls, value: str | None) -> str | None:
        return value and origin(value)

    @model_validator(mode="after")
    def _notifications(self) -> Settings:
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("setting WEBHOOK_URL needs WEBHOOK_SECRET, any 32 random characters")
        if self.smtp_url and not (self.notify_email or self.mail_from):
            raise ValueError("setting SMTP_URL needs NOTIFY_EMAIL, the address that staff read")
        if self.confirm_by_mail == "on" and not self.smtp_url:
            raise ValueError("setting CONFIRM_BY_MAIL needs SMTP_URL")
        return self

    @property
    def bind(self) -> str:
        """The address to listen on: once PORT is set, all interfaces, as hosts expect."""
        return "127.0.0.1:8000" if self.port is None else f"0.0.0.0:{self.port}"

    @property
    def site(self) -> str | None:
        """The address for links in notifications; None behind proxies without PUBLIC_URL.

        Never one from a request: whoever sends it chooses its Host, and staff follow the link.
        """
        if self.public_url or self.trusted_proxies or self.port == 0:
            return self.public_url
        return f"http://localhost:{self.port or 8000}"

    @property
    def origins(self) -> tuple[str, ...]:
        """The sites that may call the API: the allowed ones, and this server's own loopback."""
        port = self.bind.rpartition(":")[2]
        own = (f"http://localhost:{port}", f"http://127.0.0.1:{port}")
        return tuple(dict.fromkeys((*self.allowed_origins, *own)))

    @property
    def uses_sqlite(self) -> bool:
        return self.database_url.get_secret_value().startswith("sqlite")


def load(**given: Any) -> Settings:
    """Return the settings of the environment, `given` ones before it, made secrets filled in.

    Raises SettingsError that names every wrong setting and what to do, never a value.
    """
    return _filled_in(_checked(Settings, given))


def load_storage() -> Settings:
    """Return where the data is and its keys, all else at its default, right or wrong.

    Raises SettingsError like `load`.
    """
    return _filled_in(Settings.model_construct(**dict(_checked(Storage, {}))))


def _checked(kind: type[_Kind], given: dict[str, Any]) -> _Kind:
    try:
        return kind(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_remedies(error))) from None


def _filled_in(settings: Settings) -> Settings:
    filled: dict[str, SecretStr] = {}
    if not settings.database_url.get_secret_value():
        _private_folder(settings.instance)
        filled["database_url"] = SecretStr(f"sqlite:///{settings.instance / 'front-desk.sqlite3'}")
    for name in ("secret_key", "data_key"):
        if not getattr(settings, name).get_secret_value():
            filled[name] = SecretStr(_made_once(settings.instance / name))
    return settings.model_copy(update=filled)


def _made_once(path: Path) -> str:
    """Return the secret in `path`; the first start makes it, and starts at once agree on one."""
    if not path.exists():
        _private_folder(path.parent)
        handle, draft = tempfile.mkstemp(dir=path.parent)  # mode 600
        with os.fdopen(handle, "w") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # atomic: it never replaces another start's secret
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_text()


def _private_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The folder {folder} cannot be made ({error.strerror}): "
            "make it writable, or set DATABASE_URL, SECRET_KEY and DATA_KEY."
        ) from None


def normal_database_url(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and separator:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1 and rest != "/:memory:":
        return url
    raise ValueError("use sqlite:///path/to/file or postgresql://user:password@host/name")


def _remedies(error: ValidationError) -> list[str]:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        what = problem["msg"].removeprefix("Value error, ")
        if not problem["loc"]:  # settings that do not go together; the message names them
            lines.append(f"{what[:1].upper()}{what[1:]}.")
            continue
        name = str(problem["loc"][0]).upper()
        lines.append(f"Setting {name} cannot be used: {what[:1].lower()}{what[1:]}.")
    return lines
