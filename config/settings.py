"""Settings: read once at an entrance, frozen, passed down. Every field is an environment variable OCOP_<NAME>."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from connector.errors import Complaint


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="OCOP_", frozen=True, extra="ignore", populate_by_name=True)

    database_url: str = Field(default="", validation_alias=AliasChoices("DATABASE_URL", "OCOP_DATABASE_URL"))
    """PostgreSQL, e.g. postgresql+psycopg://user:password@host/ocop. Empty: an embedded server under `data`."""
    redis_url: str = Field(default="", validation_alias=AliasChoices("REDIS_URL", "OCOP_REDIS_URL"))
    """Redis or Valkey. Empty: an embedded server under `data`."""
    data: Path = Path("var")
    """Where embedded servers, pictures, packs and reports live."""
    language: str = Field(default="vi", pattern="^(vi|en)$")
    """What people read: vi or en."""
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Fernet keys, comma-separated: the first seals, all open (rotation). Empty: one is made under `data`."""
    public_url: str = "http://127.0.0.1:8080"
    """Where platforms that download pictures themselves reach our web entrance."""
    lease_seconds: float = Field(default=120, gt=0)
    """A worker that hangs longer loses its listings to another."""
    batch: int = Field(default=200, ge=1, le=1000)
    """Listings claimed at a time."""
    timeout_seconds: float = Field(default=20, gt=0, le=120)
    """For one call to a platform."""
    sweep_seconds: float = Field(default=30, gt=0)
    """How often lost hints are made good."""
    orders_seconds: float = Field(default=60, gt=0)
    """How often every shop's orders are polled."""
    scarce_below: int = Field(default=5, ge=0)
    """At or below so many free pieces a good is split among the shops (escrow). 0: only goods marked scarce."""
    quota_patience_seconds: float = Field(default=21600, ge=0)
    """How long a shop keeps its part of a scarce good unsold before another shop may get it."""
    night: str = Field(default="02:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """When reconciliation starts, Asia/Ho_Chi_Minh."""
    settle_seconds: float | None = Field(default=None, ge=0)
    """Overrides every channel's settle_seconds: how long an unanswered create may take to show up."""
    confirm_seconds: float | None = Field(default=None, ge=0)
    """Overrides every channel's confirm_seconds."""
    calls_per_second: float | None = Field(default=None, gt=0)
    """Overrides every channel's rates, for a sandbox that has no limits of its own."""
    import_limit_mb: int = Field(default=50, ge=1)
    """Larger files are refused before they are read."""
    api_per_minute: int = Field(default=600, ge=1)
    """Calls that a program may make over the API in a minute."""
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split(cls, raw: Any) -> Any:
        return tuple(part.strip() for part in raw.split(",") if part.strip()) if isinstance(raw, str) else raw


def read() -> Settings:
    """The settings, or a Complaint that names the variable and what it must be."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "OCOP_" + str(first["loc"][0]).upper().removeprefix("OCOP_")
        raise Complaint(
            f"Biến môi trường {name} không hợp lệ: {first['msg']} (đang là {first.get('input')!r}).",
            f"The environment variable {name} is not valid: {first['msg']} (it is {first.get('input')!r}).",
        ) from error
