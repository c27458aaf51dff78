"""``lantian ledger``: an exported ledger checked without the site."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from lantian.cli import options
from lantian.cli.deployment import start
from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    console,
    guarded,
    print_json,
    print_problems,
    problems_as_json,
)


@click.group(
    "ledger",
    epilog="Exit codes 退出码: 0 sound 无误; 1 something was altered 有改动; 2 unreadable 读不了.",
)
def command() -> None:
    r"""Prove the ledger without the application 台账独立核验.

    \b
    lantian ledger verify ledger.jsonl
    lantian ledger verify ledger.jsonl --files attachments --key bureau.json
    lantian ledger prove event-12.json --key bureau.json
    lantian ledger key new --home /srv/lantian
    lantian ledger seal --home /srv/lantian
    """


_home = click.option(
    "--home", type=click.Path(path_type=Path), default=Path("var/office"), show_default=True,
    envvar="LANTIAN_HOME", help="Folder of database, stored files and key. 数据目录",
)  # fmt: skip
_keys = click.option(
    "--key", "keys", multiple=True, type=click.Path(path_type=Path), metavar="PUBLIC.json",
    help="Public key (or a folder of them) that seals must be signed with; may be repeated. 公钥",
)  # fmt: skip


@command.command("verify")
@click.argument("source", metavar="LEDGER.jsonl", type=click.Path(path_type=Path))
@click.option("--files", type=click.Path(path_type=Path), metavar="DIR",
              help="Folder of the files that events name by their hash. 附件目录")  # fmt: skip
@_keys
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@guarded
def verify(source: Path, files: Path | None, keys: tuple[Path, ...], as_json: bool) -> None:
    r"""Find any altered, removed or moved entry or seal of an exported ledger 核验导出的台账.

    Needs neither the site nor its database. With --key every sealed day's signature is checked, and
    each finished day without a seal is named.

    \b
    lantian ledger verify ledger.jsonl --files attachments --key bureau.json
    """
    from lantian.jobs.ledger.keys import public_keys
    from lantian.jobs.ledger.verify import run_verify

    run = run_verify(source, files, public_keys(keys) if keys else None)
    found = {
        "source": run.source, "algorithm": run.algorithm, "entries": run.entries, "days": run.days,
        "files_checked": run.files_checked, "last_hash": run.last_hash, "seals": run.seals,
        "last_sealed": run.last_sealed, "signatures_checked": run.signatures_checked, "sound": not run.problems,
    }  # fmt: skip
    if as_json:
        print_json(found | problems_as_json(run.problems))
    else:
        word = "无误 sound" if not run.problems else f"{len(run.problems)} 处不符 breaks"
        out = console()
        out.print(f"{run.entries:,} 条，{run.days:,} 个日根，附件 {run.files_checked:,} 个：{word}")
        out.print(f"末条哈希 {run.algorithm} {run.last_hash}", style="dim")
        signed = "签名已核验" if run.signatures_checked else "签名未核验（用 --key 给出公钥）"
        if run.seals:
            out.print(f"封存 {run.seals:,} 天，至 {run.last_sealed}，{signed}", style="dim")
        if run.problems:
            print_problems(run.problems, stderr=True)
    sys.exit(EXIT_PROBLEMS if run.problems else EXIT_OK)


@command.command("prove")
@click.argument("source", metavar="EVENT.json", type=click.Path(path_type=Path))
@_keys
@options.as_json
@guarded
def prove(source: Path, keys: tuple[Path, ...], as_json: bool) -> None:
    r"""Check the proof of one event, up to the signed root of its day 核验单条事件的证明.

    The file is the one that the event's page gives. Needs neither the site nor other events.

    \b
    lantian ledger prove event-12.json --key bureau.json
    """
    from lantian.jobs.ledger.keys import public_keys
    from lantian.jobs.ledger.prove import run_prove

    run = run_prove(source, public_keys(keys))
    sound = not run.problems
    if as_json:
        print_json(
            {"source": run.source, "number": run.number, "sealed": run.sealed, "signature_checked": bool(keys),
             "sound": sound} | problems_as_json(run.problems)
        )  # fmt: skip
    elif sound:
        way = f"在 {run.sealed} 的封存根之下" if run.sealed else "在当日根之下，当日尚未封存"
        signed = "，签名无误" if keys else "；签名未核验（用 --key 给出公钥）"
        console().print(f"第 {run.number} 条：证明成立，{way}{signed}  sound")
    else:
        print_problems(run.problems, stderr=True)
    sys.exit(EXIT_OK if sound else EXIT_PROBLEMS)


@command.group("key")
def key() -> None:
    r"""Make and show the key that seals the record 台账签名密钥.

    \b
    lantian ledger key new --home /srv/lantian
    lantian ledger key show --home /srv/lantian --out bureau.json
    """


@key.command("new")
@_home
@click.option("--scheme", type=click.Choice(["sm2-sm3", "ed25519"]), default="sm2-sm3", show_default=True,
              help="SM2 with SM3 (national algorithms), or Ed25519. 签名算法")  # fmt: skip
@click.option("--passphrase-file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="Seal the key under the passphrase in this file. 口令文件")  # fmt: skip
@options.as_json
@guarded
def key_new(home: Path, scheme: str, passphrase_file: Path | None, as_json: bool) -> None:
    r"""Make the key of a site: private file 0600, outside the database, never overwritten 生成密钥.

    Under a passphrase the site needs LANTIAN_LEDGER_PASSPHRASE_FILE to seal. Keep a copy of the
    private key apart from backups, and give the public key to the auditor.

    \b
    lantian ledger key new --home /srv/lantian
    """
    start(home)
    from django.conf import settings

    from lantian.office.audit.seals import make_key

    phrase = passphrase_file.read_text("utf-8").rstrip("\r\n") if passphrase_file else ""
    public = make_key(scheme, phrase)
    found = {"private": str(settings.LEDGER_KEY), "scheme": public.scheme, "public": public.content.hex(),
             "fingerprint": public.fingerprint, "passphrase": bool(phrase)}  # fmt: skip
    if as_json:
        print_json(found)
        return
    console().print(f"私钥 {found['private']}（仅本用户可读；另存一份，不随备份）", markup=False)
    console().print(f"公钥 {public.scheme} 指纹 {public.fingerprint}")


@key.command("show")
@_home
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the public key as the file that verify takes. 公钥写入文件")  # fmt: skip
@options.as_json
@guarded
def key_show(home: Path, out: Path | None, as_json: bool) -> None:
    r"""Show the public key of a site, or write it for whoever verifies 显示或导出公钥.

    \b
    lantian ledger key show --home /srv/lantian --out bureau.json
    """
    from lantian.adapters.crypto.keyfile import KeyFileError, public_text, read_public
    from lantian.jobs.ledger.keys import as_problem

    path = Path(os.environ.get("LANTIAN_LEDGER_KEY") or home / "ledger-key.json")
    try:
        public = read_public(path)
    except KeyFileError as error:
        raise as_problem(error, path) from None
    if out is not None:
        out.write_text(public_text(public), "ascii")
    if as_json:
        print_json(
            {"scheme": public.scheme, "public": public.content.hex(), "fingerprint": public.fingerprint,
             "out": str(out) if out else None}
        )  # fmt: skip
    else:
        console().print(f"公钥 {public.scheme} 指纹 {public.fingerprint}")


@command.command("seal")
@_home
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
              help="Last day to seal, in Beijing; yesterday where left out. 封存至哪一日")  # fmt: skip
@options.as_json
@guarded
def seal(home: Path, day: datetime | None, as_json: bool) -> None:
    r"""Sign the roots of finished days that are not sealed yet 封存已结束的各日.

    The worker of the site does it by itself after midnight; a day that is not over is refused.

    \b
    lantian ledger seal --home /srv/lantian
    """
    start(home)
    from lantian.office.audit.seals import seal_days

    made = seal_days(day.date() if day else None)
    rows = [{"day": one.day.isoformat(), "first": one.first, "last": one.last, "root": one.root, "key": one.key}
            for one in made]  # fmt: skip
    if as_json:
        print_json({"sealed": rows})
        return
    for row in rows:
        console().print(f"{row['day']}  第 {row['first']}–{row['last']} 条  根 {row['root']}")
    if not rows:
        console().print("没有待封存的日子 nothing to seal")
