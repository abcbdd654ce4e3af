"""A video as the API writes it."""

from rest_framework import serializers


class PictureForm(serializers.Serializer):
    """A still of a video."""

    src = serializers.CharField()
    description = serializers.CharField()
    height = serializers.IntegerField()
    width = serializers.IntegerField()


class VideoForm(serializers.Serializer):
    """A video: its address, and two things beside that a whole object needs."""

    src = serializers.CharField()
    description = serializers.CharField()
    image = PictureForm()
