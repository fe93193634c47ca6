"""Every setting, typed, from the environment: PLF_… and DATABASE_URL."""

import hashlib
import re
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ORIGIN = re.compile(r"https?://[a-z0-9.\[\]:-]+")
ADDRESS = re.compile(r"https?://[\w.\[\]:-]+/?", re.ASCII)
EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - recognised here, bound to only where the setting says so
CENTURY = 100 * 365.25 * 86400
"""Seconds; a demo's clock further away would leave the calendar."""


class Pooler(StrEnum):
    """What stands between us and PostgreSQL; a transaction pooler can't keep prepared statements."""

    NONE = "none"
    TRANSACTION = "transaction"


class Tenancy(StrEnum):
    """How the tenant is set: in the reading statement, or by SET LOCAL for servers that distribute tables."""

    PLAIN = "plain"
    DISTRIBUTED = "distributed"


class LogLevel(StrEnum):
    """From which weight on lines are written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


def origin(text: str) -> str:
    """The same text; raises ValueError for anything but a full origin like https://plan.fjordby.example."""
    if not ORIGIN.fullmatch(text):
        raise ValueError(
            f"not an origin: {text!r} (write scheme and host in lower case, like https://plan.fjordby.example)"
        )
    return text


class Settings(BaseSettings):
    """The whole configuration of one process."""

    model_config = SettingsConfigDict(env_prefix="PLF_", extra="ignore", frozen=True)

    database_url: str | None = Field(
        None,
        validation_alias=AliasChoices("DATABASE_URL", "PLF_DATABASE_URL"),
        description="Runtime role's DSN",
    )
    database_owner_url: str | None = Field(None, description="Migrating role's DSN (plf_owner)")
    database_admin_url: str | None = Field(None, description="Only for `plf migrate`: makes database and roles")
    data_dir: Path = Field(Path(".plf"), description="Where the embedded server and local secrets live")
    pg_bin: Path | None = Field(None, description="PostgreSQL programs for the embedded server, instead of the wheel's")
    pool_size: int = Field(10, ge=1, le=200, description="Connections per process")
    pooler: Pooler = Field(Pooler.NONE, validation_alias=AliasChoices("PLF_DB_POOLER"))
    tenancy: Tenancy = Field(Tenancy.PLAIN)

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    public_url: str | None = Field(None, description="Where clients reach us; default http://host:port")
    demo: bool = Field(False, description="Demo people, demo sign-in, a clock that can be moved")
    demo_clock_offset: float = Field(0.0, ge=-CENTURY, le=CENTURY, description="Demo only: seconds added to the clock")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    allow_loopback_issuers: bool = Field(False, description="Tests and demo: issuers on this machine, plain http")
    graphql_cost_limit: int = Field(20_000, ge=1, description="GraphQL: rows that one operation may give at most")
    graphql_client_limits: dict[str, int] = Field({}, description="GraphQL: the same for single clients, by client id")
    graphql_deadline: float = Field(4.0, gt=0, le=5, description="GraphQL: seconds that one operation may take")
    graphql_documents: Path | None = Field(None, description="GraphQL: JSON file of trusted documents by their id")
    graphql_trusted_only: bool = Field(False, description="GraphQL: run trusted documents only")
    secret_key: str | None = Field(None, description="Seals cursors; shared by all processes of one service")
    log_level: LogLevel = LogLevel.INFO
    rollup_staleness: float = Field(
        60.0, ge=0, le=86400, description="Seconds that sums kept ahead may lie behind; 0: figures are always live"
    )
    worker_in_serve: bool = Field(True, description="Run the worker inside `plf serve`")

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, (part.strip() for part in value.split(",")))) if isinstance(value, str) else value

    @field_validator("cors_origins")
    @classmethod
    def _exact(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(origin(each) for each in value)

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def _only_an_address(cls, value: str | None) -> str | None:
        """Nothing after the host: routes, the audience and the demo's issuer are all put directly behind it."""
        if value and not _is_address(value):
            raise ValueError("write only scheme and host, like https://plf.fjordby.example")
        return value or None

    def cursor_key(self) -> bytes:
        """The key that seals cursors: of all processes together when set, else of this one."""
        if self.secret_key is None:
            return secrets.token_bytes(32)
        return hashlib.blake2b(self.secret_key.encode(), digest_size=32, person=b"plf cursors").digest()

    @property
    def base_url(self) -> str:
        """The address that clients use, without a trailing slash: audience of tokens, issuer of the demo."""
        host = "127.0.0.1" if self.host in EVERYWHERE else f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(ADDRESS.fullmatch(url) and parts.hostname and parts.port != 0)
    except ValueError:
        return False
