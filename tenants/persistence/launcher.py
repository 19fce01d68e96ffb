"""A PostgreSQL server of our own, for a newcomer, the tests and the demonstration.

A private data folder, a Unix socket, scram passwords, no network. PostgreSQL refuses to run as
root, so a launcher started as root runs the server under another account, in folders that this
account can reach. A stale pid file (the server was killed) does not keep the next start away.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from i18n.errors import Conflict
from i18n.locale import Words, _
from tenants.digest import sha256_hex
from tenants.persistence.programs import Programs

OWNER = "saldo_owner"
APPLICATION = "saldo_app"
_ROOTS_HOME = Path("/var/lib/saldo")
_START_SECONDS = 30


class ServerDidNotStart(Conflict):
    """The PostgreSQL server in {folder} did not start: {reason}. Read its server.log, or set
    SALDO_DATABASE_URL.
    """


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and how to reach it."""

    programs: Programs
    folder: Path
    socket_folder: Path
    password: str

    def url(self, database: str, role: str) -> str:
        """The SQLAlchemy URL of a database for a role."""
        host = quote(str(self.socket_folder), safe="")
        return f"postgresql+psycopg://{role}:{self.password}@/{database}?host={host}"


def start(programs: Programs, folder: Path, *, durable: bool = True) -> Server:
    """Start the server of `folder`, making it first if need be; running already is fine.

    `durable=False` gives up safety against a crash of the machine, never against one of the
    process; it is meant for tests.
    """
    account = _account()
    folder = _reachable_folder(folder, account)
    programs = _reachable_programs(programs, account)
    server = Server(programs, folder, _socket_folder(folder, account), _password(folder))
    if not (folder / "data" / "PG_VERSION").exists():
        _make(server, account)
    if not _is_running(folder / "data"):
        _run(server, account, durable=durable)
    return server


def stop(server: Server) -> None:
    """Stop the server, waiting for it to finish; not running is fine."""
    if _is_running(server.folder / "data"):
        _call(server, "pg_ctl", ["-D", str(server.folder / "data"), "-m", "fast", "-w", "stop"])


def _account() -> pwd.struct_passwd | None:
    """The account the server runs under when we are root; None means our own."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerDidNotStart(
        folder="", reason=Words(_("neither account postgres nor nobody exists"))
    )


def _reachable_folder(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """A folder the account can enter; root's own home cannot be entered by anybody else."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is None:
        folder.chmod(0o700)
        return folder
    if not _is_open_to_all(folder.parent):
        folder = _ROOTS_HOME / sha256_hex(str(folder).encode())[:12]
        folder.mkdir(parents=True, exist_ok=True)
    shutil.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)
    return folder


def _reachable_programs(programs: Programs, account: pwd.struct_passwd | None) -> Programs:
    """Programs the account can run: copied out of root's own home when they lie in there."""
    if account is None or _is_open_to_all(programs.bin_folder):
        return programs
    installation = programs.bin_folder.parent
    # The wheel keeps its libraries beside its package, and its programs look for them there.
    package = installation.parent
    beside = [package.with_name(f"{package.name}.libs")]
    copies = [installation, *(folder for folder in beside if folder.is_dir())]
    name = sha256_hex(str(installation).encode())[:12]
    copied = _ROOTS_HOME / f"postgresql-{programs.major}-{name}"
    if not copied.exists():
        unfinished = Path(tempfile.mkdtemp(dir=_made(_ROOTS_HOME)))
        for folder in copies:
            place = unfinished / folder.relative_to(package.parent)
            shutil.copytree(folder, place, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(copied)
    reached = copied / programs.bin_folder.relative_to(package.parent)
    return Programs(reached, programs.major)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _is_open_to_all(folder: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


def _socket_folder(folder: Path, account: pwd.struct_passwd | None) -> Path:
    # A socket's path may have 107 bytes, so it lives in a short folder named after the data.
    name = f"saldo-{sha256_hex(str(folder).encode())[:12]}"
    socket_folder = Path(tempfile.gettempdir()) / name
    socket_folder.mkdir(mode=0o700, exist_ok=True)
    owner = account.pw_uid if account else os.geteuid()
    if account is not None:
        shutil.chown(socket_folder, account.pw_uid, account.pw_gid)
    if socket_folder.stat().st_uid != owner:
        raise ServerDidNotStart(
            folder=folder,
            reason=Words(_("{folder} belongs to another user"), folder=socket_folder),
        )
    return socket_folder


def _password(folder: Path) -> str:
    file = folder / "password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24))
    return file.read_text().strip()


def _make(server: Server, account: pwd.struct_passwd | None) -> None:
    password_file = server.folder / "password"
    if account is not None:
        shutil.chown(password_file, account.pw_uid, account.pw_gid)
    shutil.rmtree(server.folder / "data", ignore_errors=True)
    _call(
        server,
        "initdb",
        ["-D", str(server.folder / "data"), "-U", OWNER, "--pwfile", str(password_file)]
        + ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
    )


def _run(server: Server, account: pwd.struct_passwd | None, *, durable: bool) -> None:
    options = f"-k {server.socket_folder} -c listen_addresses='' -c max_connections=100"
    # Statements are short, and row security makes them look dear: compiling them costs more.
    options += " -c jit=off"
    if not durable:
        options += " -c fsync=off -c full_page_writes=off"
    log = server.folder / "server.log"
    log.touch()
    if account is not None:
        shutil.chown(log, account.pw_uid, account.pw_gid)
    deadline = time.monotonic() + _START_SECONDS
    while True:
        _forget_stale_pid(server.folder / "data")
        try:
            _call(
                server,
                "pg_ctl",
                ["-D", str(server.folder / "data"), "-l", str(log), "-o", options, "-w", "start"],
            )
            return
        except ServerDidNotStart:
            # A killed server that nobody has reaped yet holds its lock for about a second.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _call(server: Server, program: str, arguments: list[str]) -> None:
    account = _account()
    identity: dict[str, object] = {}
    if account is not None:
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603 - our own programs.
        [server.programs.path(program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
        stderr=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
        cwd=server.folder,
        check=False,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        **identity,
    )
    if done.returncode != 0:
        said = (done.stderr or b"").decode(errors="replace").strip()
        raise ServerDidNotStart(
            folder=server.folder, reason=said or Words(_("{program} failed"), program=program)
        )


def _pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _is_running(data: Path) -> bool:
    pid = _pid(data)
    if pid is None:
        return False
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and "postgres" in process.name()
    except psutil.NoSuchProcess:
        return False


def _forget_stale_pid(data: Path) -> None:
    if _pid(data) is not None and not _is_running(data):
        (data / "postmaster.pid").unlink(missing_ok=True)
