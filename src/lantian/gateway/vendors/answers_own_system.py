"""Answers that carry the system code of the device instead of 91, QN of 13 digits."""

from __future__ import annotations

from typing import Final

from lantian.gateway.vendors.habit import Example, Habit

HABIT: Final = Habit(
    name="answers-own-system",
    note_zh="应答9011、9012不写ST=91而写设备自身的系统编码，QN为13位毫秒数；照样识别",
    note_en="Answers 9011 and 9012 carry the ST of the device, not 91, and a QN of 13 digits; taken all the same.",
    examples=(
        Example(
            b"##0080QN=1617936069734;ST=21;CN=9011;PW=123456;MN=DXCBZ000000005;Flag=5;CP=&&QnRtn=1"
            b"&&9841\r\n",
            invented=False,
            source=(
                "github:mutoushirana/HJ212Virtual e0788abf423ac3a2f1d9cca4bac53de13530db54 Redfla"
                "g.Slave.Virtual/Redflag.Slave.Virtual/bin/Debug/Logs/Log.txt.10"
            ),
        ),
        Example(
            b"##0081QN=1617936069734;ST=21;CN=9012;PW=123456;MN=DXCBZ000000005;Flag=5;CP=&&ExeRtn="
            b"1&&F3C1\r\n",
            invented=False,
            source=(
                "github:mutoushirana/HJ212Virtual e0788abf423ac3a2f1d9cca4bac53de13530db54 Redfla"
                "g.Slave.Virtual/Redflag.Slave.Virtual/bin/Debug/Logs/Log.txt.10"
            ),
        ),
        Example(
            b"##0085QN=1617936069734;ST=21;CN=1011;PW=123456;MN=DXCBZ000000005;Flag=5;CP=&&PolId=w"
            b"01018&&4100\r\n",
            invented=False,
            source=(
                "github:mutoushirana/HJ212Virtual e0788abf423ac3a2f1d9cca4bac53de13530db54 Redfla"
                "g.Slave.Virtual/Redflag.Slave.Virtual/bin/Debug/Logs/Log.txt.10"
            ),
        ),
        Example(
            b"##0094QN=20231008125115215;ST=22;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag="
            b"4;CP=&&QnRtn=1&&CC01\r\n",
            invented=False,
            source=(
                "github:liruoyu2008/HJ212Interpreter a3c2ec5c8e692e160d4a2bc56394f1bc861c2ca8 REA"
                "DME.md"
            ),
        ),
    ),
    systems=frozenset({"21", "22"}),
)
