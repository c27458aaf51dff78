"""`lantian hj212`: JSON a frame, frames a JSON line, exit codes, keys, unreadable input."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lantian.cli.main import main
from lantian.kernel.problem import LantianError

DATA = Path(__file__).parents[2] / "data/hj212"
VECTORS = json.loads((DATA / "vectors.json").read_text("utf-8"))["vectors"]
GOOD = [v for v in VECTORS if v["crc_ok"]]
KEYS = {
    "ok", "version", "class", "tolerances", "crc_ok", "length_ok", "fields", "groups", "problems", "offset",
    "bytes", "version_by", "encrypted",
}  # fmt: skip


def run(*arguments: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["hj212", *map(str, arguments)], input=io.BytesIO(stdin))


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    path = tmp_path / "frames.txt"
    path.write_bytes(b"".join(v["frame"].encode() for v in VECTORS))
    return path


def test_one_object_a_frame(stream: Path) -> None:
    result = run("decode", stream)
    found = lines(result)
    assert len(found) == len(VECTORS)
    for record, vector in zip(found, VECTORS, strict=True):
        assert set(record) == KEYS
        assert record["fields"] == vector["fields"]
        assert record["groups"] == [dict(group) for group in vector["cp"]]
        assert (record["ok"], record["crc_ok"], record["length_ok"]) == (
            vector["crc_ok"], vector["crc_ok"], vector["length_ok"],
        )  # fmt: skip
    assert result.exit_code == 1
    assert "18 包" in result.stderr


def test_clean_input_ends_with_0(tmp_path: Path) -> None:
    stdin = GOOD[0]["frame"].encode()
    result = run("decode", "-", stdin=stdin)
    assert result.exit_code == 0
    (record,) = lines(result)
    assert (record["version"], record["class"], record["tolerances"]) == ("2017", "strict", [])
    assert run("decode", "-").exit_code == 0


def test_noise_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    frame = GOOD[0]["frame"].encode()
    first, second = lines(run("decode", "-", stdin=b"junk" + frame + b"\r\n\r\n" + frame))
    assert (first["problems"][0]["code"], first["problems"][0]["offset"]) == ("H001", 0)
    assert "H001" not in [p["code"] for p in second["problems"]]
    result = run("decode", "--json", "-", stdin=b"nothing at all\x00")
    (only,) = lines(result)
    assert (only["ok"], only["class"], only["version"]) == (False, "refused", None)
    assert only["problems"][0]["code"] == "H001"
    counts = json.loads(result.stderr)
    assert (counts["frames"], counts["bytes_read"], counts["bytes_unused"]) == (0, 15, 15)
    assert result.exit_code == 1


def test_offsets_of_problems(stream: Path) -> None:
    raw = stream.read_bytes()
    bad = lines(run("decode", stream))[16]
    (problem,) = [p for p in bad["problems"] if p["code"] == "H004"]
    assert raw[problem["offset"] :][:4] == b"1100"
    assert (problem["file"], problem["severity"]) == ("frames.txt", "error")


def test_typed(stream: Path) -> None:
    found = lines(run("decode", "--typed", stream))
    minute = found[2]
    assert minute["command"] == {
        "cn": "2051", "role": "upload", "side": "field", "name_zh": "上传污染物分钟数据", "name_en": "send minute data",
        "status": "unverified", "expects": ["9014"],
    }  # fmt: skip
    assert minute["readings"][0]["values"] == {"Min": "1.35", "Avg": "1.35", "Max": "1.35"}
    assert minute["readings"][0]["unit"] == "m/s"
    assert minute["readings"][0]["rules"][0]["clause"] == "表B.2 a01011"
    log = (
        "QN=20180801085857334;ST=32;CN=3020;PW=123456;MN=010000A8900016F000169DC0;Flag=4;"
        "CP=&&DataTime=20180801062035;PolId=w01018;i13004-Info=168.0&&"
    )
    written = run("encode", "-", stdin=json.dumps(_object(log)).encode())
    (record,) = lines(run("decode", "--typed", "-", stdin=written.stdout_bytes))
    (fact,) = record["facts"]
    assert (fact["code"], fact["number"], fact["unit"], fact["about"]) == (
        "i13004", "168.0", "degC", "w01018",
    )  # fmt: skip


def _object(segment: str) -> dict[str, Any]:
    head, _, cp = segment.removesuffix("&&").partition(";CP=&&")
    fields = dict(f.split("=") for f in head.split(";"))
    groups = [dict(i.split("=") for i in g.split(",")) for g in cp.split(";")]
    return {"fields": fields, "groups": groups}


def test_decode_and_encode_are_inverse(tmp_path: Path) -> None:
    frames = b"".join(v["frame"].encode() for v in GOOD)
    decoded = run("decode", "-", stdin=frames)
    again = run("encode", "-", stdin=decoded.stdout_bytes)
    assert again.exit_code == 0
    assert again.stdout_bytes.lower() == frames.lower()
    out = tmp_path / "out.txt"
    assert run("encode", "--out", out, "-", stdin=decoded.stdout_bytes).exit_code == 0
    assert out.read_bytes() == again.stdout_bytes
    as_json = json.loads(run("encode", "--json", "-", stdin=decoded.stdout_bytes).stdout)
    assert "".join(as_json["frames"]).encode() == again.stdout_bytes
    assert as_json["problems"] == []


LINES = {
    b"not json": "H301",
    b"[1]": "H301",
    b"{" * 3000: "H301",
    b"\xff": "H301",
    b"{}": "H304",
    b'{"fields": {"ST": 1}}': "H304",
    b'{"fields": {}, "groups": [{}]}': "H304",
    b'{"fields": {}, "groups": [{"a": []}]}': "H304",
    b'{"fields": {}, "groups": {"a": "b"}}': "H304",
    b'{"fields": {"ST": "3;2"}}': "H302",
    b'{"fields": {"A": "' + b"x" * 1100 + b'"}}': "H303",
    b'{"ok": false, "fields": {"ST": "32"}}': "H306",
    b'{"fields": {"ST": "32", "MN": "A1"}, "encrypted": true}': "H009",
}


@pytest.mark.parametrize("line", LINES, ids=[f"{c}-{i}" for i, c in enumerate(LINES.values())])
def test_a_bad_line_is_told_and_the_others_are_written(line: bytes) -> None:
    good = b'{"fields": {"ST": "32", "CN": "2011"}, "groups": []}'
    result = run("encode", "--json", "-", stdin=b"\n".join([good, b"", line, good]))
    found = json.loads(result.stdout)
    assert len(found["frames"]) == 2
    assert [(p["code"], p["line"]) for p in found["problems"]] == [(LINES[line], 3)]
    assert result.exit_code == 1
    plain = run("encode", "-", stdin=line)
    assert (plain.exit_code, plain.stdout_bytes) == (1, b"")
    assert LINES[line] in plain.stderr


def test_long_content_is_split_only_where_asked() -> None:
    value = _object(GOOD[0]["frame"][6:-6])
    value["groups"] = [{f"a2{i:04d}-Rtd": "1.5"} for i in range(150)]
    line = json.dumps(value).encode()
    assert run("encode", "-", stdin=line).exit_code == 1
    result = run("encode", "--split", "-", stdin=line)
    parts = lines(run("decode", "-", stdin=result.stdout_bytes))
    assert len(parts) == 3
    assert [p["fields"]["PNO"] for p in parts] == ["1", "2", "3"]
    assert len({p["fields"]["QN"] for p in parts}) == 3
    assert [g for p in parts for g in p["groups"]] == value["groups"]
    value["fields"]["QN"] = "today"
    found = json.loads(
        run("encode", "--split", "--json", "-", stdin=json.dumps(value).encode()).stdout
    )
    assert [p["code"] for p in found["problems"]] == ["H304"]


def test_keys(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    keys = tmp_path / "keys.txt"
    keys.write_text("# remark\n\n* 0000000000000000\n010000A8900016F000169DC1 " + "0" * 32 + "\n")
    line = json.dumps(_object(VECTORS[2]["frame"][6:-6]) | {"encrypted": True}).encode()
    frame = run("encode", "--keys", keys, "-", stdin=line).stdout_bytes
    assert b"E43E159ACFAB242C" in frame
    (record,) = lines(run("decode", "--keys", keys, "-", stdin=frame))
    assert (record["class"], record["encrypted"]) == ("strict", True)
    (closed,) = lines(run("decode", "-", stdin=frame))
    assert (closed["ok"], closed["crc_ok"], closed["problems"][0]["code"]) == (False, None, "H009")


@pytest.mark.parametrize(
    "line", ["MN", "MN short", "MN " + "g" * 32, "A 0000000000000000\nA 0000000000000000"]
)
def test_a_bad_key_file_is_told_without_showing_keys(tmp_path: Path, line: str) -> None:
    pytest.importorskip("cryptography")
    keys = tmp_path / "keys.txt"
    keys.write_text(line)
    result = run("decode", "--keys", keys, "-")
    assert result.exit_code == 2
    assert "H502" in result.stderr
    assert "gggg" not in result.stderr
    assert "00000000" not in result.stderr


def test_without_the_library_keys_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lantian.adapters.crypto.sm4", None)
    keys = tmp_path / "keys.txt"
    keys.write_text("* 0000000000000000\n")
    result = run("decode", "--keys", keys, "-")
    assert result.exit_code == 2
    assert "H503" in result.stderr


def test_unreadable_input(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    for arguments in (
        ("decode", missing), ("encode", missing), ("decode", tmp_path), ("encode", tmp_path),
        ("decode", "--keys", missing, "-"), ("encode", "--out", missing / "x", "-"),
    ):  # fmt: skip
        result = run(*arguments)
        assert result.exit_code == 2, arguments
        assert "H501" in result.stderr
    wrong = tmp_path / "keys"
    wrong.write_bytes(b"\xff\xfe")
    assert "H501" in run("decode", "--keys", wrong, "-").stderr


def test_help_has_examples_and_exit_codes() -> None:
    for name in ("decode", "encode"):
        assert f"lantian hj212 {name} " in run(name, "--help").stdout
    assert "Exit codes" in run("--help").stdout


def test_a_province_of_its_own(tmp_path: Path) -> None:
    segment = (
        "QN=20180801085857334;ST=32;CN=3020;PW=123456;MN=010000A8900016F000169DC0;Flag=4;"
        "CP=&&DataTime=20180801062035;PolId=w01018;i13119-Info=1.1&&"
    )
    frame = run("encode", "-", stdin=json.dumps(_object(segment)).encode()).stdout_bytes
    (plain,) = lines(run("decode", "-", stdin=frame))
    (own,) = lines(run("decode", "--province", "hebei", "-", stdin=frame))
    assert [p["code"] for p in plain["problems"]] == ["H206"]
    assert own["problems"] == []


def test_names_that_stand_twice_keep_both_values() -> None:
    value = _object(GOOD[4]["frame"][6:-6])
    value["groups"] = [{"a34006-Avg": ["1", "2", None], "a34006-Flag": "N"}]
    frame = run("encode", "-", stdin=json.dumps(value).encode()).stdout_bytes
    assert b"a34006-Avg=1,a34006-Avg=2,a34006-Avg,a34006-Flag=N" in frame
    (record,) = lines(run("decode", "--typed", "-", stdin=frame))
    assert record["groups"] == value["groups"]
    assert "item-repeated" in record["tolerances"]
    value["fields"]["CN"] = "9021"
    frame = run("encode", "-", stdin=json.dumps(value).encode()).stdout_bytes
    (unknown,) = lines(run("decode", "--typed", "-", stdin=frame))
    assert unknown["command"] is None


def test_a_stream_that_fails_midway(monkeypatch: pytest.MonkeyPatch) -> None:
    from lantian.jobs.hj212.decode import pieces_of

    class Failing(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(LantianError) as caught:
        list(pieces_of(Failing()))  # type: ignore[arg-type]
    assert [p.code for p in caught.value.problems] == ["H501"]


def test_the_output_may_be_the_input(tmp_path: Path) -> None:
    path = tmp_path / "both"
    decoded = run("decode", "-", stdin=GOOD[0]["frame"].encode()).stdout_bytes
    path.write_bytes(decoded)
    assert run("encode", "--out", path, path).exit_code == 0
    assert path.read_bytes() == GOOD[0]["frame"].encode()
    assert [p.name for p in tmp_path.iterdir()] == ["both"]
    assert run("encode", "--out", tmp_path, "-", stdin=decoded).exit_code == 2
    assert [p.name for p in tmp_path.iterdir()] == ["both"]
