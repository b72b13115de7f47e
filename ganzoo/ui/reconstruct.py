"""The tab of autoencoders: a digit drawn, uploaded or taken goes through the code and back, with or without noise."""

from typing import Any

import gradio as gr
import numpy as np

from ganzoo import Reconstructor, checks
from ganzoo.loaded import MAX_SEED
from ganzoo.reconstruction import Reconstruction
from ganzoo.ui import canvas, catalogue, events, pictures, texts

MNIST_TEST = "MNIST"


def sources() -> list[str]:
    """Where digits can be taken from: the conditional GANs, and MNIST's test set where it is on disk."""
    names = [model.name for model in catalogue.digit_writers()]
    names.sort(key=lambda name: name not in catalogue.PREFERRED)
    return [*names, MNIST_TEST] if pictures.mnist_on_disk() else names


def take(source: str, labels: list[int], seed: int) -> np.ndarray:
    """Digits uint8 (n, 28, 28), one for each label."""
    labels = [checks.whole("digit", label, 0, 9) for label in labels]
    seed = checks.whole("seed", seed, 0, MAX_SEED)
    if checks.choice("source", source, sources()) == MNIST_TEST:
        return pictures.mnist_digits(labels, seed=seed)
    return np.asarray(catalogue.load(source).sample(len(labels), seed=seed, label=labels).images)[:, 0]


def taken(source: str, digit: int, seed: int) -> str:
    """One digit as the canvas takes it."""
    return pictures.png(take(source, [digit], seed)[0])


def uploaded(path: str) -> str:
    """A stranger's file as the canvas takes it."""
    if not path:
        raise ValueError("no picture was sent")
    return pictures.png(pictures.read_digit(path))


def autoencoder(name: Any) -> Reconstructor:
    return catalogue.load(name, Reconstructor)


def reconstruct(model: str, picture: str, noise: float = 0.0, code_noise: float = 0.0, seed: int = 0) -> dict:
    """Send one digit through an autoencoder.

    `picture` is a data URI (PNG, JPEG, WEBP, GIF or BMP) of a digit; it is centred as MNIST's are. `noise` (pixels in
    [0, 1]) and `code_noise` are standard deviations in 0..10. Gives the data URIs `input`, `noisy`, `output`, `error`
    (28x28 PNG), and `mse` and `psnr` (dB; null for a perfect copy).
    """
    digit = pictures.open_digit(picture)[None]
    return described(autoencoder(model).reconstruct(digit, noise=noise, code_noise=code_noise, seed=seed))


def described(made: Reconstruction) -> dict:
    error = np.abs(np.asarray(made.images[0]).astype(int) - np.asarray(made.output[0])).astype(np.uint8)
    shown = {"input": made.images[0], "noisy": made.noisy[0], "output": made.output[0], "error": error}
    mse = float(made.mse()[0])
    return {key: pictures.png(image) for key, image in shown.items()} | {"mse": mse, "psnr": psnr(mse)}


def read_as(made: Reconstruction) -> dict[str, str]:
    """What the classifier reads in the pictures, as HTML for their captions; nothing where there is none."""
    captions = {}
    for reader in catalogue.readers()[:1]:
        for key, images in (("input", made.images), ("noisy", made.noisy), ("output", made.output)):
            share, digit = reader.probabilities(images)[0].max(dim=0)
            captions[key] = f"<br>{texts.both('read_as')} {int(digit)} ({float(share):.0%})"
    return captions


def ten_pairs(
    model: str, noise: float = 0.0, code_noise: float = 0.0, seed: int = 0, source: str = "", digit_seed: int = 0
) -> dict:
    """The digits 0 to 9 through an autoencoder under the same noise.

    `source` is a conditional GAN (the first one when empty). Gives lists of ten data URIs `input`, `noisy`, `output`,
    and the mean `mse` with its `psnr`.
    """
    digits = take(source or (sources() or [""])[0], list(range(10)), digit_seed)
    made = autoencoder(model).reconstruct(digits, noise=noise, code_noise=code_noise, seed=seed)
    rows = {"input": made.images, "noisy": made.noisy, "output": made.output}
    mse = float(made.mse().mean())
    return {key: [pictures.png(image) for image in row] for key, row in rows.items()} | {"mse": mse, "psnr": psnr(mse)}


def psnr(mse: float) -> float | None:
    return float(-10 * np.log10(mse)) if mse else None


def measures(made: dict) -> str:
    ratio = "∞" if made["psnr"] is None else f"{made['psnr']:.1f} dB"
    return f"MSE {made['mse']:.4f} · PSNR {ratio}"


def show_one(model: str, picture: str | None, noise: float, code_noise: float, seed: int) -> str:
    digit = pictures.open_digit(picture) if picture else np.zeros((1, 28, 28), np.uint8)
    copy = autoencoder(model).reconstruct(digit[None], noise=noise, code_noise=code_noise, seed=seed)
    made, read = described(copy), read_as(copy) if picture else {}
    captions = {key: texts.both(key) + read.get(key, "") for key in ("input", "noisy", "output", "error")}
    shown = [pictures.figure(made[key], caption) for key, caption in captions.items()]
    return f'<div class="gz-row">{"".join(shown)}</div><p class="gz-measures">{measures(made)}</p>'


def show_ten(model: str, noise: float, code_noise: float, seed: int, source: str, digit_seed: int) -> str:
    made = ten_pairs(model, noise, code_noise, seed, source, digit_seed)
    rows = "".join(pictures.strip(made[key], texts.both(key)) for key in ("input", "noisy", "output"))
    return f'{rows}<p class="gz-measures">{measures(made)} ({texts.both("mean_of_ten")})</p>'


def build() -> gr.HTML:
    """Lay out the tab; gives the canvas, whose drawing the latent space can start from."""
    models, places = catalogue.autoencoders(), sources()
    first = catalogue.preferred(models)
    start = taken(places[0], 3, 0) if places else None
    with gr.Row():
        with gr.Column(scale=2, min_width=300):
            drawing = canvas.build(start)
            upload = gr.UploadButton(texts.label("upload"), type="filepath", file_types=["image"], size="sm")
            if places:
                digit = events.digit_control("digit", 3)
                digit_seed = events.seed_control("sample_seed")
                source = gr.Dropdown(places, value=places[0], label=texts.label("source"), visible=len(places) > 1)
        with gr.Column(scale=5, min_width=320):
            with gr.Row():
                model = events.model_control(models, first, elem_id="reconstruct_model")
                seed = events.seed_control("noise_seed")
            with gr.Row():
                noise = gr.Slider(0, 1, 0.3, step=0.05, label=texts.label("noise"), elem_id="noise", min_width=140)
                code_noise = gr.Slider(0, 2, 0, step=0.1, label=texts.label("code_noise"), min_width=140)
            result = gr.HTML(show_one(first, start, 0.3, 0, 0), elem_id="result", elem_classes="gz-panel")
            events.lesson("draw_lesson")
            if catalogue.readers():
                events.lesson("read_lesson")
            if places:
                events.lesson("noise_lesson", heading="ten_pairs")
                pairs = gr.HTML(show_ten(first, 0.3, 0, 0, places[0], 0), elem_id="pairs", elem_classes="gz-panel")
    events.about(model)
    for reader in catalogue.readers()[:1]:
        events.card("about_reader", reader.name)

    settings = [noise, code_noise, seed]
    one = [model, drawing, *settings]
    events.react_at_once([drawing.input, *events.changes(model, *settings)], show_one, one, result)
    events.react([upload.upload], uploaded, [upload], drawing, upload=True)
    if places:
        picked = [digit.select, *events.changes(digit_seed, source)]
        events.react(picked, taken, [source, digit, digit_seed], drawing)
        ten = [model, *settings, source, digit_seed]
        events.react_at_once(events.changes(*ten), show_ten, ten, pairs)
        events.endpoint(ten_pairs)
    events.endpoint(reconstruct)
    return drawing
