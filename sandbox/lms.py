"""The little of the LMS that stands beside the stand-in: tokens for programs, cookies for browsers.

A program trades its client id and secret for a token. A browser that is logged in gets the token in two cookies, of
which scripts can read only the one without the signature; Publisher asks for them anew when they have run out, and
sends people who are not logged in to the login.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sandbox.discovery.models import User
from sandbox.discovery.tokens import issue_token

SERVICE_USER: Final = "staff"
LIFE_SECONDS: Final = 3600


class Login(LoginView):
    """The login of all sites: it sends people back to the page that sent them here, on another origin too."""

    template_name = "admin/login.html"
    extra_context = {"title": "Log in", "site_header": "Course discovery (stand-in)"}

    @property
    def success_url_allowed_hosts(self) -> set[str]:  # type: ignore[override]  # settings are read late
        """The host names of the pages that may call this site."""
        return {urlsplit(origin).netloc for origin in settings.CORS_ALLOWED_ORIGINS}


def log_out(request: HttpRequest) -> HttpResponseRedirect:
    """The end of a login, by a plain link as in the real service."""
    logout(request)
    return HttpResponseRedirect(settings.LOGIN_URL)


@csrf_exempt
@require_POST
def access_token(request: HttpRequest) -> JsonResponse:
    """OAuth2 with client credentials: a token of the service user."""
    given = (request.POST.get("client_id", ""), request.POST.get("client_secret", ""))
    known = (settings.SANDBOX_CLIENT_ID, settings.SANDBOX_CLIENT_SECRET)
    if request.POST.get("grant_type") != "client_credentials":
        return JsonResponse({"error": "unsupported_grant_type"}, status=400)
    if not all(constant_time_compare(*pair) for pair in zip(given, known, strict=True)):
        return JsonResponse({"error": "invalid_client"}, status=401)
    token = issue_token(SERVICE_USER, administrator=True, life=LIFE_SECONDS)
    return JsonResponse({"access_token": token, "expires_in": LIFE_SECONDS, "token_type": "JWT", "scope": "read write"})


@csrf_exempt
@require_POST
def login_refresh(request: HttpRequest) -> JsonResponse:
    """The cookies with the token of whoever is logged in."""
    user = request.user
    if not isinstance(user, User):
        return JsonResponse({"success": False}, status=401)
    token = issue_token(user.username, email=user.email, administrator=user.is_staff, life=LIFE_SECONDS)
    head, _, signature = token.rpartition(".")
    answer = JsonResponse({"success": True, "user_id": user.pk})
    names = settings.JWT_AUTH
    answer.set_cookie(names["JWT_AUTH_COOKIE_HEADER_PAYLOAD"], head, max_age=LIFE_SECONDS, samesite="Lax")
    answer.set_cookie(
        names["JWT_AUTH_COOKIE_SIGNATURE"], signature, max_age=LIFE_SECONDS, samesite="Lax", httponly=True
    )
    return answer
