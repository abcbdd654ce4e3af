"""Reads the token of a call, and makes or updates its account."""

from __future__ import annotations

from typing import Any

import jwt
from django.conf import settings
from django.db import DatabaseError
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from sandbox.discovery.models import User
from sandbox.discovery.tokens import ALGORITHM

SCHEME = "JWT"
# Claim -> column. A claim that is absent changes nothing.
OVERWRITTEN = {"administrator": "is_staff", "email": "email"}


class TokenAuthentication(BaseAuthentication):
    """`Authorization: JWT <token>`; any other scheme counts as no credentials at all."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """The account and its token."""
        parts = get_authorization_header(request).decode("latin-1").split()
        if len(parts) != 2 or parts[0].lower() != SCHEME.lower():
            return None
        claims = _read(parts[1])
        username = claims.get("preferred_username") or claims.get("username")
        if not username:
            raise AuthenticationFailed("JWT must include a preferred_username or username claim!")
        try:
            return _account(username, claims), parts[1]
        except DatabaseError as error:  # the service blames the caller for its own database
            raise AuthenticationFailed(f"User retrieval failed for username {username}.") from error

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return f'{SCHEME} realm="api"'


def _read(token: str) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            settings.SANDBOX_TOKEN_SECRET,
            algorithms=[ALGORITHM],
            audience=settings.SANDBOX_TOKEN_AUDIENCE,
            issuer=settings.SANDBOX_TOKEN_ISSUER,
            options={"require": ["exp", "iss", "aud"]},
        )
    except jwt.InvalidTokenError as error:
        raise AuthenticationFailed("Invalid token.") from error


def _account(username: str, claims: dict[str, Any]) -> User:
    user, _ = User.objects.get_or_create(username=username)
    stale = [column for claim, column in OVERWRITTEN.items() if claims.get(claim) not in (None, getattr(user, column))]
    for claim, column in OVERWRITTEN.items():
        if column in stale:
            setattr(user, column, claims[claim])
    if stale:
        user.save(update_fields=stale)
    return user
