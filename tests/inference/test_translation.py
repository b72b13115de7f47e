"""What a loaded translator does with any image, in Python and on the command line."""

import os
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from training_fixtures import TINY, write_image

import ganzoo
from ganzoo import models
from ganzoo.__main__ import main
from ganzoo.drawing import scenes
from ganzoo.inference import save_network
from trainer.engine import write_model
from trainer.recipes import translators


def test_a_result_does_not_depend_on_its_neighbours_or_on_chance(translator):
    images = torch.randint(0, 256, (3, 3, 32, 32), dtype=torch.uint8)
    together = translator.translate(images)
    assert torch.equal(together, translator.translate(images))
    alone = torch.cat([translator.translate(image[None]) for image in images])
    assert (together.int() - alone.int()).abs().max() <= 1  # sums in another order


@pytest.mark.parametrize("size", [(1, 1), (32, 32), (37, 81), (2000, 10), (10, 3000), (33, 32)])
def test_images_of_any_size_go_through(translator, size):
    result = translator.translate(Image.new("RGB", size, (200, 40, 40)))
    wide, high = result.size
    assert max(wide, high) <= 1024 and (min(wide, high) == 32 or max(wide, high) == 1024 or size == (1, 1))
    assert abs(wide / high / (size[0] / size[1]) - 1) < 0.2


def test_a_model_of_tiny_images_works_at_its_own_size(tmp_path):
    options = {**TINY, "patch_layers": 1, "image_shape": (3, 8, 8)}
    save_network(models.build("pix2pix", options), tmp_path, name="tiny", architecture="pix2pix", options=options)
    model = ganzoo.load(tmp_path, ganzoo.Translator)
    assert model.translate(Image.new("RGB", (20, 30))).size == (8, 12)
    with pytest.raises(ValueError, match="side must lie between 16 and 1024, got 8"):
        model.translate(Image.new("RGB", (20, 30)), side=8)


def test_grey_palette_and_clear_images_go_through(translator):
    for mode in ("L", "P", "RGBA", "1", "CMYK"):
        assert translator.translate(Image.new(mode, (40, 50))).mode == "RGB"


def test_bad_requests_for_translations_are_explained(translator):
    with pytest.raises(ValueError, match=r"direction must be one of windows to photo, got 'back'"):
        translator.translate(Image.new("RGB", (32, 32)), direction="back")
    with pytest.raises(ValueError, match=r"side must lie between 16 and 1024, got 5000"):
        translator.translate(Image.new("RGB", (32, 32)), side=5000)
    for wrong in (torch.zeros(1, 3, 32, 32), torch.zeros(1, 1, 32, 32, dtype=torch.uint8)):
        with pytest.raises(ValueError, match=r"must be uint8|must have shape \(n, 3, h, w\) or \(n, h, w, 3\)"):
            translator.translate(wrong)
    with pytest.raises(ValueError, match=r"undoes nothing"):
        translator.degrade(torch.zeros(1, 3, 32, 32, dtype=torch.uint8))


def test_a_result_is_of_the_same_type_as_what_is_given(translator):
    image = Image.new("RGB", (32, 32), (200, 40, 40))
    single, several, none = (translator.translate(images) for images in (image, [image, image], []))
    tensor = translator.translate(translator.prepared(image))
    assert isinstance(single, Image.Image) and isinstance(tensor, torch.Tensor)
    assert [type(result) for result in several] == [type(single)] * 2 and none == []
    assert np.array_equal(np.asarray(single), tensor[0].permute(1, 2, 0).numpy())


def test_scores_come_as_a_map_of_probabilities(translator):
    images = torch.randint(0, 256, (2, 3, 32, 40), dtype=torch.uint8)
    scores = translator.score_map(images, translator.translate(images))
    assert scores.shape[0] == 2 and min(scores.shape[1:]) > 1


def test_many_images_are_degraded_in_parts(tmp_path):
    write_model(models.build("pix2pix", TINY), replace(translators.INPAINT, model=TINY), tmp_path / "repair")
    model, images = ganzoo.load(tmp_path / "repair"), torch.full((19, 3, 32, 32), 200, dtype=torch.uint8)
    damaged = model.degrade(images, strength=0.8, seed=3)
    assert torch.equal(damaged, model.degrade(images, strength=0.8, seed=3))
    assert (damaged != images).flatten(1).any(dim=1).all() and len({image.numpy().tobytes() for image in damaged}) == 19


def test_images_that_come_alone_are_the_target_whichever_half_is_given(tmp_path):
    recipe = replace(translators.INPAINT, model=TINY, rules={"undo": "scratches", "source": "left"})
    write_model(models.build("pix2pix", TINY), recipe, tmp_path / "repair")
    assert ganzoo.load(tmp_path / "repair").sides == ("scratches", "picture")


def test_the_command_translates_images_and_folders(translator, tmp_path, capsys):
    name = str(translator.folder)
    scenes.windows(1).save(tmp_path / "one.png")
    assert main(["translate", name, str(tmp_path / "one.png"), "--out", str(tmp_path / "photo.jpg")]) == 0
    assert Image.open(tmp_path / "photo.jpg").size == (32, 32)
    many = tmp_path / "many"
    (many / "deep").mkdir(parents=True)
    for place in ("a.png", "deep/b.png"):
        scenes.windows(2).save(many / place)
    (many / "notes.png").write_text("no picture")
    (many / "notes.txt").write_text("not looked at")
    assert main(["translate", name, str(many), "--out", str(tmp_path / "out"), "--side", "48"]) == 0
    assert sorted(p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.png")) == [
        "a.png", "deep/b.png",
    ]  # fmt: skip
    assert "left out: notes.png is no picture" in capsys.readouterr().err
    assert np.asarray(Image.open(tmp_path / "out" / "a.png")).shape == (48, 48, 3)
    assert main(["translate", name, str(tmp_path / "none.png"), "--out", str(tmp_path / "x.png")]) == 2
    assert main(["translate", name, str(many), "--out", str(tmp_path / "x.png")]) == 2
    assert "several pictures go into a folder" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_a_folder_is_translated_whatever_its_names_formats_and_links(translator, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HOME", str(tmp_path))
    many = tmp_path / "many"
    for place in ("a.tif", "b.avif", os.fsdecode(b"f\xfcr.png"), "@eaDir/thumb.jpg", "../elsewhere/c.png"):
        write_image(many / place, (9, 9, 9))
    os.rename(many / "a.tif", many / os.fsdecode(b"\xe4.tif"))
    (many / "linked").symlink_to(tmp_path / "elsewhere")
    assert main(["translate", str(translator.folder), "~/many", "--out=~/out"]) == 0
    results = {os.fsencode(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.png")}
    assert results == {b"\xe4.png", b"b.png", b"f\xfcr.png", b"linked/c.png"}
    (many / os.fsdecode(b"f\xfcr.png")).write_bytes(b"no picture")
    assert main(["translate", str(translator.folder), str(many), "--out", str(tmp_path / "out2")]) == 0
    assert r"left out: f\udcfcr.png is no picture" in capsys.readouterr().err


def test_no_image_of_the_user_is_lost(translator, tmp_path, capsys):
    photos = tmp_path / "photos"
    write_image(photos / "y.png", (9, 9, 9))
    write_image(photos / "x.jpg", (7, 7, 7))
    (photos / "x.json").write_text("{}")
    kept = (photos / "y.png").read_bytes()
    command = ["translate", str(translator.folder), str(photos), "--out"]
    assert main([*command, str(photos)]) == 2
    assert "is a picture to be translated" in capsys.readouterr().err and (photos / "y.png").read_bytes() == kept
    for _ in range(2):  # what lies in the folder of results is no source
        assert main([*command, str(photos / "out")]) == 0
    assert sorted(path.name for path in (photos / "out").rglob("*")) == ["x.png", "y.png"]
    assert main([*command, str(tmp_path / "z"), "--side", "0"]) == 2
    assert "side must lie between 16 and 1024, got 0" in capsys.readouterr().err


@pytest.mark.parametrize("rules", [{"undo": ["grey"]}, {"undo": {}}, {"undo": "all"}, None, [1]])
def test_garbled_rules_count_as_absent(translator, rules):
    model = ganzoo.load(translator.folder)
    model.config = model.config.with_fields(recipe={**model.recipe, "rules": rules})
    assert model.undoes == "" and model.directions == ["windows to photo"]
