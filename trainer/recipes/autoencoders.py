"""Autoencoders: wide, narrow, denoising and variational; on MNIST and on Fashion-MNIST."""

from dataclasses import replace

from trainer.recipes.recipe import Recipe, epochs, on_fashion

# Why these settings: docs/experiments.md#autoencoders.
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
DAE_FASHION = on_fashion(ROBUST_AE)
AE2D_FASHION = on_fashion(AE2D)
VAE2D_FASHION = on_fashion(VAE2D)

RECIPES: tuple[Recipe, ...] = (
    AE, DENOISING_AE, ROBUST_AE, LATENT_NOISE_AE, AE32, AE2D, VAE2D, VAE32,
    DAE_FASHION, AE2D_FASHION, VAE2D_FASHION,
)  # fmt: skip
