"""The tab of autoencoders: a drawn, uploaded or generated image is encoded and decoded, with or without noise.

Images, classifier and class names are those of what the chosen model was trained on, digits or something else.
"""

from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np

from ganzoo import Reconstruction, Reconstructor, metrics
from ganzoo.ui import cards, catalogue, controls, encoding, events, texts
from ganzoo.ui.components import drawing, figures, filled, lesson
from ganzoo.ui.tabs import example_images
from ganzoo.ui.tabs.example_images import autoencoder, draw, draw_one, opened, sources, uploaded, valid_source

PAIRS = 10


def reconstruct(model: str, picture: str, noise: float = 0.0, code_noise: float = 0.0, seed: int = 0) -> dict:
    """Send one picture through an autoencoder.

    `picture` is a data URI (PNG, JPEG, WEBP, GIF or BMP); for a model of digits it is centred as MNIST's are, for
    another one its middle is cropped and scaled. `noise` (pixels in [0, 1]) and `code_noise` are standard deviations in
    0..10. Gives the data URIs `input`, `noisy`, `output`, `error` (28x28 PNG), and `mse` and `psnr` (dB; null for a
    perfect copy).
    """
    coder = autoencoder(model)
    return described(coder.reconstruct(opened(coder, picture), noise=noise, code_noise=code_noise, seed=seed))


def described(result: Reconstruction) -> dict[str, Any]:
    """The answer of `reconstruct`."""
    error = np.abs(np.asarray(result.images[0]).astype(int) - np.asarray(result.output[0])).astype(np.uint8)
    images = {"input": result.images[0], "noisy": result.noisy[0], "output": result.output[0], "error": error}
    mse = float(result.mse()[0])
    return {key: encoding.png(image) for key, image in images.items()} | {"mse": mse, "psnr": finite_psnr(mse)}


def ten_pairs(
    model: str, noise: float = 0.0, code_noise: float = 0.0, seed: int = 0, source: str = "", digit_seed: int = 0
) -> dict:
    """The digits 0 to 9, or ten classes in turn of what else a model was trained on, under the same noise.

    `source` is a conditional GAN of these (the first one when empty), `digit_seed` its seed. Gives lists of ten data
    URIs `input`, `noisy`, `output`, and the mean `mse` with its `psnr`.
    """
    coder = autoencoder(model)
    ten = draw(coder, ten_labels(coder), digit_seed, source)
    result = coder.reconstruct(ten, noise=noise, code_noise=code_noise, seed=seed)
    rows = {"input": result.images, "noisy": result.noisy, "output": result.output}
    mse = float(result.mse().mean())
    uris = {key: [encoding.png(image) for image in row] for key, row in rows.items()}
    return uris | {"mse": mse, "psnr": finite_psnr(mse)}


def ten_labels(model: Reconstructor) -> list[int]:
    """Ten labels: the classes that can be drawn for the model, in turn."""
    classes = len(catalogue.generated_classes(model))
    return [i % classes for i in range(PAIRS)]


def finite_psnr(mse: float) -> float | None:
    """In dB; None for a perfect copy, as JSON knows no infinity."""
    return metrics.psnr(mse) if mse else None


def predictions(model: Reconstructor, result: Reconstruction) -> dict[str, str]:
    """Captions (HTML) with the classifier's prediction for each image; empty where the model has no classifier."""
    classifier = catalogue.classifier_for(model)
    if not classifier:
        return {}
    captions = {}
    for key, images in (("input", result.images), ("noisy", result.noisy), ("output", result.output)):
        share, label = classifier.predict_proba(images)[0].max(dim=0)
        name = texts.word("class", classifier.class_names[int(label)])
        captions[key] = f"<br>{texts.both('classified_as')} {name} ({float(share):.0%})"
    return captions


def classifier_card(name: str) -> str:
    """The card of the classifier for a model's images; empty where there is none."""
    classifier = catalogue.classifier_for(autoencoder(name))
    return cards.card_markdown(classifier.name) if classifier else ""


def picked(name: str, source: str, label: int, seed: int) -> str:
    """One image for the canvas; the source and the label may be left over from the menus of another model."""
    model = autoencoder(name)
    return encoding.png(draw_one(model, label, seed, valid_source(model, source)))


def show_one(model: str, image: str | None, noise: float, code_noise: float, seed: int) -> str:
    """HTML of one image on its way, with its error; a black image where nothing is drawn."""
    coder = autoencoder(model)
    given = opened(coder, image) if image else np.zeros((1, 1, 28, 28), np.uint8)
    result = coder.reconstruct(given, noise=noise, code_noise=code_noise, seed=seed)
    answer, seen = described(result), predictions(coder, result) if image else {}
    captions = {key: texts.both(key) + seen.get(key, "") for key in ("input", "noisy", "output", "error")}
    shown = [figures.figure(answer[key], caption) for key, caption in captions.items()]
    return f'<div class="gz-row">{"".join(shown)}</div><p class="gz-measures">{error_text(answer)}</p>'


def show_ten(name: str, noise: float, code_noise: float, seed: int, source: str, image_seed: int) -> str:
    """HTML of `ten_pairs`."""
    model = autoencoder(name)
    answer = ten_pairs(name, noise, code_noise, seed, valid_source(model, source), image_seed)
    rows = "".join(figures.strip(answer[key], texts.both(key)) for key in ("input", "noisy", "output"))
    names = catalogue.generated_classes(model)
    if names != catalogue.DIGITS:  # digits need no names
        rows += figures.class_names(names[label] for label in ten_labels(model))
    return f'{rows}<p class="gz-measures">{error_text(answer)} ({texts.both("mean_of_ten")})</p>'


def error_text(answer: dict[str, Any]) -> str:
    psnr = "∞" if answer["psnr"] is None else f"{answer['psnr']:.1f} dB"
    return f"MSE {answer['mse']:.4f} · PSNR {psnr}"


@dataclass
class Picker:
    """The controls that pick an image for the canvas."""

    label: gr.Radio
    seed: gr.Number
    source: gr.Dropdown


def build() -> gr.HTML:
    """Lay out the tab. Returns the canvas: the Latent space tab can start from its drawing."""
    models = catalogue.autoencoders()
    first = catalogue.preferred(models)
    places = sources(autoencoder(first))
    with gr.Row():
        with gr.Column(scale=2, min_width=300):
            canvas = drawing.build()
            upload = controls.upload_control(size="sm")
            picker = build_picker(first, places) if places else None
        with gr.Column(scale=5, min_width=320):
            with gr.Row():
                model = controls.model_control(models, first, elem_id="reconstruct_model")
                seed = controls.seed_control("noise_seed")
            with gr.Row():
                noise = gr.Slider(0, 1, 0.3, step=0.05, label=texts.label("noise"), elem_id="noise", min_width=140)
                code_noise = gr.Slider(0, 2, 0, step=0.1, label=texts.label("code_noise"), min_width=140)
            settings = [noise, code_noise, seed]
            result = filled("result")
            lesson("draw_lesson")
            if any(map(catalogue.classifier_for, models)):
                lesson("classifier_lesson")
            if picker:
                build_pairs(model, settings, picker)
    cards.accordion(model)
    if any(map(catalogue.classifier_for, models)):
        cards.accordion(model, key="about_classifier", content=classifier_card)
    if picker:
        connect_picker(model, picker, canvas)
    changes = [canvas.input, *events.changes(model, *settings)]
    if not picker:  # else the first image on the canvas is an input
        changes.insert(0, events.shown(result))
    events.react_at_once(changes, show_one, [model, canvas, *settings], result)
    events.react([upload.upload], uploaded, [model, upload], canvas, upload=True)
    events.endpoint(reconstruct)
    return canvas


def build_picker(first: str, places: list[str]) -> Picker:
    """Lay out the controls that pick an image for the model `first`."""
    names = catalogue.generated_classes(autoencoder(first))
    return Picker(
        label=controls.class_control("digit", 3, names),
        seed=controls.seed_control("sample_seed"),
        source=gr.Dropdown(places, value=places[0], label=texts.label("source"), elem_id="source"),
    )


def connect_picker(model: gr.Dropdown, picker: Picker, canvas: gr.HTML) -> None:
    """Let the controls follow the model, and the canvas follow the controls."""
    controls.follow_model(model, picker.label)
    events.react([model.change], example_images.fit_sources, [model, picker.source], picker.source)
    # Another source draws another image.
    changes = [events.shown(canvas), picker.label.select, *events.changes(picker.seed, picker.source)]
    events.react(changes, picked, [model, picker.source, picker.label, picker.seed], canvas)


def build_pairs(model: gr.Dropdown, settings: list[Any], picker: Picker) -> None:
    """Lay out the ten pairs."""
    lesson("noise_lesson", heading="ten_pairs")
    inputs = [model, *settings, picker.source, picker.seed]
    pairs = filled("pairs")
    events.react_at_once([events.shown(pairs), *events.changes(*inputs)], show_ten, inputs, pairs)
    events.endpoint(ten_pairs)
