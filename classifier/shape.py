"""The shape of the network in numbers; stored in the artifact, from which the same network is built again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Widths, depths and spans of `classifier.model.ResNet1d`. Read here without torch."""

    window: int = 1280
    """Samples of one window; the beat's R peak lies near its end."""
    timing: int = 6
    """Numbers of beat timing given beside the window."""
    rhythms: int = 4
    beat_classes: int = 5
    stem_width: int = 32
    stem_stride: int = 8
    widths: tuple[int, ...] = (32, 64, 96, 128)
    """Channels of each stage; a stage halves the length in its first block."""
    blocks: int = 4
    """Residual blocks of each stage."""
    kernel: int = 5
    beat_stage: int = 0
    """The stage whose feature map the beat class is read from."""
    beat_span: int = 6
    """Positions of that map, at its end, around the R peak."""
    hidden: int = 64
    dropout: float = 0.1
