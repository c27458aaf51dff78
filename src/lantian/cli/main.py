"""The `lantian` command; its subcommands are imported only when called."""

from __future__ import annotations

import atexit
import importlib
import os
import sys
import traceback
from typing import Any

import click

from lantian import __version__
from lantian.cli.interrupted import deaf, told_interrupted

EXIT_BUG = 70

# command: module, one line in both languages (so that the list of commands imports nothing)
_COMMANDS = {
    "air": ("lantian.cli.air", "空气质量指数、统计与综合指数 · air: index, statistics, comparison"),
    "alert": ("lantian.cli.alert", "预报 → 应启动的预警 · the alert a forecast calls for, and why"),
    "bulletin": (
        "lantian.cli.bulletin",
        "公报、通报：PDF 与 Word · bulletins with their computation",
    ),
    "check": ("lantian.cli.check", "清单的每个问题，到单元格 · every problem of a list, by cell"),
    "demo-city": ("lantian.cli.demo_city", "生成虚构的示范城市 · write an invented city"),
    "doctor": ("lantian.cli.doctor", "部署体检 · each mistake of a deployment with its remedy"),
    "downgrade": (
        "lantian.cli.downgrade",
        "降级建议与清单更新 · a proposed downgrade, and the list of the same day",
    ),
    "export": ("lantian.cli.export", "清单换成另一种版式 · write a list back in either layout"),
    "gateway": (
        "lantian.cli.gateway",
        "数采仪网关：接收、入库、封存 · frames received, kept, sealed",
    ),
    "grade": (
        "lantian.cli.grade",
        "企业绩效分级，逐条说明 · the grade of a firm or a city, and why",
    ),
    "hj212": ("lantian.cli.hj212", "数采仪报文解码与编码 · frames of data loggers, both ways"),
    "ledger": ("lantian.cli.ledger", "台账独立核验 · the ledger, proved without the application"),
    "monitor": (
        "lantian.cli.monitor",
        "自动监控：逐级汇总、标记、超标 · monitoring: hours with reasons, marks, exceedances",
    ),
    "plan": ("lantian.cli.plan", "各级减排方案与管控令 · cuts for every line, and the orders"),
    "rules": (
        "lantian.cli.rules",
        "某日有效的规则与出处 · the rules in force on a day, with sources",
    ),
    "site": (
        "lantian.cli.site",
        "网站：建库、示范、运行 · the web site: set up, demonstrate, serve",
    ),
    "soil": (
        "lantian.cli.soil",
        "土壤检测评价、地块进度与抽查 · soil: results judged, parcels with clocks, draws",
    ),
    "water": ("lantian.cli.water", "水质类别、断面与河流汇总 · water: class, regions, targets"),
}


def _with_examples_kept(command: click.Command) -> click.Command:
    r"""Turn the ``\\b`` of raw docstrings into the mark by which click keeps lines as they are."""
    if command.help:
        command.help = command.help.replace("\\b\n", "\b\n")
    for inner in getattr(command, "commands", {}).values():
        _with_examples_kept(inner)
    return command


class _LazyGroup(click.Group):
    """A group that imports a command's module when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(_COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return _with_examples_kept(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令 · Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a fault of Lantian's own is told in one sentence, exit 70.

        ``LANTIAN_DEBUG=1`` shows where it happened.
        """
        atexit.register(deaf)
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, OSError):
            raise
        except KeyboardInterrupt:  # while a command is still being imported
            told_interrupted()
        except Exception as error:
            if os.environ.get("LANTIAN_DEBUG"):
                traceback.print_exc()
            last = traceback.extract_tb(error.__traceback__)[-1]
            click.echo(
                f"程序内部错误，不是您的数据的问题：{type(error).__name__}: {error}\n"
                f"  请附上此行与输入文件报告：{os.path.basename(last.filename)}:{last.lineno}\n"  # noqa: PTH119
                "A fault of the program, not of your data; please report this line with the file. "
                "LANTIAN_DEBUG=1 shows more.",
                err=True,
            )
            sys.exit(EXIT_BUG)


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="退出码 · Exit codes: 0 完成 done; 1 有错误级问题 problems of error level; "
    "2 无法读取或用法错误 unreadable input or wrong usage; 3 无法达到目标 no plan can reach the "
    "targets; 4 核验不通过 plan refused by the checker; 70 程序错误 a fault of the program; "
    "130 中断 interrupted.",
)
@click.version_option(__version__, prog_name="lantian")
def main() -> None:
    r"""Lantian 蓝天：从应急减排清单到差异化管控令 · from the city's list to differentiated orders.

    \b
    lantian demo-city city            虚构城市 · an invented city to try things on
    lantian check city/list.xlsx      检查清单 · every problem of the list, cell by cell
    lantian alert city/forecast.csv   研判预警 · which alert the forecast calls for, and why
    lantian plan city/list.xlsx --all-levels --out orders
    """


_with_examples_kept(main)
