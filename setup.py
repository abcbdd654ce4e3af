"""Packaging of course-discovery-bulk: reads its version and its requirements from where they are kept once."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).resolve().parent
PACKAGE = "course_discovery_bulk"
DATA_PATTERNS = ("templates/**/*", "static/**/*", "locale/**/*", "**/*.json", "py.typed")


def read_version() -> str:
    """Return `__version__` of the package without importing it (its dependencies may not be installed yet)."""
    source = (HERE / PACKAGE / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"{PACKAGE}/__init__.py does not define __version__")
    return found.group(1)


def read_requirements(name: str) -> list[str]:
    """Return the requirement lines of requirements/<name>.in, without comments."""
    lines = (HERE / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
    bare = (line.split("#", 1)[0].strip() for line in lines)
    return [line for line in bare if line]


setup(
    name="course-discovery-bulk",
    version=read_version(),
    description="Create and update Open edX catalog courses from a spreadsheet, through course-discovery's API.",
    long_description="\n\n".join((HERE / name).read_text(encoding="utf-8") for name in ("README.rst", "CHANGELOG.rst")),
    long_description_content_type="text/x-rst",
    license="AGPL-3.0",
    packages=find_packages(include=[f"{PACKAGE}*"]),
    package_data={PACKAGE: list(DATA_PATTERNS)},
    include_package_data=True,
    zip_safe=False,
    python_requires=">=3.11",
    install_requires=read_requirements("base"),
    extras_require={name: read_requirements(name) for name in ("s3", "http", "results")},
    keywords="openedx edx course-discovery django celery csv bulk",
    classifiers=[
        "Development Status :: 4 - Beta",
        "Framework :: Django",
        "Framework :: Django :: 4.2",
        "Framework :: Django :: 5.2",
        "Framework :: Django :: 6.0",
        "Intended Audience :: Developers",
        "Operating System :: POSIX",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
    ],
)
