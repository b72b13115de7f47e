"""Images that may ship: drawn by code or made by shipped models, never taken from a dataset."""

from collections.abc import Iterator

import torch
from torch import Tensor

import ganzoo
from ganzoo.images import fit, to_pil
from ganzoo.inference import ModelStore, examples
from trainer import data


def own_images(data_name: str, n: int, image_shape: tuple[int, int, int], store: ModelStore) -> Tensor:
    """uint8 (n, c, h, w) by the GAN of the store that is nearest to that dataset, or else to MNIST.

    GANs with labels come first. Without any GAN, the images are digits drawn by code.
    """
    models = list(all_models(store))
    if gan := examples.closest_gan(data_name, models) or examples.closest_gan("mnist", models):
        images = list(gan.sample(n, seed=0).images)
    else:
        images = [data.draw_digit(i % 10, 0.5, 0.6, 0.4, 0.5, 0.5) for i in range(n)]
    return torch.stack([fit(to_pil(image), image_shape) for image in images])


def own_sources(model: ganzoo.Translator, store: ModelStore, *, n: int = 8) -> Tensor:
    """Sources uint8 (n, c, h, w) for a translator, as its network sees them."""
    sources = examples.sources(model, model.sides[0], n, all_models(store))
    if sources is not None:
        return sources
    images = own_images(model.config.data, n, model.image_shape, store)
    return model.degrade(images, strength=model.strength) if model.undoes else images


def all_models(store: ModelStore) -> Iterator[ganzoo.LoadedModel]:
    return (store.load(name) for name in store.names())
