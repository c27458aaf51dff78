"""A login command 9021 before the first data: named in a log, no frame of it is at hand."""

from __future__ import annotations

from typing import Final

from lantian.gateway.vendors.habit import Example, Habit

HABIT: Final = Habit(
    name="login-9021",
    note_zh="连接后先发9021登录（见于一份日志，无原包）；标志要求应答时答9014，内容不解释",
    note_en="Sends 9021 after connecting (named in a log, no frame at hand); answered with 9014 if Flag asks.",
    examples=(
        Example(
            b"##0077QN=20260801101500123;ST=91;CN=9021;PW=123456;MN=LANTIANLOGIN01;Flag=5;CP=&&&&D"
            b"EC1\r\n",
            invented=True,
        ),
    ),
)
