"""Classifiers: they read images, and the measures of other models use their features."""

from dataclasses import replace

from trainer.recipes.recipe import Recipe, epochs, on_fashion

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

RECIPES: tuple[Recipe, ...] = (CLASSIFIER, CLASSIFIER_FASHION, CLASSIFIER_EMOJI)
