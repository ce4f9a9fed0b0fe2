"""How far told episodes agree with marked ones, by episode and by duration (ANSI/AAMI EC57, as WFDB's epicmp does it).

An episode is found when a told one overlaps it, a told one is true when it overlaps a marked one. What lies before the
scored part is cut off. Told time inside spans that are set aside (atrial flutter, when fibrillation is scored) is
neither right nor wrong; told episodes wholly inside them do not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[int, int]
"""[start, end) in samples."""


@dataclass(frozen=True, slots=True)
class EpisodeScore:
    """Counts and samples of one record.

    found of reference episodes were told, true of told ones were marked. overlap: samples both marked and told.
    set_aside: told samples that were not judged.
    """

    reference: int
    found: int
    told: int
    true: int
    reference_samples: int
    told_samples: int
    overlap_samples: int
    set_aside_samples: int


def score_episodes(
    reference: Sequence[Span], told: Sequence[Span], scored: Span, set_aside: Sequence[Span] = ()
) -> EpisodeScore:
    """Compare spans of one record; those of one list do not overlap each other."""
    marked = [part for span in reference if (part := _common(span, scored))]
    said = [part for span in told if (part := _common(span, scored))]
    judged = [(span, length - shared(span, set_aside)) for span in said if (length := span[1] - span[0])]
    judged = [(span, rest) for span, rest in judged if rest > 0]
    return EpisodeScore(
        reference=len(marked),
        found=sum(shared(span, said) > 0 for span in marked),
        told=len(judged),
        true=sum(shared(span, marked) > 0 for span, _ in judged),
        reference_samples=duration(marked),
        told_samples=sum(rest for _, rest in judged),
        overlap_samples=sum(shared(span, said) for span in marked),
        set_aside_samples=sum(shared(span, set_aside) for span in said),
    )


def shared(span: Span, others: Sequence[Span]) -> int:
    """Samples of `span` that lie in one of `others`."""
    return duration([part for other in others if (part := _common(span, other))])


def duration(spans: Sequence[Span]) -> int:
    """Samples in all spans together."""
    return sum(end - start for start, end in spans)


def _common(one: Span, other: Span) -> Span | None:
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None
