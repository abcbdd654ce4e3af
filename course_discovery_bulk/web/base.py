"""What all pages share: who may come in, the guards of a request, and the headers of every answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from course_discovery_bulk import conf, service
from course_discovery_bulk.exceptions import UnknownOperation
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.text.null_characters import names_with_null
from course_discovery_bulk.web.pasting import most_pasted_bytes

TEMPLATES: Final = "course_discovery_bulk"
FORM_BYTES: Final = 64 * 1024  # room for the other fields and the boundaries of a form
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class PageNotFound(Exception):
    """There is no such thing, or not in the user's sight."""


@method_decorator(csrf_exempt, name="dispatch")  # what it guards is guarded below, after a look at the size
class Page(View):
    """A page for those who may use bulk operations."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = self._answer(request, *args, **kwargs)
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _ask_to_log_in(request)
        if not service.may_use(request.user):
            return refuse(request, 403, _("Your account can't use bulk operations"), _no_rights())
        if _stated_size(request) > conf.read().max_file_bytes + FORM_BYTES:
            return refuse(request, 413, _("The file is too large"), too_large())
        guarded = csrf_protect(self._checked)
        try:
            return guarded(request, *args, **kwargs)
        except RequestDataTooBig:
            return refuse(request, 413, _("Too much was pasted"), pasted_too_much())
        except (PageNotFound, UnknownOperation):
            reason = _("It may have been deleted, or you don't have access to it.")
            return refuse(request, 404, _("Page not found"), reason)

    def _checked(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wrong = names_with_null([*request.GET.lists(), *request.POST.lists()])
        if wrong:
            text = _("Remove them and try again. Found in: %(names)s.") % {"names": ", ".join(wrong)}
            return refuse(request, 400, _("Null characters are not allowed"), text)
        return super().dispatch(request, *args, **kwargs)


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page or a part of one."""
    given = {
        "person": request.user,
        "notices": messages.get_messages(request),
        "login_url": f"{resolve_url(settings.LOGIN_URL)}?next={request.path}",
        "links": _links(),
    }
    return render(request, f"{TEMPLATES}/{template}", {**given, **(context or {})}, status=status)


def _links() -> dict[str, str]:
    """Where the links at the top of every page go; an empty address has none."""
    chosen = conf.read()
    return {
        "help": chosen.help_url,
        "docs": chosen.docs_url,
        "publisher": chosen.publisher_url,
        "logout": chosen.logout_url,
    }


def refuse(request: HttpRequest, status: int, heading: str, text: str) -> HttpResponse:
    """A page that says why there is nothing else to see."""
    return show(
        request, "refusal.html", {"heading": heading, "text": text, "is_outside": status in (401, 403)}, status=status
    )


def find_task(request: HttpRequest, pk: int) -> BulkOperationTask:
    """The task of that id in the user's sight; PageNotFound where there is none."""
    task = service.find_task(request.user, pk)
    if task is None:
        raise PageNotFound
    return task


def find_readable_task(request: HttpRequest, pk: int) -> BulkOperationTask:
    """The task of that id if the user may at least look at it; PageNotFound where there is none."""
    task = service.find_readable_task(request.user, pk)
    if task is None:
        raise PageNotFound
    return task


def is_by_htmx(request: HttpRequest) -> bool:
    """Whether a script of the page asks, for a part of it."""
    return request.headers.get("HX-Request") == "true"


def address(name: str, *args: object) -> str:
    """The path of one of our pages."""
    return reverse(f"bulk_operations:{name}", args=args)


def too_large() -> str:
    """The message about a file over the limit."""
    return _("A file may have up to %(limit)s. Split it and upload the parts.") % {"limit": largest_size()}


def storage_away() -> str:
    """What is said while files cannot be kept, or workbooks cannot be read."""
    return _("Files can't be stored or read right now. Try again in a few minutes.")


def too_many_tasks() -> str:
    """What is said to somebody whose uploads pile up."""
    return _("Many of your uploads are waiting already. Try again after some of them finish.")


def largest_size() -> str:
    """The limit of a file as people say it."""
    return _megabytes(conf.read().max_file_bytes)


def pasted_too_much() -> str:
    """What is said of pasted cells over the limit."""
    text = _("Pasted cells may have up to %(limit)s. Save them as a file, and pick that file instead.")
    return text % {"limit": _megabytes(most_pasted_bytes())}


def _megabytes(count: int) -> str:
    return _("%(number)g MB") % {"number": round(count / 1024**2, 1)}


def _ask_to_log_in(request: HttpRequest) -> HttpResponseBase:
    """A reader is sent to the login; a form or a script is told, for it cannot be sent on to another site."""
    if request.method in ("GET", "HEAD") and not is_by_htmx(request):
        return redirect_to_login(request.get_full_path())
    heading = _("You've been signed out")
    return refuse(request, 401, heading, _("Nothing was sent. Log in again and repeat the last step."))


def _stated_size(request: HttpRequest) -> int:
    stated = str(request.META.get("CONTENT_LENGTH", ""))
    return int(stated) if stated.isdecimal() else 0


def _no_rights() -> str:
    return _(
        "Bulk operations are for staff and for members of an organization. Ask your catalog administrators to add your "
        "account to your organization's group."
    )
