"""Prepares the stand-in site, runs benchmarks on it, and prints their tables under the facts of the machine."""

from __future__ import annotations

import importlib
import logging
import os
import platform
import time
from collections.abc import Iterable
from importlib.metadata import version

import django
from django.core.management import call_command
from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Line

NAMES = ("reading", "planning", "executing", "rest", "results")


def run_all(names: Iterable[str], scale: float) -> list[Line]:
    """Every line of the benchmarks of these names."""
    django.setup()
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    call_command("seed_catalog", verbosity=0)
    console = Console(width=120)
    console.print(_machine())
    lines: list[Line] = []
    for name in names:
        started = time.perf_counter()
        module = importlib.import_module(f"benchmarks.{name}")
        found = list(module.run(scale))
        console.print(_table(module.__doc__.splitlines()[0], found))
        console.print(f"[dim]{name}: {time.perf_counter() - started:.0f} s[/dim]\n")
        lines += found
    return lines


def _table(title: str, lines: Iterable[Line]) -> Table:
    table = Table("what", "figures", title=title, title_justify="left", expand=True)
    for line in lines:
        table.add_row(line.what, line.figures)
    return table


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("Django", "djangorestframework", "pandas"))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{platform.platform()}, {os.cpu_count()} processors, load {load}; Python {platform.python_version()}, "
        f"{packages}; SQLite"
    )
