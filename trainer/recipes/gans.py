"""GANs: the textbook's four fully connected ones, conditional and convolutional ones, InfoGAN and ProGAN."""

from dataclasses import replace

from trainer.recipes.recipe import Recipe, epochs, on_fashion

# Where A to D leave the book's settings, and why: docs/experiments.md#textbook-gans-a-to-d.
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
    # The book's 250 epochs of 512 collapse: docs/experiments.md#gan-a-mnist.
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
    about="One hidden layer on either side, and batch norm even on the discriminator's score. Real and fake pictures "
    "have to share a batch then: alone, each batch is normalised to the same mean, and the score says nothing. Batch "
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
    # The book's 500 epochs nearly collapse: docs/experiments.md#gan-d-mnist.
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
# What was tried for a short run, and what it gave: docs/speedrun.md.
SPEEDRUN = replace(
    CDCGAN,
    name="speedrun-mnist",
    title="Convolutional conditional GAN, the fastest to train",
    about="The convolutional conditional GAN for the shortest training on two processor cores: narrow networks that "
    "only change the size of their maps, small batches, a high and constant rate, and a discriminator that also tells "
    "the classes apart. It stops as soon as it is good enough.",
    source=f"{CDCGAN.source}; Odena et al. 2016, arXiv 1610.09585",
    model={"width": 64, "light": True},
    rules={**CDCGAN.rules, "r1": 0.2, "r2": 0.2, "classification": 0.1},
    steps=700,
    batch_size=64,
    learning_rate=1e-3,
    schedule="constant",
    ema_decay=0.995,
    truncation=1.0,
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
# The head reads under noise, or the codes hide in details: docs/experiments.md#infogan-mnist.
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
# What each stage costs: docs/experiments.md#progan-fashion.
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
# Upsampling, penalties and rate were chosen by trials: docs/experiments.md#progan-emoji.
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

RECIPES: tuple[Recipe, ...] = (
    GAN_A, COLLAPSED_A, GAN_B, GAN_C, LSGAN_C, GAN_D,
    CGAN, CDCGAN, SPEEDRUN,
    DCGAN, LSGAN, WGAN_GP, INFOGAN, MODERN,
    DCGAN_STACKED, MODERN_STACKED,
    CGAN_FASHION, CDCGAN_FASHION, PROGAN, MODERN_FASHION,
    PROGAN_EMOJI, MODERN_EMOJI,
)  # fmt: skip
