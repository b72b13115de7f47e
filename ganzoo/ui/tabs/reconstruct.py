"""The tab of autoencoders: a picture drawn, uploaded or taken goes through the code and back, with or without noise.

What is taken, read and named is what the chosen model was trained on (`catalogue.subjects`), digits or something else.
"""

from functools import partial
from typing import Any

import gradio as gr
import numpy as np
from torch import Tensor

from ganzoo import Reconstructor, checks, metrics
from ganzoo.images import as_digit, fit
from ganzoo.inference.reconstructor import Reconstruction
from ganzoo.ui import catalogue, events, pictures, texts
from ganzoo.ui.components import canvas

MNIST_TEST = "MNIST"
PAIRS = 10


def autoencoder(name: Any) -> Reconstructor:
    return catalogue.load(name, Reconstructor)


def sources(model: Reconstructor) -> list[str]:
    """Where pictures for a model can be taken from: conditional GANs, for digits MNIST's test set too if it is here."""
    feeders = catalogue.feeders(model)
    names = sorted((one.name for one in feeders), key=lambda name: name not in catalogue.PREFERRED)
    digits = all(map(catalogue.knows_digits, feeders))
    return [*names, MNIST_TEST] if digits and pictures.mnist_on_disk() else names


def take(model: Reconstructor, labels: list[int], seed: int, source: str = "") -> np.ndarray:
    """Pictures uint8 (n, 28, 28), one for each label, from one of the model's `sources`: the first one when empty."""
    known, classes = sources(model), len(catalogue.fed(model))
    source = checks.choice("source", source or (known or [""])[0], known)
    labels = [checks.whole("label", label, 0, classes - 1) for label in labels]
    seed = checks.whole("seed", seed, 0, checks.MAX_SEED)
    if source == MNIST_TEST:
        return pictures.mnist_digits(labels, seed=seed)
    return np.asarray(catalogue.load(source).sample(len(labels), seed=seed, label=labels).images)[:, 0]


def example(model: Reconstructor, label: int, seed: int, source: str = "") -> np.ndarray:
    """One picture uint8 (1, 28, 28); `label` may be left from another model's menu."""
    return take(model, [events.kept(label, catalogue.fed(model))], seed, source)


def taken(name: str, source: str, label: int, seed: int) -> str:
    """One picture as the canvas takes it; the source and the label may be left from the menus of another model."""
    model = autoencoder(name)
    return pictures.png(example(model, label, seed, fitting(model, source)))


def look(model: Reconstructor) -> pictures.Look:
    """How any picture is made to look like those of the model: a digit is centred as MNIST's are, another is fitted."""
    return as_digit if catalogue.subjects(model) == catalogue.DIGITS else partial(fit, image_shape=model.image_shape)


def opened(model: Reconstructor, picture: str) -> Tensor:
    """A data URI as the model takes it: uint8 (1, 1, 28, 28). Raises ValueError."""
    return pictures.open_uri(picture, look(model))[None]


def uploaded(name: str, path: str) -> str:
    """A stranger's file as the canvas takes it."""
    if not path:
        raise ValueError("no picture was sent")
    return pictures.png(pictures.read(path, look(autoencoder(name))))


def reconstruct(model: str, picture: str, noise: float = 0.0, code_noise: float = 0.0, seed: int = 0) -> dict:
    """Send one picture through an autoencoder.

    `picture` is a data URI (PNG, JPEG, WEBP, GIF or BMP); for a model of digits it is centred as MNIST's are, for
    another one its middle is cropped and scaled. `noise` (pixels in [0, 1]) and `code_noise` are standard deviations in
    0..10. Gives the data URIs `input`, `noisy`, `output`, `error` (28x28 PNG), and `mse` and `psnr` (dB; null for a
    perfect copy).
    """
    coder = autoencoder(model)
    return described(coder.reconstruct(opened(coder, picture), noise=noise, code_noise=code_noise, seed=seed))


def described(made: Reconstruction) -> dict:
    error = np.abs(np.asarray(made.images[0]).astype(int) - np.asarray(made.output[0])).astype(np.uint8)
    shown = {"input": made.images[0], "noisy": made.noisy[0], "output": made.output[0], "error": error}
    mse = float(made.mse()[0])
    return {key: pictures.png(image) for key, image in shown.items()} | {"mse": mse, "psnr": psnr(mse)}


def read_as(model: Reconstructor, made: Reconstruction) -> dict[str, str]:
    """What the model's classifier reads in the pictures, as HTML for their captions; nothing where there is none."""
    reader, captions = catalogue.reader_of(model), {}
    if reader:
        for key, images in (("input", made.images), ("noisy", made.noisy), ("output", made.output)):
            share, label = reader.predict_proba(images)[0].max(dim=0)
            name = texts.word("class", reader.class_names[int(label)])
            captions[key] = f"<br>{texts.both('read_as')} {name} ({float(share):.0%})"
    return captions


def reader_card(name: str) -> str:
    """The card of the classifier that reads a model's pictures; empty where there is none."""
    reader = catalogue.reader_of(autoencoder(name))
    return catalogue.about(reader.name) if reader else ""


def ten_pairs(
    model: str, noise: float = 0.0, code_noise: float = 0.0, seed: int = 0, source: str = "", digit_seed: int = 0
) -> dict:
    """The digits 0 to 9, or ten classes in turn of what else a model was trained on, under the same noise.

    `source` is a conditional GAN of these (the first one when empty), `digit_seed` its seed. Gives lists of ten data
    URIs `input`, `noisy`, `output`, and the mean `mse` with its `psnr`.
    """
    coder = autoencoder(model)
    ten = take(coder, ten_labels(coder), digit_seed, source)
    made = coder.reconstruct(ten, noise=noise, code_noise=code_noise, seed=seed)
    rows = {"input": made.images, "noisy": made.noisy, "output": made.output}
    mse = float(made.mse().mean())
    return {key: [pictures.png(image) for image in row] for key, row in rows.items()} | {"mse": mse, "psnr": psnr(mse)}


def ten_labels(model: Reconstructor) -> list[int]:
    classes = len(catalogue.fed(model))
    return [i % classes for i in range(PAIRS)]


def psnr(mse: float) -> float | None:
    """In dB; None for a perfect copy, as JSON knows no infinity."""
    return metrics.psnr(mse) if mse else None


def measures(made: dict) -> str:
    ratio = "∞" if made["psnr"] is None else f"{made['psnr']:.1f} dB"
    return f"MSE {made['mse']:.4f} · PSNR {ratio}"


def show_one(model: str, picture: str | None, noise: float, code_noise: float, seed: int) -> str:
    coder = autoencoder(model)
    seen = opened(coder, picture) if picture else np.zeros((1, 1, 28, 28), np.uint8)
    copy = coder.reconstruct(seen, noise=noise, code_noise=code_noise, seed=seed)
    made, read = described(copy), read_as(coder, copy) if picture else {}
    captions = {key: texts.both(key) + read.get(key, "") for key in ("input", "noisy", "output", "error")}
    shown = [pictures.figure(made[key], caption) for key, caption in captions.items()]
    return f'<div class="gz-row">{"".join(shown)}</div><p class="gz-measures">{measures(made)}</p>'


def show_ten(name: str, noise: float, code_noise: float, seed: int, source: str, picture_seed: int) -> str:
    model = autoencoder(name)
    made = ten_pairs(name, noise, code_noise, seed, fitting(model, source), picture_seed)
    rows = "".join(pictures.strip(made[key], texts.both(key)) for key in ("input", "noisy", "output"))
    names = catalogue.fed(model)
    if names != catalogue.DIGITS:  # which need none
        rows += pictures.names([names[label] for label in ten_labels(model)])
    return f'{rows}<p class="gz-measures">{measures(made)} ({texts.both("mean_of_ten")})</p>'


def fitting(model: Reconstructor, source: str) -> str:
    """The source; the model's first one where the model before, of other pictures, has left its own."""
    known = sources(model)
    if source in known:
        return source
    checks.choice("source", source, [*catalogue.folders(), MNIST_TEST])
    return known[0]


def fit_sources(name: str, source: str) -> dict:
    """The menu of sources for another model; a choice stays where it can."""
    model = autoencoder(name)
    return gr.update(choices=sources(model), value=fitting(model, source))


def build() -> gr.HTML:
    """Lay out the tab; gives the canvas, whose drawing the latent space can start from."""
    models = catalogue.autoencoders()
    first = catalogue.preferred(models)
    places, names = sources(autoencoder(first)), catalogue.fed(autoencoder(first))
    start = taken(first, places[0], 3, 0) if places else None
    with gr.Row():
        with gr.Column(scale=2, min_width=300):
            drawing = canvas.build(start)
            upload = gr.UploadButton(texts.label("upload"), type="filepath", file_types=["image"], size="sm")
            if places:
                label = events.class_control("digit", 3, names)
                picture_seed = events.seed_control("sample_seed")
                source = gr.Dropdown(places, value=places[0], label=texts.label("source"), elem_id="source")
        with gr.Column(scale=5, min_width=320):
            with gr.Row():
                model = events.model_control(models, first, elem_id="reconstruct_model")
                seed = events.seed_control("noise_seed")
            with gr.Row():
                noise = gr.Slider(0, 1, 0.3, step=0.05, label=texts.label("noise"), elem_id="noise", min_width=140)
                code_noise = gr.Slider(0, 2, 0, step=0.1, label=texts.label("code_noise"), min_width=140)
            result = gr.HTML(show_one(first, start, 0.3, 0, 0), elem_id="result", elem_classes="gz-panel")
            events.lesson("draw_lesson")
            if any(map(catalogue.reader_of, models)):
                events.lesson("read_lesson")
            if places:
                events.lesson("noise_lesson", heading="ten_pairs")
                pairs = gr.HTML(show_ten(first, 0.3, 0, 0, places[0], 0), elem_id="pairs", elem_classes="gz-panel")
    events.about(model)
    if any(map(catalogue.reader_of, models)):
        events.about(model, key="about_reader", card=reader_card)

    settings = [noise, code_noise, seed]
    one = [model, drawing, *settings]
    events.react_at_once([drawing.input, *events.changes(model, *settings)], show_one, one, result)
    events.react([upload.upload], uploaded, [model, upload], drawing, upload=True)
    if places:
        events.follow(model, label)
        events.react([model.change], fit_sources, [model, source], source)
        picked = [label.select, *events.changes(picture_seed, source)]  # another source is another kind of picture
        events.react(picked, taken, [model, source, label, picture_seed], drawing)
        ten = [model, *settings, source, picture_seed]
        events.react_at_once(events.changes(*ten), show_ten, ten, pairs)
        events.endpoint(ten_pairs)
    events.endpoint(reconstruct)
    return drawing
