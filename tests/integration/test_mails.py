"""What a mail says, as HTML and as text: the same in both, nothing that a cell holds can do anything."""

import re

import pytest
from django.contrib.auth import get_user_model

from course_discovery_bulk import conf
from course_discovery_bulk.notifications.mail import compose_mail
from course_discovery_bulk.problems import BAD_OPTION, INTERNAL_ERROR, OLD_ENCODING, Place, problem
from tests.integration.api.records import make_rows, make_task

SCRIPT = '<script>alert("x")</script>'


@pytest.fixture
def task(db):
    made = make_task(
        get_user_model().objects.create_user("uploader", email="uploader@example.org"),
        original_filename=f"{SCRIPT} spring.csv",
        site_domain="discovery.example.org",
        status="partially_completed",
        headers=["Organization", "Title", "Verified price"],
        total_count=40,
        succeeded_count=12,
        unchanged_count=3,
        invalid_count=25,
        task_summary={"error_totals": {"BAD_OPTION": 20, "INTERNAL_ERROR": 5}},
        notes=[problem(OLD_ENCODING, encoding="Windows-1252", sample="é").as_dict()],
    )
    make_rows(made, 12, status="invalid", problems=[])
    for row in made.rows.all():
        place = Place(line=row.line, column="verified_price", value=SCRIPT)
        row.problems = [problem(BAD_OPTION, place, option=f"a\n- price {row.line}", allowed="9.99 & more").as_dict()]
        row.save()
    return made


def parts(task, **settings):
    """Subject, text and HTML."""
    mail = compose_mail(task, "uploader@example.org", conf.BulkSettings(**settings))
    [alternative] = mail.alternatives
    html, kind = alternative
    assert kind == "text/html"
    assert mail.to == ["uploader@example.org"]
    return mail.subject, mail.body, html


def test_both_forms_say_what_happened_and_where_to_go_on(task):
    subject, *forms = parts(task)

    assert subject == f"{SCRIPT} spring.csv: Partly completed"
    for form in forms:
        assert "12 of 40 rows were written; 3 needed nothing; 25 need your attention." in form
        assert f"https://discovery.example.org/bulk-operations/{task.pk}/" in form
        assert f"https://discovery.example.org/bulk-operations/{task.pk}/failed.csv" in form
        assert f"https://discovery.example.org/bulk-operations/{task.pk}/results.csv" in form
        assert "Create courses" in form


def test_both_forms_have_the_counts(task):
    _, text, html = parts(task)

    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    for words in ("12 Done", "3 No change", "25 Needs fixing"):
        assert words in re.sub(" +", " ", text)
        assert words in plain
    assert "0  " not in text.replace("40", "").split("Problems")[0]


def test_both_forms_name_the_first_problems_at_their_cells(task):
    _, text, html = parts(task)

    assert text.count("verified_price") == html.count("verified_price") == 10
    assert "C2 (row 2, verified_price)" in text
    assert "C11 (row 11, verified_price)" in text
    assert "<strong>C11</strong>" in html
    assert "and 15 more" in text
    assert "and 15 more" in html
    assert "Windows-1252" not in text + html  # a remark, no problem


def test_number_of_problems_is_a_setting(task):
    _, text, html = parts(task, mail_problems=2)

    assert text.count("verified_price") == html.count("verified_price") == 2
    assert "and 23 more" in text


def test_nothing_in_a_cell_or_a_name_is_markup(task):
    _, text, html = parts(task)

    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert SCRIPT in text  # a text shows what is there, unharmed by HTML's escapes
    assert "9.99 & more" in text
    assert "9.99 &amp; more" in html


def test_line_breaks_in_a_problem_make_no_lines(task):
    _, text, _ = parts(task)

    assert not re.search(r"^- price", text, re.MULTILINE)


def test_html_asks_nobody_for_anything(task):
    _, _, html = parts(task)

    assert not re.search(r"<(img|link|style|script|iframe)\b|url\(|@import|class=", html)
    assert set(re.findall(r'(?:src|href)="([^/]+//[^/]+)', html)) == {"https://discovery.example.org"}


@pytest.mark.parametrize(
    ("domain", "site_url", "begins"),
    [
        ("discovery.example.org", "", "https://discovery.example.org/bulk"),
        ("in.internal", "http://127.0.0.1:18381/", "http://127.0.0.1:18381/bulk"),
        ("", "https://catalog.example.org", "https://catalog.example.org/bulk"),
    ],
)
def test_links_lead_to_the_host_of_the_upload_or_where_the_setting_says(task, domain, site_url, begins):
    task.site_domain = domain

    _, text, html = parts(task, site_url=site_url)

    assert begins in text
    assert f'href="{begins}' in html


@pytest.mark.urls("course_discovery_bulk.api.urls")
def test_host_without_the_page_gets_no_links(task):
    _, text, html = parts(task)

    assert "://" not in text + html
    assert "12 of 40 rows were written" in text


def test_nobody_knows_the_host_so_there_are_no_links(task):
    task.site_domain = ""

    _, text, html = parts(task)

    assert "://" not in text + html
    assert "because a file was uploaded on your behalf" in text


def test_preview_says_what_it_would_do_and_set_off(task):
    task.status, task.notes = "validated", []
    task.succeeded_count, task.unchanged_count, task.invalid_count = 0, 3, 0
    task.task_summary = {"forecast": {"side_effects": {"studio_pushes": 37, "legal_reviews_started": 0}}}
    task.rows.all().delete()

    subject, text, html = parts(task)

    assert subject.endswith(": Preview ready")
    for form in (text, html):
        assert "37 rows will be written; nothing has been written yet." in form
        assert "37 course runs will be created or updated in Studio." in form
        assert "Will be written" in form
        assert "results.csv" not in form
        assert "Problems" not in form
    assert "See the changes, and apply or discard them:" in text


def test_operation_that_is_gone_is_told_by_its_type(task):
    task.task_type = "course_paint"

    _, text, html = parts(task)

    assert "course_paint: Partly completed" in text
    assert "course_paint" in html


def test_failure_of_the_whole_file_is_told_with_its_reason(task):
    task.status, task.total_count = "failed", 0
    task.succeeded_count = task.unchanged_count = task.invalid_count = 0
    task.rows.all().delete()
    task.notes = [problem(INTERNAL_ERROR, reference="abc123").as_dict()]
    task.task_summary = {"error_totals": {"INTERNAL_ERROR": 1}}

    _, text, html = parts(task)

    for form in (text, html):
        assert "The file could not be read, and nothing was changed." in form
        assert "abc123" in form
        assert "more" not in form
        assert "failed.csv" not in form
