"""A small identity provider on this machine: discovery, keys, tokens; its tests say what its answers hold."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass
class Provider:
    """What the provider answers; `claims` and the other fields are set by a test."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""
    nonce: str = ""
    challenge: str = ""
    algorithm: str = "RS256"
    broken: bool = False
    without_token: bool = False
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    key: Any = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    signing_key: Any = None

    def token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer or self.address, "aud": "lantian", "sub": "s-1", "iat": now, "exp": now + 60,
                  "nonce": self.nonce} | self.claims  # fmt: skip
        claims = {k: v for k, v in claims.items() if v is not None}
        if self.algorithm in ("none", "HS256"):
            return jwt.encode(
                claims,
                "lantian" * 6 if self.algorithm == "HS256" else None,
                self.algorithm,
                headers={"kid": "k1"},
            )
        return jwt.encode(
            claims, self.signing_key or self.key, self.algorithm, headers={"kid": "k1"}
        )

    def keys(self) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()

        def text(number: int) -> str:
            content = number.to_bytes((number.bit_length() + 7) // 8, "big")
            return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

        return {"keys": [{"kty": "RSA", "kid": "k1", "use": "sig", "alg": "RS256", "n": text(numbers.n),
                          "e": text(numbers.e)}]}  # fmt: skip


def serve(provider: Provider) -> ThreadingHTTPServer:
    """Start it on a free port; the caller shuts it down."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def answer(self, value: Any, status: int = 200) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            if self.path == "/.well-known/openid-configuration":
                own = provider.address
                self.answer({
                    "issuer": own, "authorization_endpoint": f"{own}/authorize", "token_endpoint": f"{own}/token",
                    "jwks_uri": f"{own}/keys", "userinfo_endpoint": f"{own}/userinfo",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                })  # fmt: skip
            elif self.path == "/keys":
                self.answer(provider.keys())
            else:
                self.answer(
                    {"preferred_username": "demo-leader", "sub": "s-1"}
                )  # userinfo: must not be asked

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked = parse_qs(self.rfile.read(length).decode())
            provider.asked.append(asked)
            verifier = asked.get("code_verifier", [""])[0]
            made = (
                base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
                .rstrip(b"=")
                .decode()
            )
            if provider.broken or made != provider.challenge:
                self.answer({"error": "invalid_grant"}, 400)
            elif provider.without_token:
                self.answer({"access_token": "a", "token_type": "Bearer"})
            else:
                self.answer(
                    {"access_token": "a", "token_type": "Bearer", "id_token": provider.token()}
                )

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
