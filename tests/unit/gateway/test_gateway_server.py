"""Issue 6, section 2: what is answered, what is not, and that nothing is answered before the disk has it."""

from __future__ import annotations

import asyncio
import ssl
import time
from pathlib import Path

import pytest

from lantian.domain.hj212.encode import write_frame
from lantian.jobs.gateway.registry import Logger
from lantian.jobs.gateway.spool import REFUSED, SENT, records


def answers(text: str, cn: str, qn: str) -> bool:
    return f"QN={qn};ST=91;CN={cn};" in text and text.startswith("##")


def test_an_upload_is_on_the_disk_when_it_is_answered(kit) -> None:
    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            frame = kit.upload(qn="20261130120100123")
            await client.send(frame)
            text = await client.line()
            kept = [r.frame for r in records(gateway.home)]
            assert kept == [frame]
            assert text == (
                write_frame(
                    f"QN=20261130120100123;ST=91;CN=9014;PW=123456;MN={kit.MN};Flag=4;CP=&&&&".encode()
                )
                .decode()
                .strip()
            )
            await client.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("flag", "answer"), [(4, ""), (5, "Flag=4;"), (8, ""), (9, "Flag=8;"), (0, ""), (1, "Flag=0;")]
)
def test_only_the_bit_a_of_flag_asks_for_an_answer(kit, flag: int, answer: str) -> None:
    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            await client.send(kit.upload(flag=flag))
            await gateway.until(lambda: gateway.desk.writer.next == 2)
            if answer:
                assert answer in await client.line()
            else:
                assert await client.nothing()

    asyncio.run(run())


def test_a_notice_gets_9013_and_an_answer_gets_nothing(kit) -> None:
    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            heart = kit.upload(cn="9015", flag=8, st="91", values="", data_time="")
            await client.send(heart)
            assert "CN=9013" in await client.line()
            await client.send(kit.upload(cn="9014", flag=5, st="91", values="", data_time=""))
            assert await client.nothing()

    asyncio.run(run())


BAD = {
    "password": lambda kit: kit.upload(pw="000000"),
    "unregistered": lambda kit: kit.upload(mn="NOBODY"),
    "system": lambda kit: kit.upload(st="22"),
    "checksum": lambda kit: kit.upload().replace(b"Avg=1.50", b"Avg=1.60"),
    "oversize": lambda kit: kit.upload(values="a21026-Info=//" + "x" * 8_600 + "//"),
    "unparsable": lambda kit: write_frame(b"QN=1;CP=&&&&"),
}


@pytest.mark.parametrize("reason", BAD)
def test_a_refused_frame_is_kept_with_its_reason_and_never_answered(kit, reason: str) -> None:
    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            await client.send(BAD[reason](kit))
            await gateway.until(lambda: gateway.desk.writer.next == 2)
            assert await client.nothing()
            (kept,) = records(gateway.home)
            assert kept.status >= REFUSED
            assert kept.reason == reason
            assert gateway.desk.state()["refused"] == {reason: 1}
            # The connection lives on: the next good frame is answered.
            await client.send(kit.upload())
            assert "CN=9014" in await client.line()

    asyncio.run(run())


def test_a_logger_may_come_only_from_its_addresses(kit) -> None:
    import ipaddress

    kit.register(
        Logger(kit.MN, "123456", "D", "F", addresses=(ipaddress.ip_network("10.9.0.0/16"),)),
        Logger(kit.OTHER, "654321", "D", "F", addresses=(ipaddress.ip_network("127.0.0.0/8"),)),
    )

    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            await client.send(kit.upload(), kit.upload(mn=kit.OTHER, pw="654321"))
            assert kit.OTHER in await client.line()
            assert gateway.desk.state()["refused"] == {"address": 1}

    asyncio.run(run())


def test_only_allowed_networks_may_connect(kit) -> None:
    import ipaddress

    async def run(allow: str) -> bool:
        async with kit.running(allow=(ipaddress.ip_network(allow),)) as gateway:
            client = await gateway.client()
            try:
                await client.send(kit.upload())
                return "CN=9014" in await client.line()
            except OSError:
                return False

    assert asyncio.run(run("127.0.0.0/8"))
    assert not asyncio.run(run("10.0.0.0/8"))


def test_ipv6(kit) -> None:
    async def run() -> None:
        async with kit.running(hosts=("::1",)) as gateway:
            client = await gateway.client("::1")
            await client.send(kit.upload())
            assert "CN=9014" in await client.line()
            (kept,) = records(gateway.home)
            assert kept.peer.startswith("[::1]:")

    try:
        asyncio.run(run())
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")


def test_tls(kit, tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)

    async def run() -> None:
        settings = {"tls_port": 0, "certificate": certificate, "private_key": key}
        async with kit.running(**settings) as gateway:
            tls_port = gateway.gateway._servers[1].sockets[0].getsockname()[1]
            context = ssl.create_default_context(cafile=str(certificate))
            client = await gateway.client("localhost", port=tls_port, ssl=context)
            await client.send(kit.upload())
            assert "CN=9014" in await client.line()
            await client.close()

    asyncio.run(run())


def _certificate(folder: Path) -> tuple[Path, Path]:
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "c.pem", folder / "k.pem"
    pem = serialization.Encoding.PEM
    certificate.write_bytes(made.public_bytes(pem))
    private.write_bytes(
        key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    return certificate, private


def test_a_client_without_a_certificate_of_the_bureau_does_not_get_in(kit, tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)

    async def run(own: bool) -> bool:
        settings = {"tls_port": 0, "certificate": certificate, "private_key": key}
        async with kit.running(client_ca=certificate, **settings) as gateway:
            tls_port = gateway.gateway._servers[1].sockets[0].getsockname()[1]
            context = ssl.create_default_context(cafile=str(certificate))
            if own:
                context.load_cert_chain(certificate, key)
            try:
                client = await gateway.client("localhost", port=tls_port, ssl=context)
                await client.send(kit.upload())
                return "CN=9014" in await client.line()
            except OSError:
                return False

    assert asyncio.run(run(True))
    assert not asyncio.run(run(False))


def test_an_encrypted_frame_is_answered_where_its_key_is_known(kit, tmp_path: Path) -> None:
    from lantian.adapters.crypto.sm4 import Sm4
    from lantian.domain.hj212.cipher import encrypt_cp

    keys = tmp_path / "keys.txt"
    keys.write_text(f"{kit.MN} 0123456789abcdef\n", "utf-8")
    whole = kit.upload(flag=9)
    wire = whole[:6] + encrypt_cp(whole[6:-6], Sm4(b"0123456789abcdef").encrypt) + whole[-6:]

    async def run(path: Path | None) -> bool:
        async with kit.running(keys=path) as gateway:
            client = await gateway.client()
            await client.send(wire)
            if path is None:
                await gateway.until(lambda: gateway.desk.counts["refused", "no-key"] == 1)
                return not await client.nothing()
            return "Flag=8" in await client.line()

    assert not asyncio.run(run(None))
    assert asyncio.run(run(keys))


def test_pieces_of_any_size_make_the_same_frames(kit) -> None:
    frames = [kit.upload(kit.NOON.replace(minute=m)) for m in range(5)]

    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            for byte in b"".join(frames):
                client.writer.write(bytes([byte]))
                await asyncio.sleep(0)
            for _ in frames:
                assert "CN=9014" in await client.line()
            assert [r.frame for r in records(gateway.home)] == frames

    asyncio.run(run())


def test_a_peer_that_ends_its_side_still_gets_its_answers(kit) -> None:
    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            await client.send(kit.upload())
            client.writer.write_eof()
            assert "CN=9014" in await client.line()
            assert await client.closed()

    asyncio.run(run())


def test_two_senders_of_one_mn_are_both_kept_and_told(kit) -> None:
    minutes = [kit.NOON.replace(minute=m) for m in range(4)]

    async def run() -> None:
        async with kit.running() as gateway:
            old, new = await gateway.client(), await gateway.client()
            for client, minute in zip((old, new, old, new), minutes, strict=True):
                await client.send(kit.upload(minute))
                assert "CN=9014" in await client.line()
            session = gateway.desk.sessions.of(kit.MN)
            assert session.two_senders == 1
            assert session.accepted == 4
            # Commands go to the newest; when it leaves, to the one that goes on sending.
            assert session.peer.endswith(str(new.writer.get_extra_info("sockname")[1]))
            await new.close()
            await gateway.until(lambda: session.line is None)
            await old.send(kit.upload(kit.NOON.replace(minute=30)))
            assert "CN=9014" in await old.line()
            assert session.line is not None

    asyncio.run(run())


def test_a_reconnect_is_no_second_sender(kit) -> None:
    async def run() -> None:
        async with kit.running() as gateway:
            for minute in range(3):  # the old connection stays half open, it sends nothing more
                client = await gateway.client()
                await client.send(kit.upload(kit.NOON.replace(minute=minute)))
                assert "CN=9014" in await client.line()
            assert gateway.desk.sessions.of(kit.MN).two_senders == 0

    asyncio.run(run())


def test_the_register_is_read_again_and_a_broken_one_is_not_taken(kit) -> None:
    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            kit.registry.write_text("loggers:\n  - {mn: X}\n", "utf-8")
            await gateway.until(lambda: bool(gateway.desk.registry_problems))
            assert {p.code for p in gateway.desk.registry_problems} == {"J102"}
            await client.send(kit.upload())
            assert "CN=9014" in await client.line()
            kit.register(Logger("NEWCOMER000001", "777777", "D", "F"))
            await gateway.until(lambda: gateway.desk.registry.of("NEWCOMER000001") is not None)
            await client.send(kit.upload(mn="NEWCOMER000001", pw="777777"))
            assert "NEWCOMER" in await client.line()
            await client.send(kit.upload(kit.NOON.replace(minute=9)))
            assert await client.nothing()

    asyncio.run(run())


def test_a_set_clock_is_counted_and_disturbs_nothing(kit, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time

    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            await client.send(kit.upload())
            assert "CN=9014" in await client.line()
            monkeypatch.setattr(time, "time", lambda: real() - 86_400)
            await gateway.until(lambda: gateway.desk.clock_steps >= 1)
            await client.send(kit.upload(kit.NOON.replace(minute=1)))
            assert "CN=9014" in await client.line()
            first, second = records(gateway.home)
            assert second.number == first.number + 1
            assert second.received_ms < first.received_ms

    asyncio.run(run())


def test_stopping_keeps_and_answers_what_was_taken(kit) -> None:
    frames = [kit.upload(kit.NOON.replace(minute=m)) for m in range(50)]

    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            await client.send(*frames)
            await gateway.until(lambda: gateway.desk.accepted == 50)
            done = await gateway.gateway.stop()
            assert (done.acknowledged, done.not_kept) == (50, 0)
            for _ in frames:
                assert "CN=9014" in await client.line()
            assert await client.closed()

    asyncio.run(run())


def test_frames_in_2005_form_are_kept_and_not_answered(kit) -> None:
    kit.register(Logger("88888880000001", "123456", "D", "F"))
    segment = (
        b"ST=32;CN=2011;PW=123456;MN=88888880000001;CP=&&DataTime=20261130120000;B01-Rtd=36.91&&"
    )

    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            await client.send(write_frame(segment))
            await gateway.until(lambda: gateway.desk.writer.next == 2)
            assert await client.nothing()
            assert [r.status for r in records(gateway.home)] == [0]

    asyncio.run(run())


def test_commands_of_the_gateway_are_kept_as_evidence(kit) -> None:
    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            await client.send(kit.upload(cn="1013", flag=5, values="", data_time="PolId=a21026"))
            assert "CN=9013" in await client.line()
            assert "CN=1012" in await client.line()
            await gateway.until(lambda: gateway.desk.writer.next >= 3)
            assert [r.status for r in records(gateway.home)][:2] == [0, SENT]

    asyncio.run(run())
