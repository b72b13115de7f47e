"""What config.json records of a model, as typed values, and the old names under which stored fields are still read."""

from ganzoo.config.aliases import ALIASES, with_current_names
from ganzoo.config.model_config import CONFIG, DIGITS, ModelConfig, is_same_data, without_path
from ganzoo.config.recorded import (
    Code,
    Codes,
    Comparison,
    OtherRun,
    RecordedFigure,
    TrainingFacts,
    Variant,
    figures_from_json,
)

__all__ = [
    "ALIASES",
    "CONFIG",
    "DIGITS",
    "Code",
    "Codes",
    "Comparison",
    "ModelConfig",
    "OtherRun",
    "RecordedFigure",
    "TrainingFacts",
    "Variant",
    "figures_from_json",
    "is_same_data",
    "with_current_names",
    "without_path",
]
