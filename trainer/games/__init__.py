"""How models learn: each game is a list of turns, which `trainer.engine` trains.

| to add | touch |
|---|---|
| an adversarial loss | one row in `losses.ADVERSARIAL_LOSSES` with its pair of functions |
| a rule of a game | one keyword argument of its class; recipes and `--set` know it by that name |
| a game | one file with a subclass of `Game`, one row in `GAMES` |
"""

import inspect
from collections.abc import Mapping
from typing import Any

from ganzoo import checks
from ganzoo.models import ImageModel
from trainer.games.adversarial import AdversarialGame
from trainer.games.autoencoding import AutoencoderGame
from trainer.games.base import Game, Turn
from trainer.games.classification import ClassificationGame
from trainer.games.cycle import CycleGame
from trainer.games.infogan import InfoGANGame
from trainer.games.losses import ADVERSARIAL_LOSSES
from trainer.games.progressive import ProgressiveGame
from trainer.games.translation import TranslationGame

__all__ = ["ADVERSARIAL_LOSSES", "GAMES", "Game", "Turn", "build"]

GAMES: dict[str, type[Game]] = {
    "autoencoding": AutoencoderGame,
    "adversarial": AdversarialGame,
    "infogan": InfoGANGame,
    "progressive": ProgressiveGame,
    "translation": TranslationGame,
    "cycle": CycleGame,
    "classification": ClassificationGame,
}
"""By the name in a recipe."""


def build(game: str, model: ImageModel, rules: Mapping[str, Any]) -> Game:
    """The game of that name for `model`. Raises ValueError for an unknown game, another kind of model, wrong rules."""
    if game not in GAMES:
        raise ValueError(f"unknown game {checks.shown(game)}; choices: {', '.join(GAMES)}")
    kind = inspect.signature(GAMES[game]).parameters["model"].annotation
    if not isinstance(model, kind):
        raise ValueError(
            f"game {checks.shown(game)} needs a {kind.__name__}, got a model of class {type(model).__name__}"
        )
    try:
        return GAMES[game](model, **rules)
    except (TypeError, ValueError) as error:
        raise ValueError(f"game {checks.shown(game)} with {checks.shown(dict(rules))}: {error}") from error
