"""Serves an AWS control plane on this machine for a rehearsal: `plane.py moto|ministack PORT FOLDER`.

moto keeps what Terraform makes and reads it back nearly as AWS does, and asks nobody who they are. MiniStack decides
each call by IAM's policies. Both are served over TLS, with a certificate made here (FOLDER/certificate.pem), as our
bucket policies deny everything else. Each ends when its standard input does, so it never outlives the rehearsal that
started it, however that ends.

What is not their own is mended here, and is all that a rehearsal imitates of AWS:

- moto takes the condition of a bucket policy for a refusal, so its buckets heed no policy; MiniStack's do.
- MiniStack gives a trust policy `aud`, `sub` and `amr` of a web identity token. AWS also gives it GitHub's own claims,
  and our roles ask for them. Who signed the token is checked neither by MiniStack nor here.
- MiniStack does not know iam:PermissionsBoundary and kms:EncryptionContext, by which our policies tell what may be done.
"""

import asyncio
import datetime
import ipaddress
import json
import os
import pathlib
import sys
import threading

HOST = "127.0.0.1"
TRUSTED_FOR = datetime.timedelta(days=1)


def end_with_whoever_started_it():
    def wait():
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def serve_moto(port, certificate_file, key_file):
    from moto.iam.access_control import PermissionResult
    from moto.s3.models import FakeBucket
    from moto.server import main

    FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL
    main(["-H", HOST, "-p", str(port), "-s", "-c", str(certificate_file), "-k", str(key_file)])


def serve_ministack(port, certificate_file, key_file):
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack import app

    config = Config()
    config.bind = [f"{HOST}:{port}"]
    config.keep_alive_timeout = 75
    config.certfile = str(certificate_file)
    config.keyfile = str(key_file)
    hand_over_every_claim()
    hand_over_conditions()
    asyncio.run(serve(app.app, config))


def make_certificate(certificate_file, key_file):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "rehearsal")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - TRUSTED_FOR)
        .not_valid_after(now + TRUSTED_FOR)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    certificate_file.write_bytes(certificate.public_bytes(encoding))


def hand_over_every_claim():
    from ministack.services import sts
    from ministack.services.cognito import _decode_id_token_unverified

    principal_of = sts._web_identity_principal

    def with_every_claim(token, provider_id, role_arn):
        principal, known = principal_of(token, provider_id, role_arn)
        issuer = principal.split("oidc-provider/", 1)[-1]
        claims = _decode_id_token_unverified(token) if known else {}
        return principal, {f"{issuer}:{claim}".lower(): value for claim, value in claims.items()}

    sts._web_identity_principal = with_every_claim


def hand_over_conditions():
    from ministack.core import iam_actions

    known_to_ministack = iam_actions.request_tag_context

    def with_ours(service, action, body, params):
        keys = known_to_ministack(service, action, body, params)
        if service == "kms" and body:
            context = json.loads(body).get("EncryptionContext") or {}
            keys.update({f"kms:encryptioncontext:{name}".lower(): value for name, value in context.items()})
        boundary = boundary_in(action, params) if service == "iam" else None
        if boundary:
            keys["iam:permissionsboundary"] = boundary
        return keys

    iam_actions.request_tag_context = with_ours


def boundary_in(action, params):
    """The boundary that a request gives a role, or that the role has which it changes."""
    from ministack.core.responses import get_account_id
    from ministack.services import iam

    def given(name):
        return (params.get(name) or [None])[0]

    if action in ("iam:CreateRole", "iam:PutRolePermissionsBoundary"):
        return given("PermissionsBoundary")
    role = iam._roles.get_scoped(get_account_id(), None, given("RoleName") or "") or {}
    boundary = role.get("PermissionsBoundary")
    return boundary.get("PermissionsBoundaryArn") if isinstance(boundary, dict) else boundary


SERVE = {"moto": serve_moto, "ministack": serve_ministack}


def main():
    name, port, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    end_with_whoever_started_it()
    make_certificate(certificate_file, key_file)
    SERVE[name](port, certificate_file, key_file)


main()
