"""The family of classifiers: images in, probabilities of classes out. They have no preview."""

from PIL import Image

import ganzoo
from ganzoo.images import grid
from ganzoo.inference import ModelStore
from ganzoo.models import Classifier
from trainer.families.family import Family, Usage
from trainer.families.own_images import own_images
from trainer.measures import classifiers


def headline(model: ganzoo.Classifier) -> tuple[str, ...]:
    return ("test accuracy",)


def usage(model: ganzoo.Classifier, name: str) -> Usage:
    shape = ", ".join(map(str, model.image_shape))
    code = (
        f'import ganzoo\n\nclassifier = ganzoo.load("{name}")\n'
        f"probabilities = classifier.predict_proba(images)  # uint8 tensor (n, {shape})"
    )
    return Usage("image-classification", "classifier", code)


def sample_sheet(model: ganzoo.Classifier, store: ModelStore) -> Image.Image:
    """Images sorted by the class that the model predicts."""
    images = own_images(model.config.data, 20, model.image_shape, store)
    return grid(images[model.predict(images).argsort(stable=True)], columns=10)


CLASSIFIERS = Family(
    model=ganzoo.Classifier,
    network=Classifier,
    measure=classifiers.measure,
    headline=headline,
    usage=usage,
    sample_sheet=sample_sheet,
)
