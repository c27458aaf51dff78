"""Issue 6, simulator: loggers speak TLS to a real gateway that was started with its certificate."""

from __future__ import annotations

import contextlib
import datetime
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lantian.cli.main import main
from lantian.gateway.ingest import ingest
from lantian.jobs.gateway.spool import records

MAIN = "from lantian.cli import main; main()"


def certificate(folder: Path, name: str) -> Path:
    """Return a PEM with a certificate of its own signing and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = folder / f"{name}.pem"
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(pem) + secret)
    return path


def simulate(*args: object) -> tuple[int, dict]:
    found = CliRunner().invoke(
        main, ["simulate", "--loggers", "6", "--json", "--faults", "none", *map(str, args)]
    )
    assert "Traceback" not in found.output
    return found.exit_code, json.loads(found.output)


@contextlib.contextmanager
def gateway(folder: Path, *more: object) -> Iterator[dict]:
    """Run a gateway as an officer starts it, until the block ends."""
    registry = folder / "loggers.yaml"
    simulate("--write-registry", registry)
    args = ["gateway", "serve", "--home", folder / "home", "--registry", registry, "--port", 0,
            "--tls-port", 0, "--cert", folder / "localhost.pem", "--key", folder / "localhost.pem",
            "--json", *more]  # fmt: skip
    if (folder / "loggers.keys").exists():
        args += ["--keys", folder / "loggers.keys"]
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, *map(str, args)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=30)


RUN = ("--for", 1, "--speed", 120, "--over-time", 2)


def test_a_city_speaks_tls_and_everything_is_kept(tmp_path: Path) -> None:
    own = certificate(tmp_path, "localhost")
    with gateway(tmp_path) as at:
        there = ("--host", "localhost", "--port", at["tls_port"])
        code, told = simulate(*there, "--tls-ca", own, *RUN)
        assert (code, told["problems"]) == (0, [])
        assert told["asking"] == told["acknowledged"] > 20
        by_address = ("--host", "127.0.0.1", "--port", at["tls_port"], "--tls-ca", own)
        code, told = simulate(*by_address, *RUN)  # its certificate is for localhost
        assert (code, told["problems"][0]["code"]) == (2, "Q019")
        code, told = simulate(*by_address, "--tls-name", "localhost", "--seed", 2, *RUN)
        assert "Q019" not in {p["code"] for p in told["problems"]}
    kept = sum(1 for _ in records(tmp_path / "home"))
    assert kept > 20
    assert ingest(tmp_path / "home").rows > 20


def test_a_gateway_nobody_vouches_for_is_not_spoken_to(tmp_path: Path) -> None:
    certificate(tmp_path, "localhost")
    other = certificate(tmp_path, "other")
    with gateway(tmp_path) as at:
        there = ("--host", "localhost", "--port", at["tls_port"])
        code, told = simulate(*there, "--tls-ca", other, *RUN)
        assert (code, told["problems"][0]["code"]) == (2, "Q019")
        code, told = simulate("--host", "localhost", "--port", at["port"], "--tls-ca", other, *RUN)
        assert code == 2  # a port that speaks no TLS
        assert told["problems"][0]["code"] in {"Q019", "Q003"}
    assert list(records(tmp_path / "home")) == []


def test_loggers_show_their_own_certificate_where_it_is_asked_for(tmp_path: Path) -> None:
    own, logger = certificate(tmp_path, "localhost"), certificate(tmp_path, "logger")
    with gateway(tmp_path, "--client-ca", logger) as at:
        there = ("--host", "localhost", "--port", at["tls_port"], "--tls-ca", own)
        code, told = simulate(*there, "--tls-cert", logger, *RUN)
        assert (code, told["asking"]) == (0, told["acknowledged"])
        assert told["acknowledged"] > 20
        before = sum(1 for _ in records(tmp_path / "home"))
        code, told = simulate(*there, "--seed", 3, *RUN)
        assert code != 0
        assert sum(1 for _ in records(tmp_path / "home")) == before


@pytest.mark.parametrize(
    ("args", "code", "word"),
    [
        (("--tls-ca", "NONE"), 2, "Q020"),
        (("--tls-ca", "BAD"), 2, "Q020"),
        (("--tls-ca", "GOOD", "--tls-cert", "BAD"), 2, "Q020"),
        (("--tls-name", "x"), 2, "--tls-ca"),
    ],
)
def test_files_that_are_no_certificates_are_told(
    tmp_path: Path, args, code: int, word: str
) -> None:
    good = certificate(tmp_path, "localhost")
    bad = tmp_path / "bad.pem"
    bad.write_text("no certificate")
    paths = {"NONE": tmp_path / "none.pem", "BAD": bad, "GOOD": good}
    found = CliRunner().invoke(main, ["simulate", *(str(paths.get(a, a)) for a in args)])
    assert found.exit_code == code
    assert word in found.output
    assert "Traceback" not in found.output
