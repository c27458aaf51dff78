"""Factor codes with a digit too few or too many."""

from __future__ import annotations

from typing import Final

from lantian.gateway.vendors.habit import Example, Habit

HABIT: Final = Habit(
    name="short-codes",
    note_zh="因子编码少一位（a2106），原样入库，不猜测所指因子",
    note_en="Factor codes lack a digit (a2106); they are kept as written, never guessed.",
    examples=(
        Example(
            b"##0303QN=20191012133710130;ST=22;CN=2011;PW=123456;MN=Y80110010000010;Flag=4;CP=&&Da"
            b"taTime=20191012133710;a2106-Rtd=0.036,a2106-Flag=N;a2107-Rtd=0.033,a2107-Flag=N;a210"
            b"4-Rtd=0.00,a2104-Flag=N;a2105-Rtd=0.00,a2105-Flag=N;a2102-Rtd=49.20,a2102-Flag=N;a21"
            b"03-Rtd=101.94,a2103-Flag=N;a2101-Rtd=25.40,a2101-Flag=N&&71c0\r\n",
            invented=False,
            source=(
                "github:guocay/hj212-protocol 5a1ac2a779e87761dc1f762de95d9c4a231e1583 protocol/s"
                "rc/test/java/com/github/guocay/hj212/ApplicationTest.java"
            ),
        ),
        Example(
            b"##0289QN=20191012133710130;ST=22;CN=2011;PW=123456;MN=Y80110010000010;Flag=4;CP=&&Da"
            b"taTime=20191012133710;a214-Rtd=0.00,a214-Flag=N;a215-Rtd=0.00,a215-Flag=N;a216-Rtd=0"
            b".036,a216-Flag=N;a217-Rtd=0.033,a217-Flag=N;a211-Rtd=25.40,a211-Flag=N;a212-Rtd=49.2"
            b"0,a212-Flag=N;a213-Rtd=101.94,a213-Flag=N&&5780\r\n",
            invented=False,
            source=(
                "github:guocay/hj212-protocol 5a1ac2a779e87761dc1f762de95d9c4a231e1583 protocol/s"
                "rc/test/java/com/github/guocay/hj212/ApplicationTest.java"
            ),
        ),
    ),
)
