"""The only way to course-discovery."""
