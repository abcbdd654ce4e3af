"""Commands of `manage.py`, for people at a shell and for schedulers."""
