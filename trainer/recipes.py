"""The catalogue: one frozen recipe per model that ganzoo ships.

A recipe says which architecture (`ganzoo.models`), which game (`trainer.games`), which data (`trainer.data`) and how
long. The textbook recipes keep the book's sizes and settings; where a sibling differs, it says only what differs.
"""

import dataclasses
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ganzoo import checks
from ganzoo.models import ARCHITECTURES
from trainer.batch import AUGMENTATIONS
from trainer.data import OWN, described
from trainer.folder import look

MNIST_TRAIN = 60_000
PRESENTATION = ("title", "about", "source", "year", "truncation")
"""The fields that say how a finished model is shown; all others decide what a run computes."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what a training run computes. Raises ValueError for what cannot be meant."""

    name: str
    """The public name: the folder under `weights/`, the argument of `ganzoo.load`."""
    title: str
    """One line for people."""
    about: str
    """What the model teaches; Markdown, shown on its card."""
    source: str
    """Paper or book."""
    year: int
    architecture: str
    """A row of `ganzoo.models.ARCHITECTURES`."""
    game: str
    """A row of `trainer.games.GAMES`."""
    steps: int
    """Rounds of all the game's turns."""
    batch_size: int
    model: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of the architecture."""
    rules: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of the game."""
    data: str = "mnist"
    """A row of `trainer.data.DATASETS`, or "folder:PATH"."""
    augment: str = "none"
    """A row of `trainer.batch.AUGMENTATIONS`."""
    learning_rate: float = 2e-4
    schedule: str = "constant"
    """How the learning rate goes on: a row of `trainer.loop.SCHEDULES`."""
    betas: tuple[float, float] = (0.9, 0.999)
    """Adam's decay rates."""
    epsilon: float = 1e-8
    """Adam's guard against division by zero; Keras uses 1e-7."""
    average: float = 0.0
    """Decay per step of the running average of the weights; 0 keeps none."""
    precision: str = "bfloat16"
    """Of the matrix products: "float32" or "bfloat16". Weights, losses and penalties are always float32."""
    truncation: float = 1.0
    """How samples are drawn when nobody says otherwise: the scale of the latents, as in `Sampler.sample`."""
    previews: int = 40
    """How many pictures of the state of training are kept, denser at the start."""
    seed: int = 0

    def __post_init__(self):
        described(self.data)
        checks.choice("augment", self.augment, AUGMENTATIONS)
        if self.precision not in ("float32", "bfloat16"):
            raise ValueError(f"precision must be float32 or bfloat16, got {self.precision!r}")
        for name in ("steps", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if len(self.betas) != 2 or not all(isinstance(beta, int | float) and 0 <= beta < 1 for beta in self.betas):
            raise ValueError(f"betas must be two numbers, at least 0 and below 1, got {self.betas}")
        if self.previews < 0:
            raise ValueError(f"previews must be at least 0, got {self.previews}")
        if not 0 < self.learning_rate < 1:
            raise ValueError(f"learning_rate must lie between 0 and 1, got {self.learning_rate}")
        if not 0 <= self.average < 1:
            raise ValueError(f"average must be at least 0 and below 1, got {self.average}")
        if not 0 < self.truncation <= 2:
            raise ValueError(f"truncation must be above 0 and at most 2, got {self.truncation}")
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"seed must be at least 0 and below 2**63, got {self.seed}")

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of the pictures; every architecture's default is a digit's."""
        return tuple(self.model.get("image_shape", (1, 28, 28)))

    def as_json(self) -> dict[str, Any]:
        """Plain lists, numbers and strings."""
        return json.loads(json.dumps(dataclasses.asdict(self)))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Recipe":
        unknown = sorted(set(values) - {f.name for f in fields(cls)})
        if unknown:
            raise ValueError(f"no such fields in a recipe: {', '.join(unknown)}")
        return cls(**{**values, "betas": tuple(values.get("betas", cls.betas))})


def epochs(count: float, *, batch_size: int, pictures: int = MNIST_TRAIN) -> int:
    """How many steps `count` passes over the training pictures take."""
    return round(count * (pictures // batch_size))


# The book trains with batches of 100 at a constant 2e-4. In as many passes, batches of 32 at a rate that falls from
# 1e-3 along a cosine come further: after two and a half, the book's setting left ae-mnist at a squared error of 0.0028.
AE = Recipe(
    name="ae-mnist",
    title="Autoencoder with a wide code (12,544 numbers)",
    about="The code is 16 times wider than the picture, so copies are near perfect, and the code says little: noise "
    "added to it or a walk between two codes soon leaves the digits.",
    source="Hinton and Salakhutdinov 2006, Reducing the Dimensionality of Data with Neural Networks; textbook network",
    year=2006,
    architecture="conv-autoencoder",
    game="autoencoding",
    learning_rate=1e-3,
    schedule="cosine",
    average=0.998,
    steps=epochs(7, batch_size=32),
    batch_size=32,
)
DENOISING_AE = replace(
    AE,
    name="dae-mnist",
    title="Denoising autoencoder (noise 0.1)",
    about="It sees a noisy picture and is asked for the clean one. Trained at noise 0.1 only, as in the book, it "
    "breaks down when the noise grows; its robust sibling does not.",
    source="Vincent et al. 2008, Extracting and Composing Robust Features with Denoising Autoencoders",
    year=2008,
    rules={"noise": (0.1, 0.1)},
    steps=epochs(2, batch_size=32),
)
ROBUST_AE = replace(
    DENOISING_AE,
    name="dae-robust-mnist",
    title="Denoising autoencoder (noise 0 to 1)",
    about="Every training picture gets its own noise level between 0 and 1, so one network serves them all.",
    rules={"noise": (0.0, 1.0)},
    steps=epochs(7, batch_size=32),
)
LATENT_NOISE_AE = replace(
    AE,
    name="latent-noise-ae-mnist",
    title="Autoencoder with noise on the code",
    about="Noise of 0.1 is added to the 12,544-number code before decoding, so neighbouring codes must decode alike.",
    source="textbook network",
    rules={"code_noise": 0.1},
    steps=epochs(2, batch_size=32),
)
AE32 = replace(
    AE,
    name="ae32-mnist",
    title="Autoencoder with a 32-number code",
    about="A linear layer squeezes the code to 32 numbers. The axes along which codes vary most change roundness, "
    "slant and thickness of the stroke.",
    model={"code_dim": 32},
    steps=epochs(5, batch_size=32),
)
AE2D = replace(
    AE32,
    name="ae2d-mnist",
    title="Autoencoder with a 2-number code",
    about="Two numbers are all that is kept, so the whole code fits on a map. Digits of a kind gather, with holes "
    "between them where nothing sensible is decoded.",
    model={"code_dim": 2},
    steps=epochs(10, batch_size=100),
    batch_size=100,
)
VAE_ABOUT = (
    "The encoder gives a Gaussian instead of a point, and a penalty keeps all of them near N(0, 1). The code has no "
    "holes: every point decodes to something like a digit, and new digits can be drawn at random."
)
VAE2D = replace(
    AE2D,
    name="vae2d-mnist",
    title="Variational autoencoder with a 2-number code",
    about=VAE_ABOUT,
    source="Kingma and Welling 2013, arXiv 1312.6114",
    year=2013,
    architecture="conv-vae",
    steps=epochs(6, batch_size=100),
)
VAE32 = replace(
    VAE2D,
    name="vae32-mnist",
    title="Variational autoencoder with a 32-number code",
    model={"code_dim": 32},
    steps=epochs(3, batch_size=32),
    batch_size=32,
)

# The book's learning rates, batches and epochs, but for A and D (below). It names no other number of Adam's: A, D and
# the conditional network take the first decay at 0.5, for at 0.9 the loss of D's discriminator was 0.07 after 13
# epochs, its samples one grey blob, and A's digits were still faint after 26,000 steps. D's and the conditional
# network's batch is ours.
GAN_B = Recipe(
    name="gan-b-mnist",
    title="GAN, textbook B",
    about="The original game on a fully connected pair, pictures in [-1, 1] and N(0, 1) noise. At the optimum the "
    "discriminator answers 1/2 everywhere, and the generator has minimised the Jensen-Shannon divergence.",
    source="Goodfellow et al. 2014, arXiv 1406.2661; textbook network",
    year=2014,
    architecture="mlp-gan",
    game="adversarial",
    steps=epochs(200, batch_size=512),
    batch_size=512,
    model={
        "latent_dim": 128,
        "generator_widths": (256, 512, 1024),
        "discriminator_widths": (1024, 512, 256),
        "discriminator_dropout": 0.3,
    },
    average=0.999,
)
GAN_A = replace(
    GAN_B,
    name="gan-a-mnist",
    title="GAN, textbook A",
    about="Noise of deviation 0.1, pictures in [0, 1], and leaky ReLU after every layer, the generator's last too.",
    model={
        **GAN_B.model,
        "latent_dim": 50,
        "latent_std": 0.1,
        "generator_output": "leaky_relu",
        "pixels": "unit",
    },
    # The book's 250 epochs of 512 ended with nothing but 1s (class entropy 0.07 of 2.30); with latents of variance 0.1
    # they were mostly 1s after 36. With batches of 128 the digits come apart. Their shares swing: after 29,250 steps
    # the 0s led (1.89).
    steps=20_000,
    batch_size=128,
    betas=(0.5, 0.999),
)
GAN_C = replace(
    GAN_B,
    name="gan-c-mnist",
    title="GAN, textbook C",
    about="One hidden layer on either side, and batch norm even on the discriminator's verdict. Real and fake pictures "
    "have to share a batch then: alone, each batch is normalised to the same mean, and the verdict says nothing. Batch "
    "norm on the generator's pixels gives all of them the same contrast at first: at a rate of 2e-4 the rim never went "
    "black.",
    model={
        "latent_dim": 50,
        "latent_std": 0.1,
        "generator_widths": (200,),
        "generator_activation": "relu",
        "generator_norm": True,
        "discriminator_widths": (200,),
        "discriminator_output_norm": True,
    },
    rules={"shared_batch": True},
    steps=epochs(200, batch_size=512),
    learning_rate=1e-3,
    betas=(0.5, 0.999),
)
LSGAN_C = replace(
    GAN_C,
    name="lsgan-c-mnist",
    title="LSGAN on textbook C's network",
    about="The same network with a least-squares loss: a fake that is called real, yet lies far from the real ones, "
    "is still pulled towards them.",
    source="Mao et al. 2016, arXiv 1611.04076; textbook network",
    year=2016,
    rules={**GAN_C.rules, "loss": "least-squares"},
)
GAN_D = replace(
    GAN_B,
    name="gan-d-mnist",
    title="GAN, textbook D",
    about="A smaller pair without dropout, from Keras code: Glorot-uniform weights, zero biases, Adam at 1e-4.",
    model={
        "latent_dim": 100,
        "generator_widths": (128, 256, 512),
        "generator_activation": "relu",
        "discriminator_widths": (512, 256, 128),
        "init": "glorot",
    },
    learning_rate=1e-4,
    epsilon=1e-7,
    # The book's 500 epochs (of 256) ended with more than half the samples 1s: class entropy 1.14, distance 10.1.
    steps=epochs(45, batch_size=128),
    batch_size=128,
    betas=(0.5, 0.999),
)

CGAN = replace(
    GAN_D,
    name="cgan-mnist",
    title="Conditional GAN with a Maxout discriminator",
    about="Noise and label go in together, and the digit asked for comes out. The discriminator sees the label too, so "
    "a good picture of the wrong digit is a fake.",
    source="Mirza and Osindero 2014, arXiv 1411.1784; textbook network",
    architecture="maxout-cgan",
    model={"latent_dim": 100},
    steps=epochs(500, batch_size=256),
    batch_size=256,
)
CDCGAN = Recipe(
    name="cdcgan-mnist",
    title="Convolutional conditional GAN",
    about="What ten years added to the conditional GAN: convolutions, a relativistic loss, a penalty on the "
    "discriminator's gradient at real and fake pictures, a look at the whole batch, averaged weights.",
    source="Radford et al. 2015, arXiv 1511.06434; Miyato and Koyama 2018, arXiv 1802.05637; "
    "Huang et al. 2025, arXiv 2501.05441",
    year=2025,
    architecture="conditional-dcgan",
    game="adversarial",
    rules={"loss": "relativistic", "r1": 0.1, "r2": 0.1, "penalty_interval": 16},
    steps=11_000,
    batch_size=128,
    betas=(0.0, 0.99),
    schedule="cosine",
    learning_rate=5e-4,
    average=0.999,
    truncation=0.9,
)
CLASSIFIER = Recipe(
    name="classifier-mnist",
    title="Digit classifier, the yardstick of the measures",
    about="It reads digits, and its last layer but one is the space in which distances between pictures are measured.",
    source="Simonyan and Zisserman 2014, arXiv 1409.1556, in miniature",
    year=2014,
    architecture="conv-classifier",
    game="classification",
    rules={"label_smoothing": 0.05},
    steps=epochs(14, batch_size=128),
    batch_size=128,
    augment="affine",
    learning_rate=2e-3,
    schedule="cosine",
    average=0.998,
    previews=0,
)

RECIPES: tuple[Recipe, ...] = (
    AE, DENOISING_AE, ROBUST_AE, LATENT_NOISE_AE, AE32, AE2D, VAE2D, VAE32,
    GAN_A, GAN_B, GAN_C, LSGAN_C, GAN_D,
    CGAN, CDCGAN,
    CLASSIFIER,
)  # fmt: skip


def named(name: str) -> Recipe:
    """The recipe of that name. Raises ValueError that lists the choices."""
    for recipe in RECIPES:
        if recipe.name == name:
            return recipe
    raise ValueError(f"unknown recipe {name!r}; choices: {', '.join(recipe.name for recipe in RECIPES)}")


def retold(recipe: Recipe) -> Recipe:
    """The recipe with its `PRESENTATION` as the catalogue has it now; what the run computed stays."""
    for now in RECIPES:
        if now.name == recipe.name:
            return replace(recipe, **{name: getattr(now, name) for name in PRESENTATION})
    return recipe


def fitted(recipe: Recipe, *, image_size: int | None = None, channels: int | None = None) -> Recipe:
    """The recipe with its model made for square pictures of that size, and for the classes of its folder of pictures.

    Raises ValueError for sizes that cannot be meant.
    """
    model = dict(recipe.model)
    if image_size is not None or channels is not None:
        side = checks.whole("image size", image_size or recipe.image_shape[1], 4, 1024)
        model["image_shape"] = [checks.choice("channels", channels or recipe.image_shape[0], (1, 3)), side, side]
    if recipe.data.startswith(OWN):
        names = look(Path(recipe.data[len(OWN) :])).classes
        if "classes" in model_options(recipe):
            model["classes"] = max(1, len(names))
    return replace(recipe, model=model)


def changed(recipe: Recipe, assignments: Sequence[str]) -> Recipe:
    """The recipe with `field=value` assignments applied; values are read as JSON, or as text where that fails.

    A name is looked up among the recipe's fields, then the game's rules, then the model's options; `rules.k=2` and
    `model.latent_dim=16` say it outright. Raises ValueError for unknown names and values of another kind.
    """
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise ValueError(f"expected field=value, got {assignment!r}")
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            value = text
        recipe = assigned(recipe, name.replace("-", "_"), value)
    return recipe


def assigned(recipe: Recipe, name: str, value: Any) -> Recipe:
    plain = [f.name for f in fields(recipe) if f.name not in ("name", "model", "rules")]
    if name in plain:
        old = getattr(recipe, name)
        kinds = (int, float) if isinstance(old, float) else (list,) if isinstance(old, tuple) else (type(old),)
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise ValueError(f"{name} must be of the kind of {old!r}, got {value!r}")
        return replace(recipe, **{name: tuple(value) if isinstance(value, list) else value})
    group, _, key = name.rpartition(".")
    if group in ("rules", "model"):
        return replace(recipe, **{group: {**getattr(recipe, group), key: value}})
    for group, options in (("rules", game_rules(recipe)), ("model", model_options(recipe))):
        if name in options:
            return replace(recipe, **{group: {**getattr(recipe, group), name: value}})
    choices = [
        *plain,
        *(f"rules.{rule}" for rule in game_rules(recipe)),
        *(f"model.{key}" for key in model_options(recipe)),
    ]
    raise ValueError(f"unknown field {name!r} of {recipe.name}; choices: {', '.join(choices)}")


def game_rules(recipe: Recipe) -> list[str]:
    """The names of the rules that the recipe's game takes."""
    from trainer.games import GAMES

    return [name for name in keywords(GAMES[recipe.game]) if name != "model"]


def model_options(recipe: Recipe) -> list[str]:
    """The names of the options that the recipe's architecture takes."""
    return list(dict.fromkeys([*recipe.model, *keywords(ARCHITECTURES[recipe.architecture])]))


def keywords(maker: Callable) -> list[str]:
    named = inspect.signature(maker).parameters.values()
    return [parameter.name for parameter in named if parameter.kind is not parameter.VAR_KEYWORD]
