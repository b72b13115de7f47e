"""Image to image: pix2pix on pairs of images, CycleGAN on two collections without pairs."""

from dataclasses import replace

from trainer.recipes.recipe import Recipe

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
# Norm and identity term were chosen by trials: docs/experiments.md#cyclegan-seasons.
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
    PIX2PIX, ENCDEC, L1_FACADES, WINDOWS, AERIAL, MAP, INPAINT, DEBLUR, PIX2PIX_EMOJI, COLORIZE_EMOJI,
    CYCLEGAN, CYCLEGAN_EMOJI,
)  # fmt: skip
