"""Making an account, its one-time link, the second factor and a lost phone, in a real browser (issue 4, section 1)."""

from __future__ import annotations

import time

import pytest

pytestmark = pytest.mark.slow


def code(secret: str, at: int = 0) -> str:
    """Return a code, computed here from RFC 4226 and 6238 alone."""
    import base64
    import hashlib
    import hmac
    import struct

    counter = int(time.time()) // 30 + at
    made = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = made[-1] & 15
    number = struct.unpack(">I", made[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def test_from_the_one_time_link_to_the_second_factor(visit, running) -> None:  # type: ignore[no-untyped-def]
    operator = visit("operator")
    operator.click(".menu >> text=账号")
    operator.click("text=新建账号")
    operator.fill("input[name=username]", "wang")
    operator.fill("input[name=first_name]", "王工")
    operator.select_option("select[name=role]", "water")
    operator.click("text=建立并生成一次性链接")
    link = operator.locator("code.link").inner_text()
    assert link.startswith(running.address)

    page = visit(None, 390)
    page.goto(link)
    page.fill("input[name=new_password1]", "gut-genug-4711")
    page.fill("input[name=new_password2]", "gut-genug-4711")
    page.click("main button.main")
    page.wait_for_url("**/sign-in/")
    page.fill("input[name=username]", "wang")
    page.fill("input[name=password]", "gut-genug-4711")
    page.click("main button.main")
    page.wait_for_url("**/today/")
    page.click(".who")
    page.click("main >> text=启用 >> nth=-1")
    page.wait_for_url("**/account/again/**")
    page.fill("input[name=password]", "gut-genug-4711")
    page.click("main button.main")
    page.wait_for_url("**/account/factor/on/")
    assert (
        page.evaluate("document.querySelector('img.qr').naturalWidth") > 0
    )  # drawn: the policy lets it
    secret = page.locator("dd code").inner_text()
    page.fill("input[name=code]", code(secret))
    page.click("main button.main")
    page.wait_for_url("**/account/codes/")
    assert page.locator(".codes li").count() == 10
    page.click("text=退出")

    page.goto("/sign-in/")
    page.fill("input[name=username]", "wang")
    page.fill("input[name=password]", "gut-genug-4711")
    page.click("main button.main")
    page.wait_for_url("**/sign-in/code/**")
    page.fill("input[name=code]", "000000")
    page.click("main button.main")
    page.wait_for_selector("text=验证码不对")
    page.fill("input[name=code]", code(secret))
    page.click("main button.main")
    page.wait_for_url("**/today/")

    operator.goto("/people/?q=wang")
    operator.click("td >> text=wang")
    operator.click("text=清除第二因素")
    operator.wait_for_selector("text=系统运维清除第二因素")
    page.goto("/today/")
    page.wait_for_url("**/sign-in/**")  # its sessions ended
