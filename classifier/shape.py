"""The shape of the network in numbers; stored in the artifact, from which the same network is built again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Widths, depths and spans of `classifier.model`. Read here without torch."""

    window: int = 695
    """Samples of one window: just what the last step of the trunk sees. The beat's R peak lies near its end."""
    timing: int = 8
    """Numbers of beat timing given beside the window."""
    rhythms: int = 4
    beat_classes: int = 5
    stem_width: int = 32
    stem_stride: int = 4
    widths: tuple[int, ...] = (32, 48, 96, 128)
    """Channels of each stage."""
    strides: tuple[int, ...] = (1, 2, 2, 1)
    """By how much the first block of each stage shortens the map."""
    blocks: int = 4
    """Residual blocks of each stage."""
    near: int = 22
    """Steps of the first stage's map, at its end, that show the beat itself: 0.7 s."""
    token: int = 96
    """Numbers by which a beat is remembered."""
    hidden: int = 128
    heads: int = 8
    dropout: float = 0.1
