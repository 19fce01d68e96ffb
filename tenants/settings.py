"""What an installation sets, read once from the environment.

Every setting has a default that works on one machine without any preparation.
"""

from dataclasses import dataclass
from pathlib import Path

from environs import Env

REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process."""

    database_url: str | None
    """`SALDO_DATABASE_URL`: the application's connection; None starts a server of our own."""
    owner_url: str | None
    """`SALDO_DATABASE_OWNER_URL`: the connection that owns the schema; needed to migrate."""
    data_folder: Path
    """`SALDO_HOME`: where files, and the server of our own, live; default `.saldo`."""
    postgres: str
    """`SALDO_POSTGRES`: `auto`, `system` or `embedded`: whose PostgreSQL programs are started."""
    fonts_folder: Path
    """`SALDO_FONTS_DIR`: the folder of TrueType fonts embedded in documents."""
    secret_key: str | None
    """`SALDO_SECRET_KEY`: signs form tokens; None makes a new one for each process."""

    vat_check_url: str | None = None
    """`SALDO_VAT_CHECK_URL`: the service that checks VAT numbers; None asks nobody."""
    smtp_url: str | None = None
    """`SALDO_SMTP_URL`: the mail server, `smtps://user@host:465`; None sends no e-mail."""
    peppol_url: str | None = None
    """`SALDO_PEPPOL_URL`: the access point to Peppol; None sends nothing there."""
    ksef_url: str | None = None
    """`SALDO_KSEF_URL`: the API of KSeF, such as `https://api.ksef.mf.gov.pl/v2`; None sends
    nothing there."""

    @property
    def files_folder(self) -> Path:
        """Where the files of all tenants live, each tenant in a folder of its own."""
        return self.data_folder / "files"

    @property
    def inbox_folder(self) -> Path:
        """Where other systems put files to be fetched, for each tenant in a folder by its code."""
        return self.data_folder / "inbox"

    @property
    def secrets_folder(self) -> Path:
        """Where files with secrets lie, those of each tenant in a folder by its code."""
        return self.data_folder / "secrets"


def settings_from_environment() -> Settings:
    """Read the environment; a wrong value is refused with its name."""
    env = Env()
    return Settings(
        database_url=env.str("SALDO_DATABASE_URL", None),
        owner_url=env.str("SALDO_DATABASE_OWNER_URL", None),
        data_folder=Path(env.str("SALDO_HOME", str(REPOSITORY / ".saldo"))).absolute(),
        postgres=env.str("SALDO_POSTGRES", "auto"),
        fonts_folder=Path(
            env.str("SALDO_FONTS_DIR", str(REPOSITORY / "node_modules/dejavu-fonts-ttf/ttf"))
        ),
        secret_key=env.str("SALDO_SECRET_KEY", None),
        vat_check_url=env.str("SALDO_VAT_CHECK_URL", None),
        smtp_url=env.str("SALDO_SMTP_URL", None),
        peppol_url=env.str("SALDO_PEPPOL_URL", None),
        ksef_url=env.str("SALDO_KSEF_URL", None),
    )
