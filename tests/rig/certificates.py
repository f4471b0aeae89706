"""A private certificate authority and server certificates, made with openssl for the tests alone."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True)
class Certificates:
    """Files in PEM: the authority, the server's certificate and its key."""

    ca: Path
    certificate: Path
    key: Path


def make_certificates(folder: Path, names: str = "DNS:localhost,IP:127.0.0.1") -> Certificates:
    """A fresh authority and a server certificate for these names (as in subjectAltName)."""
    folder.mkdir(parents=True, exist_ok=True)
    _authority(folder)
    _openssl(
        "req", *_KEY, "-subj", "/CN=test", "-keyout", folder / "server.key", "-out", folder / "server.csr"
    )
    (folder / "server.ext").write_text(
        f"subjectAltName={names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n"
    )
    _openssl(
        *("x509", "-req", "-days", "30", "-in", folder / "server.csr", "-CA", folder / "ca.pem"),
        *("-CAkey", folder / "ca.key", "-CAcreateserial", "-extfile", folder / "server.ext"),
        *("-out", folder / "server.pem"),
    )
    return Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")


def _authority(folder: Path) -> None:
    _openssl(
        *("req", "-x509", *_KEY, "-days", "30", "-subj", "/CN=Test authority"),
        *("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        *("-keyout", folder / "ca.key", "-out", folder / "ca.pem"),
    )


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
