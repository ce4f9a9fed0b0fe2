"""What a synthetic heart does, scene by scene, and the seven scripts of the demo ward."""

from dataclasses import dataclass
from enum import StrEnum


class SceneRhythm(StrEnum):
    """How the beats of a scene follow each other."""

    SINUS = "sinus"
    """P before every QRS, RR swinging with breathing and blood pressure."""
    FIBRILLATION = "fibrillation"
    """RR without order, no P, fibrillatory waves."""
    BIGEMINY = "bigeminy"
    """Every second beat ventricular and early, then a full compensatory pause."""
    VENTRICULAR_TACHYCARDIA = "ventricular tachycardia"
    """Ventricular beats only, nearly regular."""
    STANDSTILL = "standstill"
    """No beat at all."""


class Contact(StrEnum):
    """What the electrode does during a scene."""

    FIRM = "firm"
    MOVING = "moving"
    """Muscle noise and a wandering baseline over the ECG."""
    OFF = "off"
    """The amplifier sits at its rail; settles when the electrode is back."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`seconds` of one rhythm at a mean `heart_rate` in /min (of all beats, ectopic ones too)."""

    seconds: float
    rhythm: SceneRhythm
    heart_rate: float
    contact: Contact = Contact.FIRM


@dataclass(frozen=True, slots=True)
class Script:
    """Scenes that repeat for ever. `heart_rate`: the rate in /min of its main scene, as a monitor should show it."""

    name: str
    title: str
    heart_rate: float
    scenes: tuple[Scene, ...]

    @property
    def seconds(self) -> float:
        """How long one round of the scenes lasts."""
        return sum(scene.seconds for scene in self.scenes)


SINUS_RHYTHM = Script("sinus", "sinus rhythm", 72, (Scene(60, SceneRhythm.SINUS, 72),))

SINUS_BRADYCARDIA = Script("bradycardia", "sinus bradycardia", 45, (Scene(60, SceneRhythm.SINUS, 45),))

SINUS_TACHYCARDIA = Script(
    "tachycardia",
    "sinus tachycardia with bursts of noise",
    125,
    (
        Scene(35, SceneRhythm.SINUS, 125),
        Scene(7, SceneRhythm.SINUS, 125, Contact.MOVING),
    ),
)

ATRIAL_FIBRILLATION = Script(
    "fibrillation",
    "atrial fibrillation",
    96,
    (Scene(60, SceneRhythm.FIBRILLATION, 96),),
)

VENTRICULAR_BIGEMINY = Script("bigeminy", "ventricular bigeminy", 70, (Scene(60, SceneRhythm.BIGEMINY, 70),))

VENTRICULAR_TACHYCARDIA = Script(
    "ventricular-tachycardia",
    "runs of ventricular tachycardia",
    78,
    (
        Scene(27, SceneRhythm.SINUS, 78),
        Scene(4, SceneRhythm.VENTRICULAR_TACHYCARDIA, 165),
    ),
)

PAUSE_AND_LEAD_OFF = Script(
    "pause-lead-off",
    "a pause, then lead off",
    64,
    (
        Scene(30, SceneRhythm.SINUS, 64),
        Scene(3, SceneRhythm.STANDSTILL, 0),
        Scene(20, SceneRhythm.SINUS, 64),
        Scene(9, SceneRhythm.SINUS, 64, Contact.OFF),
    ),
)

DEMO_SCRIPTS: tuple[Script, ...] = (
    SINUS_RHYTHM,
    SINUS_BRADYCARDIA,
    SINUS_TACHYCARDIA,
    ATRIAL_FIBRILLATION,
    VENTRICULAR_BIGEMINY,
    VENTRICULAR_TACHYCARDIA,
    PAUSE_AND_LEAD_OFF,
)
"""One for each synthetic bed of the demo ward."""
