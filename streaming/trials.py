"""Which entry kills its readers: what one leaves behind for its successor, who narrows it down. Pure.

    1st death   nothing is known: a reader may be killed for any reason, and its successor works as ever
                up to the end of the streams (the zone), but writes down each batch before it begins it
    2nd death   the batch that it died with is suspect: its entries are taken one by one, each written down before
    3rd         the entry that it died with is suspect
    5th         three readers died with this one entry in hand: it goes aside untouched

Readers that are killed for other reasons die with ever other entries in hand, and condemn none. One that passes the
zone has nothing to fear. The record of all this lies in Valkey (`streaming.trial_book`).
"""

from collections.abc import Mapping, Sequence

import msgspec

from streaming.entries import Entry, earlier

TRIES = 3
"""Readers that die with an entry in hand before it goes aside."""


class Span(msgspec.Struct, frozen=True):
    """The entries `first` to `last` of a stream."""

    stream: str
    first: str
    last: str

    def has(self, stream: str, entry_id: str) -> bool:
        """Whether the entry is one of these."""
        return stream == self.stream and not earlier(entry_id, self.first) and not earlier(self.last, entry_id)


Spans = tuple[Span, ...]
News = Mapping[str, Sequence[Entry]]
"""Stream -> entries, in order."""


class Trial(msgspec.Struct, frozen=True):
    """deaths: readers that died since all was well. zone: stream -> up to which entry one of them may have come.

    mark: what the present reader has in hand. suspects: what the last ones died with, `tries` times. condemned: entries
    that are not touched again.
    """

    deaths: int = 0
    zone: dict[str, str] = {}
    mark: Spans = ()
    suspects: Spans = ()
    tries: int = 0
    condemned: Spans = ()

    @property
    def troubled(self) -> bool:
        """Whether somebody died here and it is not over."""
        return self.deaths > 0

    def with_mark(self, mark: Spans) -> "Trial":
        """The same with other entries in hand."""
        return msgspec.structs.replace(self, mark=mark)

    def inside(self, news: News) -> bool:
        """Whether a reader that died may have had one of these entries."""
        return any(not earlier(self.zone.get(name, "0-0"), some[0].id) for name, some in news.items() if some)

    def over(self, positions: Mapping[str, str]) -> bool:
        """Whether everything that may have killed a reader lies safely behind these positions."""
        return self.troubled and all(not earlier(positions[name], end) for name, end in self.zone.items())

    def is_condemned(self, stream: str, entry_id: str) -> bool:
        """Whether this entry goes aside untouched."""
        return any(span.has(stream, entry_id) for span in self.condemned)

    def suspicious(self, news: News) -> bool:
        """Whether one of these entries is suspect."""
        return any(self._suspect(name, entry) for name, some in news.items() for entry in some)

    def rounds(self, news: News) -> list[News]:
        """`news` in the pieces that have to be taken one after the other: suspects alone, all else together."""
        if not self.suspicious(news):
            return [news]
        return [{name: piece} for name, some in news.items() for piece in self._pieces(name, some)]

    def _pieces(self, stream: str, entries: Sequence[Entry]) -> list[list[Entry]]:
        pieces: list[list[Entry]] = []
        together = False
        for entry in entries:
            suspect = self._suspect(stream, entry)
            if together and not suspect:
                pieces[-1].append(entry)
            else:
                pieces.append([entry])
            together = not suspect
        return pieces

    def _suspect(self, stream: str, entry: Entry) -> bool:
        return any(span.has(stream, entry.id) for span in self.suspects)


def spans_of(news: News) -> Spans:
    """What a reader has in hand with these entries."""
    return tuple(Span(name, some[0].id, some[-1].id) for name, some in news.items() if some)


def taken_over(left: Trial | None, ends: Mapping[str, str]) -> Trial:
    """What the next reader begins with; `left` by one that died, None by one that ended well. ends: of its streams."""
    if left is None:
        return Trial()
    suspects, tries = left.suspects, left.tries
    if left.mark:
        suspects, tries = left.mark, left.tries + 1 if left.mark == left.suspects else 1
    condemned = left.condemned
    if tries >= TRIES and len(suspects) == 1 and suspects[0].first == suspects[0].last:
        condemned, suspects, tries = (*condemned, *suspects), (), 0
    return Trial(left.deaths + 1, {**left.zone, **ends}, (), suspects, tries, condemned)
