"""Hands out the tokens with which scripts call the API."""

from __future__ import annotations

import time
from collections.abc import Iterable

import jwt
from django.conf import settings

ALGORITHM = "HS256"


def issue_token(
    username: str,
    *,
    email: str | None = None,
    administrator: bool | None = None,
    life: int = 3600,
    age: int = 0,
    secret: str | None = None,
    drop: Iterable[str] = (),
) -> str:
    """A signed token for `Authorization: JWT <token>`.

    It was issued `age` seconds ago and lives `life` seconds. Claims that are None or named in `drop` are left out:
    a token without e-mail or administrator changes neither of the account.
    """
    issued = int(time.time()) - age
    claims = {
        "iss": settings.SANDBOX_TOKEN_ISSUER,
        "aud": settings.SANDBOX_TOKEN_AUDIENCE,
        "iat": issued,
        "exp": issued + life,
        "preferred_username": username,
        "email": email,
        "administrator": administrator,
    }
    left_out = set(drop)
    kept = {name: value for name, value in claims.items() if value is not None and name not in left_out}
    return jwt.encode(kept, secret or settings.SANDBOX_TOKEN_SECRET, algorithm=ALGORITHM)
