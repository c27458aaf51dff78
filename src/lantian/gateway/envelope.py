"""The light check before an answer: frame, checksum, MN, password, address, system.

What it accepts, the full reading of ingest accepts too: the quick way takes only frames in their usual
form, everything else goes through the decoder itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from lantian.domain.hj212.cipher import encrypted_body
from lantian.domain.hj212.decode import Decoder, KeyOf
from lantian.domain.hj212.encode import write_frame
from lantian.domain.hj212.framing import Frame
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Decoded, FlagBits
from lantian.gateway.vendors import HABITS
from lantian.jobs.gateway import admission
from lantian.jobs.gateway.registry import Logger, Registry
from lantian.rulebook.hj212_tables.model import VERSIONS

_V: Final = r"([^;,=&\x00-\x20\x7f-\uffff]*)"
_USUAL: Final = re.compile(
    r"QN=" + _V + r";ST=([0-9A-Z]{2,3});CN=([0-9]{4});PW=" + _V
    + r";MN=([0-9A-Za-z_-]{1,40});Flag=([0-9]{1,2});"
    r"(?:PNUM=[0-9]{1,4};PNO=[0-9]{1,4};)?(?:RF=[01];)?CP=&&"
)  # fmt: skip
_HEADER_BYTES: Final = 240  # QN to CP in their usual widths
_USUAL_BYTES: Final = 1_024
_ANSWERS: Final = {"9011", "9012", "9013", "9014"}

KEEP_OUT: Final = frozenset({"unregistered", "password", "address"})
"""Reasons that count against the address they come from."""


class Envelope(NamedTuple):
    """What the light check read.

    Attributes
    ----------
    reason
        Why it is refused; empty where it is accepted.
    mn, qn, st, cn, pw
        Fields as written; empty where not read.
    version
        Edition.
    answer
        Command of the answer that is due: ``9014``, ``9013``, or empty.
    decoded
        The full reading, where it was needed.
    """

    reason: str
    mn: str = ""
    qn: str = ""
    st: str = ""
    cn: str = ""
    pw: str = ""
    version: str = "2017"
    answer: str = ""
    decoded: Decoded | None = None


class Checker:
    """Checks frames against the register.

    Parameters
    ----------
    lexicon, key_of
        As of the decoder.
    registry
        Gives the register that is in force now.
    frame_bytes
        Longest frame that is taken.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        key_of: KeyOf,
        registry: Callable[[], Registry],
        frame_bytes: int = 8_300,
    ) -> None:
        self._registry, self._most = registry, frame_bytes
        self._decoder = Decoder(lexicon, key_of)
        self._roles = {
            (version, cn): _role(rows)
            for version, protocol in lexicon.rules.protocols.items()
            for cn, rows in protocol.commands.items()
        }

    def check(self, frame: Frame, address: str) -> Envelope:
        """Return what a frame from an address comes to."""
        if len(frame.wire) > self._most:
            return Envelope("oversize")
        if (
            frame.ending == "length"
            and frame.crc_given == frame.crc_computed
            and frame.tail == "crlf"
            and len(frame.segment) <= _USUAL_BYTES
            and frame.segment.endswith(b"&&")
        ):
            head = frame.segment[:_HEADER_BYTES].decode("latin-1")
            found = _USUAL.match(head)
            if found is not None and not self._hidden(frame, head, found.end()):
                qn, st, cn, pw, mn, flag = found.groups()
                bits = int(flag)
                if bits < 12:
                    version = VERSIONS[bits >> 2]
                    answer = self._answer(version, cn, asked=bool(bits & 1))
                    return self._registered(
                        Envelope("", mn, qn, st, cn, pw, version, answer), address
                    )
        return self._patiently(frame, address)

    def _hidden(self, frame: Frame, head: str, cp_at: int) -> bool:
        """Whether CP may be encrypted: then only the decoder can tell."""
        if head.startswith("DataTime=", cp_at):
            return False
        return encrypted_body(frame.segment) is not None

    def _patiently(self, frame: Frame, address: str) -> Envelope:
        decoded = self._decoder.decode(frame)
        fields = decoded.packet.fields
        mn, cn = fields.get("MN", ""), fields.get("CN", "")
        version = decoded.version
        flag = decoded.packet.flag
        answer = self._answer(version, cn, asked=flag is not None and flag.answer)
        envelope = Envelope(
            "", mn, fields.get("QN", ""), fields.get("ST", ""), cn, fields.get("PW", ""),
            version, answer, decoded,
        )  # fmt: skip
        if not decoded.ok:
            return envelope._replace(reason=refusal(decoded), answer="")
        return self._registered(envelope, address)

    def _answer(self, version: str, cn: str, *, asked: bool) -> str:
        if cn in _ANSWERS:
            return ""
        role = self._roles.get((version, cn), "upload")
        if role == "notice":
            return "9013"
        return "9014" if asked and role == "upload" else ""

    def _registered(self, envelope: Envelope, address: str) -> Envelope:
        logger = self._registry().of(envelope.mn)
        reason = why_not(logger, envelope.pw, envelope.st, address)
        return envelope._replace(reason=reason, answer="") if reason else envelope


def _role(rows: object) -> str:
    """Return the role of a command that comes from the field."""
    roles = [row.role for row in rows if row.side in {"field", "both"}]  # type: ignore[attr-defined]
    return roles[0] if roles else "upload"


def why_not(logger: Logger | None, password: str, system: str, address: str) -> str:
    """Return why a whole frame is refused by the register, empty where it is not."""
    habits = HABITS.get(logger.vendor) if logger is not None else None
    further = habits.systems if habits is not None else ()
    return admission.why_not(logger, password, system, address, further)


def refusal(decoded: Decoded) -> str:
    """Return why the decoder refused a frame, as a reason of the quarantine."""
    codes = {p.code for p in decoded.problems}
    if "H009" in codes:
        return "no-key"
    if codes & {"H004", "H005", "H010"}:
        return "checksum"
    return "unparsable"


def answer_frame(cn: str, qn: str, pw: str, mn: str, version: str) -> bytes:
    """Return the frame of an answer 9013 or 9014: same QN, PW and MN, ST=91, no parameters."""
    head = f"QN={qn};" if qn else ""
    return write_frame(f"{head}{_after_qn(cn, pw, mn, version)}".encode())


@lru_cache(maxsize=8_192)
def _after_qn(cn: str, pw: str, mn: str, version: str) -> str:
    flag = FlagBits(VERSIONS.index(version), False, False).value
    return f"ST=91;CN={cn};PW={pw};MN={mn};Flag={flag};CP=&&&&"
