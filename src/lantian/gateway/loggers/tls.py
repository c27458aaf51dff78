"""How invented loggers trust a gateway that speaks TLS, and show who they are."""

from __future__ import annotations

import ssl
from pathlib import Path

from lantian.gateway.loggers.complaint import complain
from lantian.kernel.problem import LantianError, Place


def client_context(
    authority: Path, certificate: Path | None = None, private_key: Path | None = None
) -> ssl.SSLContext:
    """Return what a logger needs to speak TLS.

    Parameters
    ----------
    authority
        Certificates it trusts, PEM: the gateway's own, or that of who signed it.
    certificate, private_key
        Its own, PEM, for a gateway that asks for one; the key may stand with the certificate.

    Raises
    ------
    LantianError
        Q020 where a file holds no certificate or key that can be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    path = authority
    try:
        context.load_verify_locations(authority)
        if certificate is not None:
            path = certificate
            context.load_cert_chain(certificate, private_key)
    except (OSError, ssl.SSLError) as error:
        detail = getattr(error, "reason", None) or error.strerror or "?"
        raise LantianError(complain("Q020", Place(file=str(path)), detail=detail)) from error
    return context


def why_refused(error: OSError) -> str:
    """Return why a handshake failed, empty where it was something else."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return (error.reason or "TLS") if isinstance(error, ssl.SSLError) else ""
