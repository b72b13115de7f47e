"""The catalogue: one frozen recipe per model; those in weights/ have been trained.

A recipe says which architecture (`ganzoo.models`), which game (`trainer.games`), which data (`trainer.data`) and how
long. The textbook recipes keep the book's sizes and settings; where a sibling differs, it says only what differs.
"""

from dataclasses import replace
from typing import Any

from trainer.data import get_source
from trainer.recipes.recipe import PRESENTATION, Recipe, recipe_differences

MNIST_TRAIN = 60_000


def epochs(count: float, *, batch_size: int, pictures: int = MNIST_TRAIN) -> int:
    """How many steps `count` passes over the training pictures take."""
    return round(count * (pictures // batch_size))


def on_fashion(recipe: Recipe, **differences: Any) -> Recipe:
    """The recipe on Fashion-MNIST."""
    name, title = recipe.name.replace("-mnist", "-fashion"), f"{recipe.title}, Fashion-MNIST"
    return replace(recipe, **{"name": name, "title": title, "data": "fashion-mnist", **differences})


# The book's batch and learning rate; it names no number of epochs.
AE = Recipe(
    name="ae-mnist",
    title="Autoencoder with a wide code (12,544 numbers)",
    about="The code is 16 times wider than the picture, so copies are near perfect, and the code says little: noise "
    "added to it or a walk between two codes soon leaves the digits.",
    source="Hinton and Salakhutdinov 2006, Reducing the Dimensionality of Data with Neural Networks; textbook network",
    year=2006,
    architecture="conv-autoencoder",
    game="autoencoding",
    ema_decay=0.998,
    steps=epochs(18, batch_size=100),
    batch_size=100,
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
    steps=epochs(6, batch_size=100),
)
ROBUST_AE = replace(
    DENOISING_AE,
    name="dae-robust-mnist",
    title="Denoising autoencoder (noise 0 to 1)",
    about="Every training picture gets its own noise level between 0 and 1, so one network serves them all. Unlike the "
    "book's, it trains with small batches and a rate that falls along a cosine: as many passes bring it further.",
    rules={"noise": (0.0, 1.0)},
    learning_rate=1e-3,
    schedule="cosine",
    batch_size=32,
    steps=epochs(7, batch_size=32),
)
LATENT_NOISE_AE = replace(
    AE,
    name="latent-noise-ae-mnist",
    title="Autoencoder with noise on the code",
    about="Noise of 0.1 is added to the 12,544-number code before decoding, so neighbouring codes must decode alike.",
    source="textbook network",
    rules={"code_noise": 0.1},
    steps=epochs(6, batch_size=100),
)
AE32 = replace(
    AE,
    name="ae32-mnist",
    title="Autoencoder with a 32-number code",
    about="A linear layer squeezes the code to 32 numbers. The axes along which codes vary most change roundness, "
    "slant and thickness of the stroke.",
    model={"code_dim": 32},
    steps=epochs(10, batch_size=100),
)
AE2D = replace(
    AE32,
    name="ae2d-mnist",
    title="Autoencoder with a 2-number code",
    about="Two numbers are all that is kept, so the whole code fits on a map. Pictures of a kind gather, with holes "
    "between them where nothing sensible is decoded.",
    model={"code_dim": 2},
    steps=epochs(20, batch_size=100),
)
VAE_ABOUT = (
    "The encoder gives a Gaussian instead of a point, and a penalty keeps all of them near N(0, 1). The code has no "
    "holes: every point decodes to something like a training picture, and new ones can be drawn at random."
)
VAE2D = replace(
    AE2D,
    name="vae2d-mnist",
    title="Variational autoencoder with a 2-number code",
    about=VAE_ABOUT,
    source="Kingma and Welling 2013, arXiv 1312.6114",
    year=2013,
    architecture="conv-vae",
    learning_rate=1e-3,
    schedule="cosine",
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
    ema_decay=0.999,
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
COLLAPSED_A = replace(
    GAN_A,
    name="collapsed-a-mnist",
    title="GAN, textbook A, collapsed",
    about="The same network at the book's own batches of 512 and 250 epochs: the generator draws nothing but 1s. The "
    "losses look like those of any other run; coverage and class entropy tell.",
    steps=epochs(250, batch_size=512),
    batch_size=512,
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
    about="Noise and label go in together, and a picture of that class comes out. The discriminator sees the label "
    "too, so a good picture of the wrong class is a fake.",
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
    ema_decay=0.999,
    truncation=0.9,
)

DCGAN = Recipe(
    name="dcgan-mnist",
    title="DCGAN",
    about="Convolutions in place of full connection, strides in place of pooling, batch norm on both sides, weights "
    "from N(0, 0.02), Adam with its first decay at 0.5: the recipe that made GANs train.",
    source="Radford et al. 2015, arXiv 1511.06434",
    year=2015,
    architecture="dcgan",
    game="adversarial",
    steps=11_000,
    batch_size=128,
    betas=(0.5, 0.999),
)
LSGAN = replace(
    DCGAN,
    name="lsgan-mnist",
    title="LSGAN",
    about="DCGAN with one thing changed, a least-squares loss: a fake that is called real, yet lies far from the real "
    "ones, is still pulled towards them.",
    source="Mao et al. 2016, arXiv 1611.04076",
    year=2016,
    rules={"loss": "least-squares"},
)
WGAN_GP = replace(
    DCGAN,
    name="wgan-gp-mnist",
    title="WGAN-GP",
    about="The discriminator becomes a critic that measures how far the two crowds of pictures are apart. It may rise "
    "by no more than 1 for each unit of distance, and a penalty on its gradient between real and fake pictures sees to "
    "that. Five steps of the critic for one of the generator; no batch norm in the critic, for the penalty looks at "
    "single pictures.",
    source="Gulrajani et al. 2017, arXiv 1704.00028",
    year=2017,
    model={"discriminator_norm": False},
    rules={"loss": "wasserstein", "gradient_penalty": 10.0, "penalty_interval": 1, "k": 5},
    steps=6_000,
    batch_size=64,
    learning_rate=1e-4,
    betas=(0.0, 0.9),
)
# The head reads under noise. Without it, and with 32 numbers of plain noise in the latent, the codes hid in details
# that nobody sees: after 2,000 steps the head knew the category of 99 % of the model's own pictures and of 60 % of the
# test split's, and no code went with slant by more than a rank correlation of 0.24. Under noise alone, 4 and 9 shared
# their two categories after 6,000 (87 %; slant 0.54, thickness 0.35); that views of a picture agree took them apart.
INFOGAN = Recipe(
    name="infogan-mnist",
    title="InfoGAN",
    about="Part of the latent must be readable from the picture. Without a single label the ten-way code comes to mean "
    "the digit, and the two continuous codes move slant and thickness of the stroke. Beyond the paper, codes are read "
    "under noise, and the category of a picture stays when the picture is turned and slanted a little.",
    source="Chen et al. 2016, arXiv 1606.03657",
    year=2016,
    architecture="infogan",
    game="infogan",
    model={"noise_dim": 16, "width": 32, "hidden": 512},
    rules={
        "generator_rate": 5.0,
        "continuous": 1.0,
        "reading_noise": 1.5,
        "invariance": 1.0,
        "category_noise": 0.5,
    },
    steps=5_000,
    batch_size=128,
    betas=(0.5, 0.999),
    ema_decay=0.999,
)
MODERN = replace(
    CDCGAN,
    name="modern-mnist",
    title="A GAN of today",
    about="The same ten years of progress without labels: a relativistic loss, a penalty on the discriminator's "
    "gradient at real and fake pictures, no batch norm in the discriminator, a look at the whole batch, averaged "
    "weights.",
    source="Huang et al. 2025, arXiv 2501.05441; Radford et al. 2015, arXiv 1511.06434",
    architecture="modern-gan",
    truncation=1.0,
)

# One thread learns from about 1,600 pictures a second at 4x4, 750 at 8x8, 460 at 16x16 and 280 at 32x32.
PROGAN = Recipe(
    name="progan-fashion",
    title="ProGAN, Fashion-MNIST",
    about="Both networks begin with 4x4 pictures. As training goes on they get layers for 8x8, 16x16 and 32x32, each "
    "faded in: what is large is learnt before what is small. Pictures have a black frame, for 28 is no power of two.",
    source="Karras et al. 2017, arXiv 1710.10196",
    year=2017,
    architecture="progan",
    game="progressive",
    model={"image_shape": (1, 32, 32)},
    rules={"r1": 0.1},
    data="fashion-mnist",
    steps=20_000,
    batch_size=64,
    learning_rate=1e-3,
    betas=(0.0, 0.99),
    ema_decay=0.999,
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
    ema_decay=0.998,
    previews=0,
)

CLASSIFIER_FASHION = on_fashion(
    CLASSIFIER,
    title="Classifier of articles of clothing, the yardstick of the measures",
    about="It tells ten articles of clothing apart, and its last layer but one is the space in which distances between "
    "pictures are measured.",
    augment="flip",
)
CLASSIFIER_EMOJI = replace(
    CLASSIFIER,
    name="classifier-emoji",
    title="Classifier of emoji, the yardstick of the measures",
    about="It tells the eight groups of emoji apart, and its last layer but one is the space in which distances "
    "between pictures are measured.",
    model={"image_shape": (3, 64, 64), "classes": 8},
    data="emoji",
    steps=1_500,
    batch_size=64,
)

DAE_FASHION = on_fashion(ROBUST_AE)
AE2D_FASHION = on_fashion(AE2D)
VAE2D_FASHION = on_fashion(VAE2D)
CGAN_FASHION = on_fashion(CGAN)
CDCGAN_FASHION = on_fashion(CDCGAN)
MODERN_FASHION = on_fashion(MODERN)

DCGAN_STACKED = replace(
    DCGAN,
    name="dcgan-stacked",
    title="DCGAN, Stacked MNIST",
    about="Three digits, one in each colour channel, make 1,000 kinds of pictures. Nothing in the loss asks for all of "
    "them; the figures count how many the generator has found.",
    model={"image_shape": (3, 28, 28)},
    data="stacked-mnist",
)
MODERN_STACKED = replace(
    MODERN,
    name="modern-stacked",
    title="A GAN of today, Stacked MNIST",
    about=f"{DCGAN_STACKED.about} A relativistic loss judges every fake beside a real picture, so none is won by "
    "forgetting the others.",
    model=DCGAN_STACKED.model,
    data=DCGAN_STACKED.data,
)

# 1,476 pictures are few: both networks' pictures are varied, or the discriminator would learn them by heart. Weights of
# an equalised learning rate are N(0, 1) when it begins, and Adam moves them by about that rate in a step: 20,000 steps
# of 32 at 1e-3, with the loss and the penalty of `PROGAN`, left half-made shapes, many of them alike.
# With "nearest" in place of "bilinear", surfaces came out woven: distance 2.92 (its last weights; averaged 3.01),
# precision 0.72, recall 0.46, coverage 0.56. With "bilinear" they are nearly plain, but lines echo edges: distance 2.90
# (averaged; last 2.97), precision 0.75, recall 0.35, coverage 0.61. One run each, seed 0. Tried with "nearest" only:
# penalties of 0.3 (distance 3.03), and a discriminator of the paper's layout at one and a half times the cost (3.27).
PROGAN_EMOJI = replace(
    PROGAN,
    name="progan-emoji",
    title="ProGAN, emoji",
    about="From 4x4 blots of colour to emoji of 64x64, stage by stage. The discriminator sees real and generated "
    "pictures shifted, recoloured and with holes alike, for there are only 1,476 to learn from.",
    model={"image_shape": (3, 64, 64), "light": True, "upsampling": "bilinear", "width": 32},
    rules={
        "diff_augment": True,
        "loss": "relativistic",
        "r1": 1.0,
        "r2": 1.0,
        "generator_rate": 0.5,
        "shares": (1, 1, 1, 2, 7),
        "fade": 0.25,
    },
    data="emoji",
    steps=28_000,
    batch_size=32,
    learning_rate=5e-3,
    schedule="linear-second-half",
)
MODERN_EMOJI = replace(
    MODERN,
    name="modern-emoji",
    title="A GAN of today, emoji",
    about="All sizes at once, where ProGAN grows: a relativistic loss and gradient penalties keep 64x64 colour "
    "pictures steady from the first step on.",
    model={"image_shape": (3, 64, 64), "width": 64},
    rules={**MODERN.rules, "diff_augment": True, "r1": 1.0, "r2": 1.0},
    data="emoji",
    steps=10_000,
    batch_size=64,
)

PIX2PIX = Recipe(
    name="pix2pix-facades",
    title="pix2pix, windows to house fronts",
    about="Windows drawn red on a blue wall become a photo of a house front. The generator is held to the real photo "
    "in L1, and a discriminator of patches asks for sharp detail where L1 alone would blur.",
    source="Isola et al. 2016, arXiv 1611.07004",
    year=2016,
    architecture="pix2pix",
    game="translation",
    model={"image_shape": (3, 128, 128)},
    data="facades",
    augment="jitter",
    steps=10_000,
    batch_size=4,
    betas=(0.5, 0.999),
    schedule="linear-second-half",
    ema_decay=0.999,
)
ENCDEC = replace(
    PIX2PIX,
    name="encdec-facades",
    title="Encoder-decoder, windows to house fronts",
    about="pix2pix without skip connections: what the decoder knows of the drawing went through 4x4 numbers per "
    "channel. Edges of windows come out soft and out of place.",
    model={**PIX2PIX.model, "skip": False},
)
L1_FACADES = replace(
    PIX2PIX,
    name="l1-facades",
    title="U-Net with L1 alone, windows to house fronts",
    about="The same generator without a discriminator. Where many photos would fit a drawing, L1 is smallest for "
    "something between them all: blur.",
    model={**PIX2PIX.model, "patch_layers": 0},
)
WINDOWS = replace(
    L1_FACADES,
    name="windows-facades",
    title="Window finder, house fronts to windows",
    about="The way back: a U-Net marks the windows in a photo of a house front. It is the yardstick by which the "
    "windows drawn for a pix2pix are looked for in its result.",
    rules={"source": "left"},
    steps=8_000,
)
AERIAL = replace(
    PIX2PIX,
    name="pix2pix-aerial",
    title="pix2pix, maps to aerial photos",
    about="A street map becomes the aerial photo that might belong to it.",
    data="maps",
)
MAP = replace(
    AERIAL,
    name="pix2pix-map",
    title="pix2pix, aerial photos to maps",
    about="An aerial photo becomes a street map: two registered views of one thing, as with CT and MRI.",
    rules={"source": "left"},
)
INPAINT = replace(
    PIX2PIX,
    name="inpaint-facades",
    title="pix2pix, scratched photos repaired",
    about="Scratches and holes are drawn over photos while it trains, different ones in every step, and it learns to "
    "fill them in.",
    rules={"undo": "scratches"},
)
DEBLUR = replace(
    PIX2PIX,
    name="deblur-facades",
    title="pix2pix, shaken photos sharpened",
    about="Photos are blurred along a line while it trains, as by a camera that moves, and it learns to undo that.",
    rules={"undo": "motion-blur"},
)
PIX2PIX_EMOJI = replace(
    PIX2PIX,
    name="pix2pix-emoji",
    title="pix2pix, outlines to emoji",
    about="An outline becomes a coloured emoji. While it trains, outlines are thick or thin, simplified and with gaps, "
    "as people draw them.",
    model={"image_shape": (3, 64, 64)},
    rules={"undo": "outline"},
    data="emoji",
    steps=20_000,
    batch_size=8,
)
COLORIZE_EMOJI = replace(
    PIX2PIX_EMOJI,
    name="colorize-emoji",
    title="pix2pix, grey emoji coloured",
    about="It has seen emoji in grey and in colour, and gives unseen ones the colours that they might have.",
    rules={"undo": "grey"},
    steps=10_000,
)
# With instance norm in the generators, 10,000 steps left one or two dark spots in most summers made of winters. With
# the identity term to the end, meadows stayed green in winter; with a fifth of it, colours were turned over after 500
# steps.
CYCLEGAN = Recipe(
    name="cyclegan-seasons",
    title="CycleGAN, summer and winter",
    about="Photos of summer and of winter, none of which belong together. Each generator must fool a discriminator "
    "that knows the other season, and the two in a row must give back the picture that went in.",
    source="Zhu et al. 2017, arXiv 1703.10593",
    year=2017,
    architecture="cyclegan",
    game="cycle",
    model={"image_shape": (3, 128, 128), "norm": False},
    rules={"identity_until": 0.25},
    data="seasons",
    augment="jitter",
    steps=8_000,
    batch_size=1,
    betas=(0.5, 0.999),
    schedule="linear-second-half",
    ema_decay=0.999,
)

CYCLEGAN_EMOJI = replace(
    CYCLEGAN,
    name="cyclegan-emoji",
    title="CycleGAN, Noto and OpenMoji",
    about="Two ways to draw the same emoji, with black outlines and without. It is never told which picture of the one "
    "collection belongs to which of the other.",
    model={"image_shape": (3, 64, 64), "width": 20, "blocks": 4},
    rules={},
    data="emoji-styles",
    augment="none",
    steps=6_000,
    batch_size=4,
)

RECIPES: tuple[Recipe, ...] = (
    AE, DENOISING_AE, ROBUST_AE, LATENT_NOISE_AE, AE32, AE2D, VAE2D, VAE32,
    GAN_A, COLLAPSED_A, GAN_B, GAN_C, LSGAN_C, GAN_D,
    CGAN, CDCGAN,
    DCGAN, LSGAN, WGAN_GP, INFOGAN, MODERN,
    DCGAN_STACKED, MODERN_STACKED,
    DAE_FASHION, AE2D_FASHION, VAE2D_FASHION,
    CGAN_FASHION, CDCGAN_FASHION, PROGAN, MODERN_FASHION,
    PROGAN_EMOJI, MODERN_EMOJI,
    PIX2PIX, ENCDEC, L1_FACADES, WINDOWS, AERIAL, MAP, INPAINT, DEBLUR, PIX2PIX_EMOJI, COLORIZE_EMOJI,
    CYCLEGAN, CYCLEGAN_EMOJI,
    CLASSIFIER, CLASSIFIER_FASHION, CLASSIFIER_EMOJI,
)  # fmt: skip


def get_recipe(name: str) -> Recipe:
    """The recipe of that name. Raises ValueError that lists the choices."""
    for recipe in RECIPES:
        if recipe.name == name:
            return recipe
    raise ValueError(f"unknown recipe {name!r}; choices: {', '.join(recipe.name for recipe in RECIPES)}")


def retitled_for_data(recipe: Recipe) -> Recipe:
    """The recipe; on other data than the catalogue's, its title and text are of those, unless they were set."""
    known = get_recipe(recipe.name)
    if recipe.data == known.data:
        return recipe
    pictures = get_source(recipe.data).title
    words = {
        "title": f"As {known.name}, {pictures}",
        "about": f"The recipe of {known.name}, trained on {pictures}.",
    }
    return replace(recipe, **{key: text for key, text in words.items() if getattr(recipe, key) == getattr(known, key)})


def is_from_catalogue(recipe: dict[str, Any]) -> bool:
    """Whether a model was trained by exactly the recipe of that name."""
    return not recipe_differences(get_recipe(recipe["name"]).as_json(), recipe)


def with_current_text(recipe: Recipe) -> Recipe:
    """The recipe with its `PRESENTATION` as the catalogue has it now; what the run computed stays.

    One that computes something else than the catalogue's, seeds apart, keeps its own words.
    """
    for now in RECIPES:
        told = replace(recipe, **{name: getattr(now, name) for name in PRESENTATION})
        if replace(told, seed=now.seed).as_json() == now.as_json():
            return told
    return recipe
