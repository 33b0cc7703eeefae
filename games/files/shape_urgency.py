"""The shape of [urgency]: one table for each preset."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator
from pydantic import ValidatorFunctionWrapHandler as Read

from games.files.fields import BROKEN, Count, Name, Number, Positive, Row, Share, Text, passing
from games.files.numbers import Refusal


class Table(BaseModel):
    """A table of the file. Keys it does not know are refused, and so is null."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="wrap")
    @classmethod
    def _given(cls, value: Any, read: Read) -> Any:
        if value is None:
            raise Refusal("is null", "leave the field out")
        return passing(value, read)

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, value: Any, read: Read) -> Any:
        return passing(value, read)


class Markov(Table):
    """A Markov chain over named levels, written out."""

    preset: Literal["markov"] = "markov"
    levels: dict[Name, Share] = Field(
        description="urgency of each level, in [0, 1]", examples=[{"calm": 0.15, "crisis": 0.75}]
    )
    transitions: dict[Name, Row] | None = Field(
        None,
        description="for each level, the probabilities of the levels that follow it; they sum to 1",
        examples=[{"calm": {"calm": 0.9, "crisis": 0.1}, "crisis": {"calm": 0.5, "crisis": 0.5}}],
    )
    start: Name | None = Field(None, description="level of the first period; the first one if not given")


class Constant(Table):
    """Urgency that never changes."""

    preset: Literal["constant"]
    level: Share = Field(description="urgency, in [0, 1]", examples=[0.5])
    name: Name = "steady"


class PulseLevels(Table):
    """The parameters of a pulse."""

    peak: Share = Field(description="urgency at the peak", examples=[0.8])
    plateau: Number = Field(description="mean number of periods at the peak", examples=[22.9])
    half_life: Number = Field(description="mean number of periods in which the excess over calm halves", examples=[3])
    calm: Share = Field(0, description="urgency when it is calm", validate_default=True)
    onset: Share = Field(0, description="chance per period that a pulse begins", validate_default=True)
    steps: Count = Field(3, description="number of levels on the way down")
    start: Name = Field("peak", description="calm, peak or fading 1, fading 2, …")


class Pulse(PulseLevels):
    """A crisis: a step onset, a plateau, a decay with a half-life."""

    preset: Literal["pulse"]


class Waves(Table):
    """A cycle of trough, rising, crest and falling."""

    preset: Literal["waves"]
    trough: Share = Field(description="urgency in the trough", examples=[0.1])
    crest: Share = Field(description="urgency at the crest", examples=[0.8])
    low: Number = Field(description="mean number of periods in the trough", examples=[6])
    rise: Number = Field(description="mean number of periods of rising", examples=[2])
    high: Number = Field(description="mean number of periods at the crest", examples=[3])
    fall: Number = Field(description="mean number of periods of falling", examples=[2])
    start: Literal["trough", "rising", "crest", "falling"] = "rising"


class RampLevels(Table):
    """The parameters of a ramp."""

    low: Share = Field(description="urgency on the first step", examples=[0.2])
    high: Share = Field(description="urgency on the last step, where it stays", examples=[0.9])
    steps: Count = Field(description="number of levels", examples=[5])
    pace: Number = Field(description="mean number of periods on each step", examples=[10])


class Ramp(RampLevels):
    """Urgency that climbs and stays at the top (climate)."""

    preset: Literal["ramp"]


class PulseOnRamp(Table):
    """A pulse on top of a ramp."""

    preset: Literal["pulse on a ramp"]
    ramp: RampLevels = Field(description="the slow part")
    pulse: PulseLevels = Field(description="the fast part")


class Empirical(Table):
    """A chain counted from a column of a CSV file."""

    preset: Literal["empirical"]
    file: Text = Field(description="CSV file, relative to the scenario file", examples=["stringency.csv"])
    column: Text = Field(description="the column to count", examples=["value"])
    names: list[Name] = Field(description="names of the levels, lowest first", examples=[["calm", "crisis"]])
    cuts: list[Number] = Field(description="ascending values between the levels, one fewer", examples=[[50]])
    scale: Positive = Field(100, description="the value that is urgency 1", validate_default=True)
    start: Name | None = Field(None, description="level of the first period; that of the last value if not given")


def _preset(value: Any) -> str | None:
    preset = value.get("preset", "markov") if isinstance(value, dict) else getattr(value, "preset", "markov")
    if preset is BROKEN:
        return None
    return f"|{preset}" if isinstance(preset, str) else None


Urgency = Annotated[
    Annotated[Markov, Tag("|markov")]
    | Annotated[Constant, Tag("|constant")]
    | Annotated[Pulse, Tag("|pulse")]
    | Annotated[Waves, Tag("|waves")]
    | Annotated[Ramp, Tag("|ramp")]
    | Annotated[PulseOnRamp, Tag("|pulse on a ramp")]
    | Annotated[Empirical, Tag("|empirical")],
    Discriminator(_preset),
]
