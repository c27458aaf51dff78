"""``lantian hj212``: frames decoded to JSON, JSON encoded to frames."""

from __future__ import annotations

import errno
import json
import sys
from contextlib import nullcontext
from pathlib import Path

import click

from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    guarded,
    print_json,
    print_problems,
    problems_as_json,
)
from lantian.kernel.problem import Problem

_source = click.argument(
    "source", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True)
)
_keys = click.option(
    "--keys",
    type=click.Path(path_type=Path),
    help="File with SM4 keys, a line “MN KEY” each; MN * for all others. 密钥文件",
)
_rulebook = click.option(
    "--rulebook",
    "rules",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder of further rule files; may be repeated. 地方规则目录",
)


@click.group(
    "hj212",
    epilog="Exit codes 退出码: 0 done 完成; 1 a frame refused or a line not written 有包未采用; "
    "2 unreadable, or wrong usage 读不了; 130 interrupted 已中断.",
)
def command() -> None:
    r"""Frames of HJ 212-2005, -2017 and -2025, both ways 数据传输报文解码与编码.

    \b
    lantian hj212 decode frames.txt
    lantian hj212 decode frames.txt | lantian hj212 encode -
    """


@command.command("decode")
@_source
@click.option("--typed", is_flag=True,
              help="Add readings with units, facts of instruments, the command. 附因子、单位与含义")  # fmt: skip
@_keys
@click.option("--province", default="", help="Whose own information codes may be read, e.g. hebei. 省份")  # fmt: skip
@_rulebook
@click.option("--json", "as_json", is_flag=True,
              help="The counts at the end, on the error stream, as JSON too. 统计也用JSON")  # fmt: skip
@guarded
def decode(
    source: Path, typed: bool, keys: Path | None, province: str, rules: tuple[Path, ...],
    as_json: bool,
) -> None:  # fmt: skip
    r"""Print one JSON object for every frame of a byte stream 报文解码，每包一行JSON.

    Strict reading gives the class (strict, tolerant, refused), tolerant reading the content;
    tolerances says what was unusual. A refused frame is printed too, as far as it can be read.

    \b
    lantian hj212 decode frames.txt
    lantian hj212 decode --typed --keys keys.txt - < capture.bin
    """
    from lantian.jobs.hj212.decode import DecodeRun, open_source, pieces_of

    live = str(source) == "-"
    run = DecodeRun(
        "-" if live else source.name, keys=keys, typed=typed, province=province, rules=rules
    )
    stream = sys.stdin.buffer if live else open_source(source)
    out = sys.stdout
    with stream:
        for record in run.records(pieces_of(stream)):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
            if live:
                out.flush()
    counts = run.tally.as_dict()
    if as_json:
        click.echo(json.dumps(counts, ensure_ascii=False), err=True)
    else:
        classes = counts["by_class"]
        told = "，".join(f"{name} {n:,}" for name, n in sorted(classes.items())) or "无 none"
        click.echo(
            f"{counts['frames']:,} 包 frames：{told}；"
            f"{counts['bytes_unused']:,} 字节不属于任何包 bytes in no frame",
            err=True,
        )
    sys.exit(EXIT_PROBLEMS if counts["by_class"].get("refused") else EXIT_OK)


@command.command("encode")
@_source
@click.option("--out", type=click.Path(path_type=Path), help="Write the frames here. 输出文件")
@click.option("--split", "splits", is_flag=True,
              help="Make several packets of a CP that is too long. 超长时分包")  # fmt: skip
@_keys
@_rulebook
@click.option("--json", "as_json", is_flag=True, help="Print frames and problems as JSON.")
@guarded
def encode(
    source: Path, out: Path | None, splits: bool, keys: Path | None, rules: tuple[Path, ...],
    as_json: bool,
) -> None:  # fmt: skip
    r"""Write the frames of JSON objects, one a line, as decode prints them JSON编码为报文.

    fields and groups are used, and encrypted where --keys has the device's key. What would not be
    read back the same is refused with its line; the other lines are written.

    \b
    lantian hj212 encode packets.jsonl --out frames.txt
    lantian hj212 decode frames.txt | lantian hj212 encode --json -
    """
    from lantian.jobs.hj212.decode import open_sink, open_source, unreadable
    from lantian.jobs.hj212.encode import EncodeRun

    live = str(source) == "-"
    run = EncodeRun("-" if live else source.name, splits=splits, keys=keys, rules=rules)
    stream = sys.stdin.buffer if live else open_source(source)
    frames: list[bytes] = []
    problems: list[Problem] = []
    with stream, open_sink(out) if out else nullcontext(sys.stdout.buffer) as sink:
        try:
            for one in run.encoded(stream):
                problems += one.problems
                if as_json:
                    frames += one.frames
                if out is not None or not as_json:
                    sink.write(b"".join(one.frames))
                if live and out is None:
                    sink.flush()
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            raise unreadable(source.name, error) from error
    if as_json:
        print_json({"frames": [f.decode() for f in frames]} | problems_as_json(problems))
    elif problems:
        print_problems(problems, stderr=True)
    sys.exit(EXIT_PROBLEMS if problems else EXIT_OK)
