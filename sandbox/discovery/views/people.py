"""People who teach: listed, made, and found by parts of their names."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sandbox.discovery.bodies.people import person_body
from sandbox.discovery.forms.person_form import PersonForm
from sandbox.discovery.models import Person
from sandbox.discovery.pagination import SizedPages
from sandbox.discovery.rules.partners import of_partner, partner_of
from sandbox.discovery.rules.people import find_people, person_slug, teaching_for
from sandbox.discovery.views.listing import UUID_LOOKUP, RowsViewSet
from sandbox.discovery.views.permissions import MayMakePeople


class PersonViewSet(RowsViewSet):
    """The people of the partner; everybody may read them."""

    queryset = Person.objects.all()
    permission_classes = [MayMakePeople]
    serializer_class = PersonForm
    lookup_field = "uuid"
    lookup_value_regex = UUID_LOOKUP
    pagination_class = SizedPages

    def get_queryset(self) -> QuerySet[Person]:
        """Those of the slug or the organisation that the query names; it knows no other filter."""
        people = of_partner(self.request, Person.objects.select_related("position_organization"))
        if slug := self.request.query_params.get("slug"):
            people = people.filter(slug=slug)
        if organization := self.request.query_params.get("org"):
            people = teaching_for(people, organization)
        return people.order_by("id")

    def body(self, row: Person) -> dict[str, Any]:
        """A person."""
        return person_body(row)

    def create(self, request: Request) -> Response:
        """Make one, published at once; the position has to be there."""
        form = PersonForm(data=self.sent)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        position = values.pop("position", None)
        if position is None:
            return Response("Failed to add person data.", status=400)
        person = Person(
            partner=partner_of(request),
            position_title=position["title"],
            position_organization=position.get("organization"),
            position_organization_override=position.get("organization_override"),
            **{name: values[name] for name in ("salutation", "given_name", "family_name", "bio") if name in values},
        )
        person.slug = person_slug(person)
        person.save()
        return Response(person_body(person), status=201)


class PersonTypeaheadView(APIView):
    """People by parts of their names, or by UUID; those of all partners, in a bare list."""

    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        """Everybody who is found."""
        text = request.query_params.get("q")
        if not text:
            raise ValidationError("The 'q' querystring parameter is required for searching.")
        people = find_people(text)
        if organization := request.query_params.get("org"):
            people = teaching_for(people, organization).distinct()
        return Response([person_body(person) for person in people.order_by("id")])
