"""Reads the token of a call, from its header or from a browser's cookies, and makes or updates its account."""

from __future__ import annotations

from typing import Any

import jwt
from django.conf import settings
from django.db import DatabaseError
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from sandbox.discovery.models import User
from sandbox.discovery.tokens import ALGORITHM

SCHEME = "JWT"
# Claim -> column. A claim that is absent changes nothing.
OVERWRITTEN = {"administrator": "is_staff", "email": "email"}


class TokenAuthentication(BaseAuthentication):
    """`Authorization: JWT <token>`, any other scheme counts as no credentials at all; without a header, a cookie."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """The account and its token."""
        parts = get_authorization_header(request).decode("latin-1").split()
        if len(parts) == 2 and parts[0].lower() == SCHEME.lower():
            return _owner(parts[1]), parts[1]
        return None if parts else _by_cookie(request)

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return f'{SCHEME} realm="api"'


def _by_cookie(request: Request) -> tuple[User, str] | None:
    """The owner of a token that the middleware put together from two cookies; one that is no good is overlooked."""
    token = request.COOKIES.get(settings.JWT_AUTH["JWT_AUTH_COOKIE"])
    if not token:
        return None
    try:
        owner = _owner(token)
        SessionAuthentication().enforce_csrf(request)
    except (AuthenticationFailed, PermissionDenied):
        return None
    return owner, token


def _owner(token: str) -> User:
    claims = _read(token)
    username = claims.get("preferred_username") or claims.get("username")
    if not username:
        raise AuthenticationFailed("JWT must include a preferred_username or username claim!")
    try:
        return _account(username, claims)
    except DatabaseError as error:  # the service blames the caller for its own database
        raise AuthenticationFailed(f"User retrieval failed for username {username}.") from error


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
