"""Who may have a file carried out, as far as that depends on how the catalog is reached."""

from __future__ import annotations

from course_discovery_bulk import conf
from course_discovery_bulk.access import User, sees_all
from course_discovery_bulk.choices import Transport
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.problems import FORBIDDEN, problem
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


def owner_of_retry(task: BulkOperationTask, asker: User) -> User:
    """With whose rights a retry runs: the uploader's, or those of the one who asks if that account is gone."""
    uploader = task.uploaded_by
    return uploader if uploader and uploader.is_active else asker


def refuse_transport(user: User) -> None:
    """Over http everything is done with the rights of the token, which is more than a member has."""
    if conf.read().transport == Transport.HTTP and not sees_all(user):
        raise UploadRefused([problem(FORBIDDEN, detail=Phrase(_("with the http transport only staff may upload")))])
