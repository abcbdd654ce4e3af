"""What people call the columns in sheets of their own: two lists of names for each column.

`SURE` names mean the column wherever they occur. `LIKELY` ones mean it often, and something else often enough that a
person must confirm it. All have the form of `header_forms.plain_form`, separated by commas. A name may mean several
columns of which one operation has only one: "course id" is the key of a course that exists, and could be the number of
a new one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from course_discovery_bulk.columns.headers import normalise_header

SURE: Final[dict[str, str]] = {
    "title": (
        "course title, course name, name of course, name of the course, title of course, title of the course, "
        "title of your course, full course title, course display name, "
        "kurstitel, kursname, kursbezeichnung, titel, titel des kurses, titulo, titulo del curso, nombre "
        "del curso, titre, titre du cours, nom du cours, intitule du cours, titulo do curso, nome do curso, "
        "titolo del corso"
    ),
    "number": (
        "course number, course no, course nr, course code, course #, code of course, code of the course, catalog "
        "number, catalogue number, kursnummer, kurs nr, kursnr, kurscode, codigo del curso, "
        "codigo do curso, numero de curso, numero del curso, code du cours, numero du cours, codice corso"
    ),
    "organization": (
        "org, organisation, organization name, organisation name, organization key, org key, course org, course "
        "organization, owning organization, owners, institution, institution name, university, university name, "
        "school partner, partner institution, hochschule, universitat, einrichtung, institucion, universidad, "
        "organizacion, etablissement, universite, organisme"
    ),
    "course_key": "course id, course key, key of course, edx course id, kurs id",
    "course_uuid": "uuid, course uuid, uuid of course",
    "course_run_key": "course run, course run id, run id, run key, edx course run id, studio course id",
    "last_active_run_key": (
        "last run, last run key, last active run, previous run, previous run key, source run, source course run, "
        "rerun of, re run of, course run to rerun"
    ),
    "start_date": (
        "start, starts, starts on, start day, startdate, course start, course start date, course starts, run "
        "start, run start date, first day, first day of class, first day of classes, begin date, beginning date, "
        "date of start, startdatum, kursbeginn, kursstart, beginn, fecha de inicio, fecha inicio, inicio del "
        "curso, date de debut, date de debut du cours, data de inicio, data di inizio"
    ),
    "end_date": (
        "end, ends, ends on, end day, enddate, course end, course end date, course ends, run end, run end date, "
        "last day, last day of class, last day of classes, finish date, date of end, enddatum, kursende, ende, "
        "fecha de fin, fecha fin, fecha de finalizacion, fin del curso, date de fin, date de fin du cours, data "
        "de termino, data di fine"
    ),
    "start_time": "course start time, time of start, startzeit, hora de inicio, heure de debut",
    "end_time": "course end time, time of end, endzeit, hora de fin, heure de fin",
    "enrollment_start_date": (
        "enrollment start, enrolment start, enrolment start date, enrollment opens, enrolment opens, enrollment "
        "open date, registration start, registration start date, registration opens, einschreibung ab, "
        "anmeldebeginn"
    ),
    "enrollment_end_date": (
        "enrollment end, enrolment end, enrolment end date, enrollment closes, enrolment closes, enrollment "
        "deadline, enrolment deadline, registration end, registration end date, registration closes, registration "
        "deadline, anmeldeschluss, einschreibung bis"
    ),
    "publish_date": "go live, go live date, publication date, course live date, publish on, date published",
    "upgrade_deadline_override_date": "upgrade deadline, upgrade deadline date, upgrade deadline override",
    "verified_price": (
        "verified track price, price of verified track, verified certificate price, price verified, seats "
        "verified price, verified price usd, price usd, price in usd, price in us dollars, course price, "
        "certificate price, kurspreis"
    ),
    "course_enrollment_track": "enrollment track, enrolment track, course enrolment track, course track",
    "course_run_enrollment_track": (
        "run enrollment track, run track, course run type, course run track, course run enrolment track"
    ),
    "run_type": "run enrollment track, run track, enrollment track, course run type, course run track",
    "course_pacing": "pacing, pace, pacing of course, self paced or instructor paced",
    "pacing_type": "pacing, pace, run pacing, self paced or instructor paced",
    "short_description": (
        "course short description, brief description, short course description, short summary, brief summary, "
        "kurzbeschreibung, descripcion corta, descripcion breve, description courte, breve descripcion, descricao "
        "curta"
    ),
    "long_description": (
        "course long description, about this course, about the course, detailed description, full course "
        "description, long course description, kursbeschreibung, langbeschreibung, descripcion larga, descripcion "
        "completa, description longue, description complete"
    ),
    "what_will_you_learn": (
        "what you will learn, what you ll learn, what will i learn, what will learners learn, learning outcomes, "
        "learning objectives, course outcomes, outcomes, expected learning items, lernziele, objetivos de "
        "aprendizaje, objectifs d apprentissage, objectifs pedagogiques"
    ),
    "syllabus": "course syllabus, curriculum, course outline, course curriculum, lehrplan, temario",
    "prerequisites": (
        "course prerequisites, prerequisite, prereqs, pre requisites, voraussetzungen, requisitos previos, "
        "prerequis, pre requis"
    ),
    "learner_testimonials": "testimonials, learner testimonial, student testimonials",
    "frequently_asked_questions": "faqs, course faq, questions and answers",
    "additional_information": "additional info",
    "about_video_link": (
        "about video, about video url, course about video, promo video, promo video url, promotional video, intro "
        "video, introductory video, trailer, video src, video url, video link"
    ),
    "image": (
        "course image, course image url, image url, image link, image src, card image, card image url, course "
        "card image, thumbnail, thumbnail url, kursbild"
    ),
    "organization_logo_override": "organization logo, organisation logo, logo override, org logo",
    "organization_short_code_override": "organization short code, org short code, short code override",
    "primary_subject": (
        "main subject, primary subject area, subject 1, first subject, hauptfach, fachgebiet, sujet principal"
    ),
    "secondary_subject": "subject 2, second subject, secondary subject area",
    "tertiary_subject": "subject 3, third subject, tertiary subject area",
    "level_type": (
        "level, course level type, difficulty, difficulty level, course difficulty, level of difficulty, niveau, "
        "nivel, schwierigkeitsgrad"
    ),
    "topics": "tags, topic tags, keywords, course topics, schlagworte, stichworte, palabras clave",
    "collaborators": "course collaborators, collaborator, collaborating organizations",
    "watchers": "watcher, watcher emails, watchers emails, notify emails",
    "url_slug": "slug, course slug, course url slug, active url slug",
    "product_source": "source of product",
    "content_language": (
        "language, course language, language of instruction, teaching language, instruction language, sprache, "
        "kurssprache, unterrichtssprache, idioma, idioma del curso, langue, langue du cours, lingua"
    ),
    "transcript_languages": (
        "subtitles, subtitle languages, captions, caption languages, video transcript languages, untertitel, "
        "subtitulos, sous titres"
    ),
    "minimum_effort": (
        "min effort, effort min, minimum hours per week, min hours per week, hours per week min, hours per week "
        "minimum, effort minimum, minimum effort hours per week"
    ),
    "maximum_effort": (
        "max effort, effort max, maximum hours per week, max hours per week, hours per week max, hours per week "
        "maximum, effort maximum, maximum effort hours per week"
    ),
    "length": (
        "weeks, number of weeks, length in weeks, length weeks, duration in weeks, duration weeks, course length "
        "in weeks, course length weeks, dauer in wochen, wochen, semanas, duracion en semanas, duree en semaines"
    ),
    "staff": (
        "course staff, run staff, course run staff, course instructors, instructor uuids, "
        "staff uuids, teachers, teaching staff, dozenten, lehrende, instructores, profesores, enseignants, docentes, "
        "docenti"
    ),
    "b2c_subscription_inclusion": "b2c subscription, b2c inclusion, in b2c subscription",
    "expected_program_type": "program type, programme type, type of program",
    "expected_program_name": "program name, programme name, program title",
    "move_to_legal_review": "legal review, send to legal review, submit for review",
    "username_or_email": (
        "username, user name, user, email, e mail, email address, e mail address, editor, editor email, editor e "
        "mail, course editor, edx username, correo electronico, adresse e mail, e mail adresse, benutzername"
    ),
    "course_key_or_uuid": "course, course id, course key, course uuid, course key or id, kurs",
    "action": "add or remove, add remove, what to do, aktion, accion",
}

LIKELY: Final[dict[str, str]] = {
    "title": (
        "course, name, kurs, curso, cours, corso, class, class title, module title, bezeichnung, full name, fullname, "
        "long name, display name"
    ),
    "number": (
        "code, number, no, nr, course id, shortname, short name, crse, subject code, id, nummer, number of course"
    ),
    "organization": "partner, partner name, provider, school, college, faculty, anbieter, offered by",
    "course_key": "course, key, id, course code, course number",
    "course_uuid": "id",
    "course_run_key": "run, key, id, course id, course key",
    "last_active_run_key": "run, course run, course run key, run key, course run id, key, course id",
    "start_date": "begin, begins, from, date, launch date, launch, launches, start date time, von, inicio, debut",
    "end_date": "until, to, finish, finishes, end date time, close date, bis, fin",
    "enrollment_start_date": "opens, open date",
    "enrollment_end_date": "closes, deadline",
    "publish_date": "announcement, published, live date, publish",
    "verified_price": "price, cost, fee, tuition, fees, course fee, preis, gebuhr, precio, prix, preco, costo",
    "course_enrollment_track": "track, tracks, enrollment type, course type, seat type, mode, type",
    "course_run_enrollment_track": "track, tracks, enrollment type, mode",
    "run_type": "track, tracks, enrollment type, mode, type",
    "course_pacing": "delivery, format, self paced",
    "pacing_type": "delivery, format, self paced",
    "short_description": (
        "description, summary, abstract, blurb, teaser, headline, tagline, beschreibung, descripcion"
    ),
    "long_description": (
        "description, course description, about, overview, details, beschreibung, descripcion, descricao"
    ),
    "what_will_you_learn": "objectives, goals, skills gained, outcome of course",
    "syllabus": "outline, modules, contents, table of contents, inhalt",
    "prerequisites": "requirements, required knowledge, requisitos",
    "frequently_asked_questions": "questions",
    "additional_information": "notes, comments, remarks, other information, more information, further information",
    "about_video_link": "video, youtube, youtube link",
    "image": "picture, photo, bild, banner, imagen",
    "organization_logo_override": "logo",
    "primary_subject": (
        "subject, subject area, area, discipline, category, field, department, fach, kategorie, subjects, "
        "materia, categoria, matiere"
    ),
    "secondary_subject": "subcategory, sub category",
    "topics": "skills, topic, course tags, themes, themen",
    "collaborators": "partners, co developers, sponsors",
    "watchers": "email, contact, contact email, course contact",
    "url_slug": "url, path",
    "product_source": "source",
    "content_language": "lang, locale",
    "transcript_languages": "transcripts, transcript",
    "minimum_effort": "effort, hours per week, weekly effort",
    "maximum_effort": "effort, hours per week, weekly effort",
    "length": "duration, course length, dauer, duracion, duree",
    "staff": "instructors, instructor, professor, professors, lecturer, lecturers, teacher, people, team, faculty",
    "expected_program_name": "series, certificate program, program, programme",
    "username_or_email": "person, name, member, contact, instructor",
    "course_key_or_uuid": "key, id, uuid, course code, course number",
    "action": "change, operation",
}


def headers_for(columns: Iterable[str]) -> frozenset[str]:
    """The headers (normalised) that surely mean one of these columns; they tell a header line from the titles above."""
    listed = names_in(SURE)
    return frozenset(normalise_header(name) for column in columns for name in listed.get(column, ()))


def names_in(listed: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Each column with the names that a list gives it."""
    return {column: tuple(names.split(", ")) for column, names in listed.items()}
