"""What the demo shows: a moving bar on a terminal, plain lines elsewhere, then tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

WIDTH_ELSEWHERE = 140  # of a file or a pipe, which have none
COLOURS = {"succeeded": "green", "unchanged": "green", "skipped": "yellow", "pending": "dim", "running": "dim"}

console = Console(highlight=False)
if not console.is_terminal:
    console = Console(highlight=False, width=WIDTH_ELSEWHERE)


def say(text: str) -> None:
    """One line of plain text."""
    console.print(escape(text), soft_wrap=True)


def show_page(address: str, users: Sequence[tuple[str, str]]) -> None:
    """The one thing to see: where the page is, and who can log in."""
    lines = [f"Open [bold]{escape(address)}[/]", "and log in; the password is the user name:"]
    lines += [f"  [bold]{escape(name):<24}[/]{escape(rights)}" for name, rights in users]
    console.print(Panel("\n".join(lines), title="The page", title_align="left", expand=False, border_style="green"))


class LiveProgress:
    """Follows a task: `show` takes each answer of its progress endpoint. A context."""

    def __init__(self) -> None:
        self._last = ""
        self._bar = Progress(
            TextColumn("{task.description:>9}"),
            BarColumn(bar_width=48),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._line = self._bar.add_task("reading", total=None, rate="")

    def __enter__(self) -> LiveProgress:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def show(self, progress: Mapping[str, Any]) -> None:
        """Draw where the task is now."""
        rate = f"{progress['rate_per_second']:.1f} rows/s" if progress["rate_per_second"] else ""
        done, total = progress["processed"], progress["total"]
        self._bar.update(self._line, description=progress["stage"], completed=done, total=total, rate=rate)
        line = f"{progress['stage']} {done}/{total}"
        if not console.is_terminal and line != self._last:
            say(f"  {line}")
        self._last = line


def show_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    """A table of all rows: line, status, and the course's key or what is wrong."""
    table = Table(title="What became of every row", title_justify="left")
    table.add_column("line", justify="right")
    table.add_column("status")
    table.add_column("course, or what is wrong", overflow="fold")
    for row in rows:
        colour = COLOURS.get(row["status"], "red")
        table.add_row(str(row["line"]), f"[{colour}]{row['status']}[/]", escape("\n".join(_facts(row))))
    console.print(table)


def show_facts(title: str, facts: Sequence[tuple[str, str]]) -> None:
    """A small table of names and values."""
    table = Table(title=title, title_justify="left", show_header=False, box=None)
    for name, value in facts:
        table.add_row(f"  {escape(name)}", escape(value))
    console.print(table)


def _facts(row: Mapping[str, Any]) -> list[str]:
    problems = [_sentence(found) for found in row["problems"]]
    is_left_out = any(found["severity"] == "error" for found in row["problems"])
    return problems if is_left_out or not row["object_key"] else [row["object_key"], *problems]


def _sentence(found: Mapping[str, Any]) -> str:
    column, message = found["column"], found["message"]
    return message if not column or message.startswith(column) else f"{column}: {message}"
