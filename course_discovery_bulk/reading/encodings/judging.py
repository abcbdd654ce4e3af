"""Which encoding a text is in, told from what its words would say in each; and which are likely if that is unclear.

An encoding is taken only if its reading is plausible and clearly better than every other reading. Encodings that give
the same text are one reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from course_discovery_bulk.reading.encodings.names import ENCODINGS, Encoding
from course_discovery_bulk.reading.encodings.scoring import points

_CELL: Final = re.compile(rb'[^\x00-\x1f,;"]*[\x80-\xff][^\x00-\x1f,;"]*')
_WORD: Final = re.compile(rb"[^\x00-\x20]*[\x80-\xff][^\x00-\x20]*")
# Words of ASCII that no language but those of Western Europe has; English is everywhere.
_WESTERN: Final = frozenset(
    b"les des du est et dans pour avec sur aux cette suis los las una por del que con per non della sono nella alla"
    b" der das und mit von ein eine zur zum auf ist nicht och att som av med til af det ikke het een van voor os uma"
    b" com dos pelo".split()
)
_TOLD: Final = 1.0  # points for a character, by which such words are in favor of an encoding
_MOST_BYTES: Final = 64 * 1024  # of different words
_LEAST_POINTS: Final = 0.0  # for a character, on average
_CLEAR: Final = 0.5  # points for a character, by which one reading is better than another
_ENOUGH: Final = 0.3  # if the better one is nearly as good as can be
_GOOD: Final = 0.9
_SHOWN: Final = 3


@dataclass(frozen=True)
class Reading:
    """What the words of a file say in one encoding."""

    encoding: Encoding
    words: tuple[str, ...]
    lead: float = 0.0  # points for a character that it is ahead of others before its words are looked at

    @cached_property
    def points(self) -> tuple[list[float], ...]:
        """The points of each word."""
        return tuple(points(word, self.encoding.languages) for word in self.words)

    @cached_property
    def average(self) -> float:
        return _average(self.points)

    def is_better_than(self, other: Reading) -> bool:
        """Whether this is clearly more plausible, by the words in which the two differ."""
        own, others = zip(*self._differing(other), strict=True)
        ahead = _average(own) + self.lead - _average(others) - other.lead
        return ahead >= _CLEAR or (ahead >= _ENOUGH and _average(own) >= _GOOD)

    def _differing(self, other: Reading) -> Iterator[tuple[Sequence[float], Sequence[float]]]:
        """The points of both where they differ: of characters if they can be put side by side, else of words."""
        for place, word in enumerate(self.words):
            own, others = self.points[place], other.points[place]
            if word == other.words[place]:
                continue
            if len(word) != len(other.words[place]):
                yield own, others
                continue
            pairs = zip(word, other.words[place], strict=True)
            beyond = [mine == theirs for mine, theirs in pairs if not (mine.isascii() and theirs.isascii())]
            if not len(own) == len(others) == len(beyond):  # a letter of one is ASCII in the other
                yield own, others
                continue
            kept = [position for position, is_same in enumerate(beyond) if not is_same]
            yield [own[position] for position in kept], [others[position] for position in kept]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The reading to take, if one is clear, and the readings that are likely, the best first."""

    clear: Reading | None
    likely: tuple[Reading, ...]

    @property
    def is_plausible(self) -> bool:
        """Whether any reading is."""
        return bool(self.likely) and self.likely[0].average >= _LEAST_POINTS

    def sample(self, reading: Reading) -> str:
        """A word that tells the likely readings apart."""
        others = [other for other in self.likely if other is not reading]
        words = (
            word for place, word in enumerate(reading.words) if all(other.words[place] != word for other in others)
        )
        return next(words, reading.words[0])


def judge(blocks: Iterable[bytes]) -> Verdict:
    """The verdict on a text that is given in blocks."""
    words, is_western = _words_of(blocks)
    readings = sorted(_readings(words, is_western=is_western), key=lambda reading: reading.average, reverse=True)
    best = readings[0] if readings and readings[0].average >= _LEAST_POINTS else None
    rivals = [other for other in readings[1:] if best and not best.is_better_than(other)]
    if best and not rivals:
        return Verdict(clear=best, likely=(best,))
    return Verdict(clear=None, likely=tuple([best, *rivals] if best else readings)[:_SHOWN])


def _words_of(blocks: Iterable[bytes]) -> tuple[list[bytes], bool]:
    """The different words that are not all ASCII, as many as tell enough; and whether words beside them are Western."""
    found: dict[bytes, None] = {}
    size, is_western = 0, False
    for line in _lines(blocks):
        for cell in _CELL.findall(line):
            is_western = is_western or not _WESTERN.isdisjoint(cell.lower().split())
            new = [word for word in _WORD.findall(cell) if word not in found]
            found.update(dict.fromkeys(new))
            size += sum(map(len, new))
        if size > _MOST_BYTES:
            break
    return list(found), is_western


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        *whole, rest = re.split(rb"(?<=[\r\n])", rest + block)
        yield b"".join(whole)
    yield rest


def _readings(words: Sequence[bytes], *, is_western: bool) -> Iterator[Reading]:
    """One for each text that the words could be."""
    best: dict[tuple[str, ...], Reading] = {}
    for encoding in ENCODINGS:
        try:
            texts = tuple(word.decode(encoding.name) for word in words)
        except UnicodeDecodeError:
            continue
        told = _TOLD if is_western and "western" in encoding.languages[:1] else 0.0
        reading = Reading(encoding, texts, encoding.lead + told)
        if texts not in best or reading.average > best[texts].average:
            best[texts] = reading
    yield from best.values()


def _average(found: Sequence[Sequence[float]]) -> float:
    count = sum(map(len, found))
    return sum(map(sum, found)) / count if count else 0.0
