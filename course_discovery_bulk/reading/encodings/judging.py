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

_WORD: Final = re.compile(rb'[^\x00-\x20,;"]*[\x80-\xff][^\x00-\x20,;"]*')
_MOST_BYTES: Final = 64 * 1024  # of different words
_LEAST_POINTS: Final = 0.0  # for a character, on average
_CLEAR: Final = 0.5  # points for a character, by which one reading is better than another
_ENOUGH: Final = 0.3  # if the better one is nearly as good as can be
_GOOD: Final = 0.9
_RARER: Final = 0.5  # points for a character, that a usual encoding is ahead of a rare one
_SHOWN: Final = 3


@dataclass(frozen=True)
class Reading:
    """What the words of a file say in one encoding."""

    encoding: Encoding
    words: tuple[str, ...]

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
        ahead = _average(own) - _average(others) + self.encoding.is_usual * _RARER - other.encoding.is_usual * _RARER
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
    words = _words_of(blocks)
    readings = sorted(_readings(words), key=lambda reading: reading.average, reverse=True)
    best = readings[0] if readings and readings[0].average >= _LEAST_POINTS else None
    rivals = [other for other in readings[1:] if best and not best.is_better_than(other)]
    if best and not rivals:
        return Verdict(clear=best, likely=(best,))
    return Verdict(clear=None, likely=tuple([best, *rivals] if best else readings)[:_SHOWN])


def _words_of(blocks: Iterable[bytes]) -> list[bytes]:
    """The different words that are not all ASCII, as many as tell enough."""
    found: dict[bytes, None] = {}
    size, rest = 0, b""
    for block in blocks:
        *whole, rest = re.split(rb"(?<=[\r\n])", rest + block)
        for word in _WORD.findall(b"".join(whole)):
            if word not in found:
                found[word] = None
                size += len(word)
        if size > _MOST_BYTES:
            return list(found)
    found.update(dict.fromkeys(_WORD.findall(rest)))
    return list(found)


def _readings(words: Sequence[bytes]) -> Iterator[Reading]:
    """One for each text that the words could be."""
    best: dict[tuple[str, ...], Reading] = {}
    for encoding in ENCODINGS:
        try:
            texts = tuple(word.decode(encoding.name) for word in words)
        except UnicodeDecodeError:
            continue
        reading = Reading(encoding, texts)
        if texts not in best or reading.average > best[texts].average:
            best[texts] = reading
    yield from best.values()


def _average(found: Sequence[Sequence[float]]) -> float:
    count = sum(map(len, found))
    return sum(map(sum, found)) / count if count else 0.0
