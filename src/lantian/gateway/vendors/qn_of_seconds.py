"""QN counted in whole seconds: several packets of one second share it."""

from __future__ import annotations

from typing import Final

from lantian.gateway.vendors.habit import Example, Habit

HABIT: Final = Habit(
    name="qn-of-seconds",
    note_zh="QN只到秒，同一秒的几包相同；不按QN判重放，按数据时间与数值判重",
    note_en="QN of whole seconds, shared by packets of one second; replays are then found by time and values.",
    examples=(
        Example(
            b"##0130QN=20260801101500000;ST=31;CN=2011;PW=123456;MN=LANTIANQN00001;Flag=5;CP=&&Dat"
            b"aTime=20260801101430;a21026-Rtd=12.5,a21026-Flag=N&&D1C1\r\n",
            invented=True,
        ),
        Example(
            b"##0130QN=20260801101500000;ST=31;CN=2011;PW=123456;MN=LANTIANQN00001;Flag=5;CP=&&Dat"
            b"aTime=20260801101500;a21026-Rtd=12.6,a21026-Flag=N&&2C40\r\n",
            invented=True,
        ),
    ),
    qn_repeats=True,
)
