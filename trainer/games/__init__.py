"""The games by name."""

from collections.abc import Mapping
from typing import Any

from ganzoo.models import ImageModel
from trainer.games.adversarial import Adversarial
from trainer.games.autoencoding import Autoencoding
from trainer.games.base import Game, Turn
from trainer.games.classification import Classification
from trainer.games.cycle import Cycling
from trainer.games.infogan import Informative
from trainer.games.progressive import Progressive
from trainer.games.translation import Translating

__all__ = ["GAMES", "Game", "Turn", "build"]

GAMES: dict[str, type[Game]] = {
    "autoencoding": Autoencoding,
    "adversarial": Adversarial,
    "infogan": Informative,
    "progressive": Progressive,
    "translation": Translating,
    "cycle": Cycling,
    "classification": Classification,
}


def build(game: str, model: ImageModel, rules: Mapping[str, Any]) -> Game:
    """The game `game` for `model`. Raises ValueError for an unknown game or rule, listing the choices."""
    if game not in GAMES:
        raise ValueError(f"unknown game {game!r}; choices: {', '.join(GAMES)}")
    try:
        return GAMES[game](model, **rules)
    except (TypeError, ValueError) as error:
        raise ValueError(f"game {game!r} with {dict(rules)}: {error}") from error
