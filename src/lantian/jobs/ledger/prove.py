"""``lantian ledger prove``: one event with its proof, up to the signed root, checked without the site."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lantian.adapters.crypto.signing import PublicKey
from lantian.domain.ledger.canonical import NotCanonicalError
from lantian.domain.ledger.chain import entry_hash
from lantian.domain.ledger.merkle import proves
from lantian.domain.ledger.seal import from_dict, statement
from lantian.jobs.ledger.seal_complaint import complain
from lantian.kernel.problem import LantianError, Place, Problem


@dataclass
class ProveRun:
    """What the proof of one event came to; `sealed` is the day whose signed root it leads to."""

    source: str
    number: int = 0
    sealed: str = ""
    problems: list[Problem] = field(default_factory=list)


def run_prove(path: Path, keys: Mapping[str, PublicKey]) -> ProveRun:
    """Check the file that the page of an event gives.

    Raises
    ------
    LantianError
        V017 where the file is no proof.
    """
    place = Place(file=path.name)
    try:
        value = json.loads(path.read_text("utf-8"))
        run = ProveRun(path.name, int(value["number"]))
        run.problems += [complain("V017", place, detail=why) for why in _wrong(value, keys)]
        seal = value.get("seal")
        run.sealed = seal["day"] if seal else ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError, NotCanonicalError) as error:
        raise LantianError(
            complain("V017", place, detail=f"{type(error).__name__} {error}")
        ) from None
    return run


def _wrong(value: Mapping[str, Any], keys: Mapping[str, PublicKey]) -> Sequence[str]:
    own = entry_hash(value["algorithm"], value["number"], value["before"], value["event"])
    if own != value["hash"]:
        return ["内容与哈希不符 content and hash differ"]
    leads = proves(
        value["algorithm"], own, value["place"], value["size"], value["path"], value["root"]
    )
    if not leads:
        return ["路径不到日根 the path does not lead to the root"]
    if not value.get("seal"):
        return ["当日尚未封存，没有签名 the day is not sealed"] if keys else []
    seal = from_dict(value["seal"])
    covered = (
        seal.first + value["place"] == value["number"]
        and seal.last - seal.first + 1 == value["size"]
    )
    if seal.root != value["root"] or seal.algorithm != value["algorithm"] or not covered:
        return ["封存的不是这个根 the seal is of another root"]
    if not keys:
        return []
    key = keys.get(seal.key)
    if key is None:
        return [f"由另一把密钥封存 sealed by another key {seal.key[:16]}"]
    if not key.verifies(statement(seal), bytes.fromhex(seal.signature)):
        return ["签名不符 the signature does not fit"]
    return []
