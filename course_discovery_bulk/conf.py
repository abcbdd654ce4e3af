"""Settings: one dict `BULK_OPERATIONS` in the host's settings, typed here, read live, passed inward from the edge."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings

from course_discovery_bulk.choices import LastDayTime, Notify, Transport

SETTINGS_NAME = "BULK_OPERATIONS"


def _option(default: Any, help_text: str, *, can_be_zero: bool = False) -> Any:
    return field(default=default, metadata={"help": help_text, "can_be_zero": can_be_zero})


@dataclass(frozen=True, kw_only=True)
class BulkSettings:
    """Every setting with its default; the dict's keys are these names in capitals."""

    transport: str = _option(
        Transport.IN_PROCESS.value,
        "How calls reach discovery: in_process (through Django's own handler, as the uploader) or http "
        "(as the owner of the token or of the client credentials, for uploads by staff only).",
    )
    discovery_url: str = _option("", "Base address of discovery for the http transport, without a path.")
    discovery_token: str = _option(
        "", "Token for the http transport, instead of client credentials. Keep it out of version control."
    )
    discovery_token_scheme: str = _option("JWT", "Word before the token in the Authorization header.")
    oauth_url: str = _option(
        "", "Where the http transport gets its tokens: the address of the LMS, or of its /oauth2/access_token."
    )
    oauth_client_id: str = _option("", "Client id of the http transport.")
    oauth_client_secret: str = _option("", "Client secret of the http transport. Keep it out of version control.")
    oauth_connect_seconds: float = _option(3.05, "Longest wait for a connection to the token endpoint.")
    oauth_read_seconds: float = _option(5.0, "Longest wait for an answer of the token endpoint.")
    in_process_host: str = _option("", "Host name of in-process calls; empty: the host the file was uploaded to.")
    host_urlconf: str = _option(
        "course_discovery.urls",
        "The host's own URL configuration, where ROOT_URLCONF names course_discovery_bulk.root_urls.",
    )
    url_slug_model: str = _option(
        "course_metadata.CourseUrlSlug",
        "The host's table of course slugs, where slugs that are taken are found before anything is written "
        "(in_process transport); empty: they are found when the catalog refuses them.",
    )
    publisher_url: str = _option("", "Base address of Publisher, for links to courses; empty: no links.")
    help_url: str = _option("", "Address behind Help at the top of the page, such as a support desk; empty: no link.")
    docs_url: str = _option("", "Address behind Documentation at the top of the page; empty: no link.")
    logout_url: str = _option("", "Address behind Log out at the top of the page, such as /logout/; empty: no link.")
    default_product_source: str = _option("edx", "Slug of the product source of rows that name none.")
    date_order: str = _option(
        "",
        "How to read dates such as 03/04/2027 if neither the upload nor the other dates of the file say it: mdy (month "
        "first) or dmy (day first); empty: such a date is a problem of its row.",
    )
    last_day_time: str = _option(
        LastDayTime.START.value,
        "When a run, its enrollment or its upgrades end if the file gives the last day but no time: 00:00:00 (when the "
        "day begins, as the in-tree loaders do) or 23:59:59 (when the day ends). UTC.",
    )
    extra_operations: tuple[str, ...] = _option((), "Dotted paths of modules that register further operations.")
    max_file_bytes: int = _option(10 * 1024 * 1024, "Largest file, in bytes.")
    max_rows: int = _option(10_000, "Most data rows in a file.")
    max_columns: int = _option(200, "Most columns in a file.")
    max_cell_bytes: int = _option(32 * 1024, "Longest cell, in bytes of UTF-8.")
    workbook_memory_mb: int = _option(
        512, "Most memory, in megabytes, of the process that reads a workbook; one that takes more is refused."
    )
    workbook_seconds: int = _option(
        15, "Most processor time of the process that reads a workbook, in seconds; one that takes more is refused."
    )
    max_row_problems: int = _option(20, "Most problems kept of one row; the others are counted.")
    max_file_problems: int = _option(
        20_000, "Most problems kept of the rows of a file; of each further row one is kept, and the others are counted."
    )
    read_chunk_rows: int = _option(500, "Most rows read, checked and stored at a time.")
    state_batch: int = _option(100, "Courses whose current state is read in one request.")
    edit_at_once_rows: int = _option(
        25,
        "Most rows that are checked again in the request that edits a preview; a worker checks more. 0: it checks all.",
        can_be_zero=True,
    )
    connect_seconds: float = _option(3.05, "Longest wait for a connection to discovery.")
    read_seconds: float = _option(60.0, "Longest wait for an answer of discovery.")
    max_answer_bytes: int = _option(5 * 1024 * 1024, "Largest answer of discovery that is read.")
    slice_seconds: float = _option(20.0, "How long one job works on a task before it makes room for others.")
    turn_seconds: float = _option(
        5.0,
        "How long a job works on a task while other tasks wait for a worker. A run makes room for a preview at once.",
        can_be_zero=True,
    )
    lanes: int = _option(4, "How many workers may work on one task at once.")
    active_tasks_per_user: int = _option(
        3, "How many runs, and how many previews, of one person are worked on at once; more wait."
    )
    waiting_tasks_per_user: int = _option(50, "How many tasks of one person may wait; a further upload is refused.")
    lease_seconds: float = _option(
        90.0, "How long a lane stays with a worker that shows no life; more than read_seconds + 20."
    )
    sweep_seconds: float = _option(
        30.0,
        "How often every worker revives what stands still; 0: only the command bulk_operations_sweep does.",
        can_be_zero=True,
    )
    lost_claims: int = _option(3, "How many workers may die on one row, or on a task, before it is given up.")
    quiet_seconds: float = _option(
        60.0,
        "How long a call that was given up may still take effect; then it is read back (http transport). At least the "
        "longest request of discovery's web server and its proxy: with less, a re-run may be made twice.",
        can_be_zero=True,
    )
    row_attempts: int = _option(
        3,
        "How often a call is tried while discovery has passing trouble. Then its row is put off until others had their "
        "turn, and is tried as often once more; it ends after so many rounds at the latest, if others got through.",
    )
    retry_seconds: float = _option(1.0, "Wait before the second try of a row; doubles each time.", can_be_zero=True)
    pause_seconds: float = _option(30.0, "First pause of a task while discovery is unavailable; doubles each time.")
    max_pause_seconds: float = _option(900.0, "Longest pause of a task.")
    max_retry_after_seconds: float = _option(3600.0, "Longest Retry-After of discovery that is honoured.")
    confirm_above_rows: int = _option(
        100,
        "Most rows that are written without typing their number first. Where a published run changes, the number is "
        "asked for in any case.",
        can_be_zero=True,
    )
    confirm_over_rest: bool = _option(
        default=True,
        help_text="Whether scripts must send that number too (confirm). Publisher's page and scripts written for the "
        "in-tree loaders, which send a file and an operation and nothing else, never have to.",
    )
    task_hours: float = _option(24.0, "A task that is not done by then ends; what is left is not_processed.")
    publish_seconds: float = _option(1.5, "Longest wait for the message broker when a job is rung.")
    queue: str = _option("", "Celery queue of our jobs; empty: the host's default queue.")
    soft_time_limit: int = _option(
        180,
        "Celery soft time limit of a job, in seconds; a backstop: a slice, two calls that time out, a wait.",
    )
    time_limit: int = _option(210, "Celery hard time limit of a job, in seconds; a backstop only.")
    summary_messages: int = _option(20, "Messages kept per problem code in a task's summary.", can_be_zero=True)
    summary_products: int = _option(200, "Created courses listed in a task's summary.", can_be_zero=True)
    notify: str = _option(
        Notify.ON_PROBLEMS.value,
        "Whether uploaders get a mail about the end of an upload that does not say: never, on_problems or always. The "
        "sender is DEFAULT_FROM_EMAIL.",
    )
    site_url: str = _option(
        "", "Base address of this service for links in mails; empty: https:// and the host the file was uploaded to."
    )
    mail_problems: int = _option(10, "How many problems a mail names.", can_be_zero=True)
    mail_attempts: int = _option(5, "How often a mail is tried while the mail server takes none.")
    mail_wait_seconds: float = _option(
        60.0, "Wait before the second try of a mail; doubles each time.", can_be_zero=True
    )
    file_link_seconds: int = _option(300, "How long a signed link to an uploaded file is valid.")
    storage_alias: str = _option("course_discovery_bulk", "Alias in STORAGES for uploaded files.")
    storage_location: str = _option(
        "",
        "Folder of uploaded files where STORAGES has no such alias, from the root; empty: bulk_operations in BASE_DIR, "
        "or beside MEDIA_ROOT where the site has no BASE_DIR, as course-discovery.",
    )
    file_retention_days: int = _option(
        90,
        "Days after the end of a task until its file is deleted; rows and results stay. 0: files are kept.",
        can_be_zero=True,
    )
    record_retention_days: int = _option(
        0,
        "Days after the end of a task until it is deleted with its rows and its file. 0: tasks are kept.",
        can_be_zero=True,
    )
    image_max_bytes: int = _option(10 * 1024 * 1024, "Largest picture that is downloaded, in bytes.")
    image_max_pixels: int = _option(25_000_000, "Largest picture that is decoded, in pixels.")
    image_total_seconds: float = _option(20.0, "Longest download of a picture.")
    image_allowed_networks: tuple[str, ...] = _option(
        (), "Private networks from which pictures may be downloaded all the same, for example 10.1.0.0/16."
    )
    image_ports: tuple[int, ...] = _option((443, 80), "Ports from which pictures may be downloaded.")
    image_proxy: str = _option("", "Proxy for downloads of pictures; empty: none, whatever the environment says.")

    @property
    def has_client_credentials(self) -> bool:
        return bool(self.oauth_url and self.oauth_client_id and self.oauth_client_secret)

    @property
    def reaches_discovery_over_http(self) -> bool:
        """Whether the http transport knows where to go and as whom."""
        return bool(self.discovery_url and (self.discovery_token or self.has_client_credentials))


def read() -> BulkSettings:
    """The settings as they are now; unknown keys are left to the system checks."""
    host = given()
    known = {option.name for option in fields(BulkSettings)}
    chosen = {name: host[name.upper()] for name in known if name.upper() in host}
    return BulkSettings(**{name: tupled(value) for name, value in chosen.items()})


def unknown_names() -> list[str]:
    """Keys of the dict that are no settings."""
    known = {option.name.upper() for option in fields(BulkSettings)}
    return sorted(str(name) for name in set(given()) - known)


def storage_folder(chosen: BulkSettings) -> Path:
    """Where uploaded files go when the host configures no storage for them: never below MEDIA_ROOT.

    A path that is not absolute would depend on where a process is started; a system check refuses it.
    """
    if chosen.storage_location:
        return Path(chosen.storage_location)
    media = django_settings.MEDIA_ROOT
    site = getattr(django_settings, "BASE_DIR", None) or (Path(media).parent if media else "")
    return Path(site) / "bulk_operations"


def given() -> dict[str, Any]:
    """The dict of the host; the system checks report a value that is no dict."""
    host = getattr(django_settings, SETTINGS_NAME, {})
    return host if isinstance(host, dict) else {}


def tupled(value: Any) -> Any:
    """A value as settings hold it: lists may be written where they hold tuples."""
    return tuple(value) if isinstance(value, list) else value
