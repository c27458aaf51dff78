"""The whole site in one file, and back into an empty place: codes N013 to N018.

A backup is a tar of `manifest.json`, the database, the key and the vault. The database is copied
while the site runs, and before the vault: the vault only grows, so every file that the copied
record names is there.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from lantian import __version__
from lantian.domain.ledger.chain import digest
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import LantianError, Place, Problem, Severity, Words, worded

E = Severity.ERROR
FORMAT = "lantian-backup-1"
SQLITE, POSTGRES, KEY, VAULT, MANIFEST = (
    "lantian.sqlite3", "database.pgdump", "secret-key", "vault", "manifest.json",
)  # fmt: skip
STAGES = {"database": "数据库", "vault": "文件库", "verify": "核验"}
_PIECE = 1 << 20

COMPLAINTS: Mapping[str, Words] = {
    "N013": (E, "恢复的目录 {detail} 不是空的", "The folder {detail} is not empty.",
             "恢复到一个空目录；原目录先移走", "Restore into an empty folder; move the old one away first."),
    "N014": (E, "不是蓝天的备份，或文件不完整：{detail}", "No backup of Lantian, or cut short: {detail}.",
             "换一份备份", "Take another backup."),
    "N015": (E, "备份中的 {detail} 与清点不符", "{detail} of the backup is not what was counted when it was made.",
             "备份已损坏或被改动，换一份", "The backup is damaged or was altered; take another one."),
    "N016": (E, "备份是 {detail}，与 LANTIAN_DATABASE 不符",
             "The backup holds {detail}, LANTIAN_DATABASE names another.",
             "按备份的数据库设置 LANTIAN_DATABASE", "Set LANTIAN_DATABASE to the same kind."),
    "N017": (E, "{detail}", "{detail}",
             "安装 PostgreSQL 客户端，核对 LANTIAN_DATABASE，恢复时须为空库",
             "Install the client of PostgreSQL, check LANTIAN_DATABASE; restore into an empty database."),
    "N018": (E, "备份文件 {detail} 已存在", "The file {detail} is there already.",
             "换一个文件名；备份从不覆盖备份", "Choose another name: no backup overwrites another."),
}  # fmt: skip

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds.

    Attributes
    ----------
    path
        The file, or the folder it was restored into.
    database
        ``sqlite`` or ``postgresql``.
    files
        Files of the vault.
    size_bytes
        Bytes of database, key and vault.
    """

    path: Path
    database: str
    files: int
    size_bytes: int


def complaint(code: str, place: str, detail: str) -> Problem:
    """Return a problem of this room."""
    return worded(code, COMPLAINTS[code], Place(file=place), detail=detail)


# --- out -----------------------------------------------------------------------------------------


def make_backup(home: Path, to: Path, *, database: str = "", tell: Tell | None = None) -> Backup:
    """Write the whole site into one file; the site may run on.

    Parameters
    ----------
    home
        Folder of the site.
    to
        The file; a backup never overwrites another.
    database
        Address of PostgreSQL; "" for the site's own SQLite.
    tell
        Told stage, done and of.

    Raises
    ------
    LantianError
        N017 where PostgreSQL's tools fail; N018 where the file is there.
    """
    tell = tell or (lambda *_: None)
    if to.exists():
        raise LantianError(complaint("N018", str(to), to.name))
    part = to.with_name(f".{to.name}.{os.getpid()}")
    with tempfile.TemporaryDirectory(dir=to.absolute().parent) as folder:
        tell("database", 0, 1)
        copy = _dump(home, Path(folder), database)
        tell("database", 1, 1)
        held = sorted(
            p for p in (home / VAULT).rglob("*") if p.is_file() and not p.name.startswith(".")
        )
        single = [copy, *(p for p in [home / KEY] if p.exists())]
        manifest = {
            "format": FORMAT, "lantian": __version__, "made_at": datetime.now(BEIJING).isoformat(timespec="seconds"),
            "database": copy.name, "sha256": {p.name: _sha256(p) for p in single}, "vault": [p.name for p in held],
        }  # fmt: skip
        try:
            with part.open("xb") as out:
                part.chmod(0o600)
                _pack(out, manifest, single, held, tell)
                out.flush()
                os.fsync(out.fileno())
            part.rename(to)
        finally:
            part.unlink(missing_ok=True)
        size = sum(p.stat().st_size for p in (*single, *held))
        return Backup(to, _vendor(copy.name), len(held), size)


def _pack(
    out: BinaryIO, manifest: Mapping[str, Any], single: list[Path], held: list[Path], tell: Tell
) -> None:
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        text = json.dumps(manifest, ensure_ascii=False).encode()
        head = tarfile.TarInfo(MANIFEST)
        head.size, head.mode = len(text), 0o600
        tar.addfile(head, io.BytesIO(text))
        for path in single:
            tar.add(path, path.name, recursive=False)
        for i, path in enumerate(held, 1):
            tar.add(path, f"{VAULT}/{path.name[:2]}/{path.name}", recursive=False)
            tell("vault", i, len(held))


def _dump(home: Path, folder: Path, database: str) -> Path:
    if database:
        path = folder / POSTGRES
        _run_tool(["pg_dump", "--format=custom", "--no-owner", f"--file={path}"], database)
        return path
    path = folder / SQLITE
    source = sqlite3.connect(f"file:{home / SQLITE}?mode=ro", uri=True)
    target = sqlite3.connect(path)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
    return path


# --- back in -------------------------------------------------------------------------------------


def restore_backup(
    path: Path, home: Path, *, algorithm: str, database: str = "", tell: Tell | None = None
) -> Backup:
    """Bring a backup back into an empty folder; every byte is checked before the folder appears.

    Parameters
    ----------
    path
        The backup.
    home
        Folder of the site to come; absent or empty.
    algorithm
        Hash of the vault, ``sm3`` or ``sha256``.
    database
        Address of an empty PostgreSQL; "" for SQLite.
    tell
        Told stage, done and of.

    Raises
    ------
    LantianError
        N013 where the folder holds something, N014 where the file is no backup, N015 where
        something in it is not what was counted, N016 and N017 for the database.
    """
    tell = tell or (lambda *_: None)
    if home.exists() and any(home.iterdir()):
        raise LantianError(complaint("N013", str(home), home.name))
    home.absolute().parent.mkdir(parents=True, exist_ok=True)
    coming = Path(tempfile.mkdtemp(dir=home.absolute().parent, prefix=f".{home.name}-"))
    try:
        manifest = _unpack(path, coming, tell)
        if (manifest["database"] == POSTGRES) != bool(database):
            detail = _vendor(manifest["database"])
            raise LantianError(complaint("N016", str(path), detail))
        _compare(path, manifest, coming, algorithm, tell)
        size = sum(p.stat().st_size for p in coming.rglob("*") if p.is_file())
        if database:
            copy = coming / POSTGRES
            _run_tool(
                ["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(copy)],
                database,
            )
            copy.unlink()
        if home.exists():
            home.rmdir()
        coming.rename(home)
    finally:
        shutil.rmtree(coming, ignore_errors=True)
    return Backup(home, _vendor(manifest["database"]), len(manifest["vault"]), size)


def _unpack(path: Path, coming: Path, tell: Tell) -> dict[str, Any]:
    """Write out what the manifest names, and nothing else.

    Raises
    ------
    LantianError
        N014 where the file cannot be read; N015 for a member that the manifest does not name.
    """
    try:
        with tarfile.open(path, "r:") as tar:
            first = tar.next()
            source = tar.extractfile(first) if first and first.name == MANIFEST else None
            manifest: dict[str, Any] = json.load(source) if source else {}
            if not _sound(manifest):
                raise LantianError(complaint("N014", str(path), MANIFEST))
            vault = {f"{VAULT}/{name[:2]}/{name}" for name in manifest["vault"]}
            named = {*manifest["sha256"], *vault}
            for i, member in enumerate(tar):
                if member.name == MANIFEST and i == 0:
                    continue
                if member.name not in named or not member.isfile():
                    raise LantianError(complaint("N015", str(path), member.name))
                _write_out(tar, member, coming / member.name)
                tell("vault", i, len(named))
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise LantianError(complaint("N014", str(path), str(error) or path.name)) from error
    return manifest


def _sound(manifest: Any) -> bool:
    """Whether a manifest names a database, its hashes and files of the vault, and nothing else to write."""
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return False
    database, hashes, vault = (manifest.get(key) for key in ("database", "sha256", "vault"))
    return (
        database in (SQLITE, POSTGRES)
        and isinstance(hashes, dict)
        and database in hashes
        and hashes.keys() <= {database, KEY}
        and isinstance(vault, list)
        and all(isinstance(name, str) and re.fullmatch("[0-9a-f]{64}", name) for name in vault)
    )


def _write_out(tar: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    source = tar.extractfile(member)
    assert source is not None  # a plain file has content
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("wb") as out:
        shutil.copyfileobj(source, out, _PIECE)
    to.chmod(0o440 if to.parent.parent.name == VAULT else 0o600)


def _compare(
    path: Path, manifest: Mapping[str, Any], coming: Path, algorithm: str, tell: Tell
) -> None:
    wrong = [
        name
        for name, own in manifest["sha256"].items()
        if not (coming / name).is_file() or _sha256(coming / name) != own
    ]
    for i, name in enumerate(manifest["vault"], 1):
        file = coming / VAULT / name[:2] / name
        if not file.is_file() or digest(algorithm, file.read_bytes()) != name:
            wrong.append(name)
        tell("verify", i, len(manifest["vault"]))
    if wrong:
        raise LantianError(*(complaint("N015", str(path), name) for name in wrong[:20]))


# --- parts ---------------------------------------------------------------------------------------


def _vendor(name: str) -> str:
    return "postgresql" if name == POSTGRES else "sqlite"


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _run_tool(command: list[str], database: str) -> None:
    """Run a tool of PostgreSQL; the password never stands in its arguments.

    Raises
    ------
    LantianError
        N017 where it is not installed or fails.
    """
    parts = urlsplit(database)
    environment = os.environ | {
        "PGHOST": parts.hostname or "", "PGPORT": str(parts.port or ""), "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""), "PGDATABASE": parts.path.lstrip("/"),
    }  # fmt: skip
    environment = {k: v for k, v in environment.items() if v or not k.startswith("PG")}
    if command[0] == "pg_restore":
        command = [*command, f"--dbname={parts.path.lstrip('/')}"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    except FileNotFoundError as error:
        raise LantianError(
            complaint("N017", command[0], f"没有 {command[0]} not installed")
        ) from error
    except subprocess.CalledProcessError as error:
        raise LantianError(complaint("N017", command[0], error.stderr.strip()[:400])) from error
