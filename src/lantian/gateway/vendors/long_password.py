"""Passwords longer than the six characters of the standard."""

from __future__ import annotations

from typing import Final

from lantian.gateway.vendors.habit import Example, Habit

HABIT: Final = Habit(
    name="long-password",
    note_zh="密码24位、MN 15位，长于或短于标准；登记表照实登记",
    note_en="Password of 24 characters and MN of 15; register them as they are.",
    examples=(
        Example(
            b"##0285QN=20190925181031464;ST=22;CN=2061;PW=BF470F88957588DE902D1A52;MN=Z13401000010"
            b"301;Flag=5;CP=&&DataTime=20190924220000;a34006-Avg=2.69700,a34006-Flag=N;a34007-Avg="
            b"7.96600,a34007-Flag=N;a34048-Avg=3.30600,a34048-Flag=N;a34047-Avg=7.35700,a34047-Fla"
            b"g=N;a34049-Avg=10.66300,a34049-Flag=N&&C181\r\n",
            invented=False,
            source=(
                "github:1249993110/IceCoffee.HJ212 510537c8a67e8fa2cbbab79ed31ba5015161ea01 Demo/"
                "Program.cs"
            ),
        ),
    ),
)
