"""How a game is trained: the loop, a run and its folder, and how a run is watched."""

from trainer.engine.compare_runs import compare
from trainer.engine.distributed import is_first_rank
from trainer.engine.ema import EMA
from trainer.engine.loop import Training, only_trains, prepare_training
from trainer.engine.loss_window import NonFiniteLoss
from trainer.engine.model_folder import describe_dataset, write_model
from trainer.engine.previews import read_frames, save_animation, save_image
from trainer.engine.run import Intervals, changeable_fields, continued_recipe, resume, start
from trainer.engine.run_folder import RunFolder, naming
from trainer.engine.schedules import SCHEDULES, learning_rate
from trainer.engine.watch import Watch

__all__ = [
    "EMA",
    "SCHEDULES",
    "Intervals",
    "NonFiniteLoss",
    "RunFolder",
    "Training",
    "Watch",
    "changeable_fields",
    "compare",
    "continued_recipe",
    "describe_dataset",
    "is_first_rank",
    "learning_rate",
    "naming",
    "only_trains",
    "prepare_training",
    "read_frames",
    "resume",
    "save_animation",
    "save_image",
    "start",
    "write_model",
]
