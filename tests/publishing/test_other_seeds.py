"""One recipe, several seeds: what the other runs measure is recorded with a published model and told by its card."""

import json
from dataclasses import replace

import pytest
from training_fixtures import SHORT, SLIM

import ganzoo
from ganzoo.config import RecordedFigure
from trainer.__main__ import main
from trainer.measures import EvaluationSetup
from trainer.publishing import card, card_tables, other_runs, publish, selection
from trainer.recipes import catalogue
from trainer.recipes.recipe import Recipe

FLOOR = "train against test"


@pytest.fixture
def setup(tmp_path):
    return EvaluationSetup(tmp_path, samples=100)


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def section(text):
    """The rows of a card's table over the seeds, by measure; each a list of cells."""
    table = text.split("## Over ")[1].split("\n## ")[0]
    rows = [line[2:-2].split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return {name: cells for name, *cells in rows}


def test_other_seeds_are_measured_as_if_each_were_published(trained, tmp_path, setup):
    recipe = "cdcgan-mnist"
    known = (replace(catalogue.get_recipe(recipe), **SHORT, model=SLIM),)
    first, second = (
        trained("first", recipe, model=SLIM),
        trained("second", recipe, model=SLIM, seed=7, title="Another", truncation=0.3),
    )
    alone, other = (
        publish.publish(run, setup, out=tmp_path / f"only-{run.name}", catalogue=known) for run in (first, second)
    )
    both = publish.publish(first, setup, out=tmp_path / "both", other_seeds=[second], catalogue=known)
    plain, model = ganzoo.load(alone), ganzoo.load(both)
    assert "seeds" not in plain.config.as_json() and "seed 0" in plain.card and "Over" not in plain.card
    assert model.config.seeds.keys() == {"7"}
    recorded, expected = model.config.as_json()["seeds"]["7"], ganzoo.load(other).config.as_json()
    assert recorded == {key: expected[key] for key in ("training", "weights", "compared", "figures")}
    assert recorded["training"]["seed"] == 7 and model.config.seeds["7"].figures != model.figures
    assert model.config.with_fields(seeds=None) == plain.config.with_fields(seeds=None), "what ships does not change"
    assert (both / "README.md").read_text(encoding="utf-8") == card.model_card(model, catalogue=known)
    before, after = plain.card.split("## Faults seen")
    assert model.card.startswith(before + "## Over 2 seeds\n") and model.card.endswith("## Faults seen" + after)


def test_seeds_are_added_to_a_published_model_that_is_not_measured_again(trained, tmp_path, setup, capsys):
    runs = [trained(f"run-{seed}", seed=seed) for seed in (0, 1, 2)]
    once = publish.publish(runs[0], setup, out=tmp_path / "once", other_seeds=runs[:0:-1])
    later = publish.publish(runs[0], setup, out=tmp_path / "later")
    files = content(later)
    for other in runs[1:]:
        assert publish.publish(later, setup, other_seeds=[other]) == later
    assert ganzoo.load(later).config == ganzoo.load(once).config
    assert ganzoo.load(later).card == ganzoo.load(once).card
    assert {name for name, now in content(later).items() if now != files[name]} == {"config.json", "README.md"}
    command = ["publish", str(later), "--other-seed", str(runs[2])]
    assert main(command) == 2 and "run-2 has seed 2, and so has gan-c-mnist" in capsys.readouterr().err
    assert main([*command, "--out", str(tmp_path / "x")]) == 2 and "leave out --out" in capsys.readouterr().err


def test_publishing_again_keeps_what_other_seeds_of_the_same_recipe_measured(trained, tmp_path, setup):
    first, other, longer = trained("first"), trained("other", seed=1), trained("longer", steps=4)
    out = tmp_path / "out"
    once = ganzoo.load(publish.publish(first, setup, other_seeds=[other], out=out))
    again = ganzoo.load(publish.publish(first, setup, out=out))
    assert again.config == once.config and again.card == once.card
    assert ganzoo.load(publish.publish(first, setup, other_seeds=[other], out=out)).config == once.config
    assert "seeds" not in ganzoo.load(publish.publish(longer, setup, out=out)).config.as_json()


def test_a_published_model_s_card_is_written_anew(trained, tmp_path, setup):
    out = publish.publish(trained("first"), setup, out=tmp_path / "out")
    before = content(out)
    assert publish.publish(out, setup) == out and content(out) == before
    recipe = ganzoo.load(out).recipe
    now = replace(Recipe.from_json(recipe), title="Anew", truncation=0.5)
    model = ganzoo.load(publish.publish(out, setup, catalogue=(now,)))
    assert "# Anew" in model.card and model.recipe == {**recipe, "title": "Anew"}, "it was measured as it was"
    assert {name for name in before if content(out)[name] != before[name]} == {"README.md", "config.json"}
    with pytest.raises(ValueError, match="published already and stays where it is: leave out --out"):
        publish.publish(out, setup, out=tmp_path / "elsewhere")
    with pytest.raises(ValueError, match="published already and not measured again: leave out --reader"):
        publish.publish(out, replace(setup, classifier="classifier-mnist"))


def test_a_seed_measured_in_other_features_is_refused(trained, tmp_path, setup):
    out = publish.publish(trained("first"), setup, out=tmp_path / "out")
    before = content(out)
    classifier = trained("classifier", "classifier-mnist")
    with pytest.raises(ValueError, match="second was measured with another --reader or on other images"):
        publish.publish(out, replace(setup, classifier=str(classifier)), other_seeds=[trained("second", seed=1)])
    assert content(out) == before


def test_a_look_up_among_other_pictures_is_no_floor_of_the_same_seed():
    figures = [{"test L1": RecordedFigure(0.2, {"look-up": value})} for value in (0.3, 0.301, 0.4)]
    assert other_runs.same_floors(figures[0], figures[1]) and not other_runs.same_floors(figures[0], figures[2])
    more = {"windows found again (IoU)": RecordedFigure(0.2, {"in real ones": 0.3})}
    assert not other_runs.same_floors(figures[0], figures[0] | more)
    with pytest.raises(ValueError, match=r"values are {'test L1': 0.4} and were {'test L1': 0.3}"):
        other_runs.refuse_other_floors("run", figures[0], figures[2])


def test_what_is_no_other_seed_of_the_recipe_is_refused_before_anything_is_measured(
    trained, tmp_path, setup, monkeypatch
):
    first, one, two = trained("first"), trained("one", seed=1), trained("two", seed=1)
    longer, squares = trained("longer", seed=2, steps=4), trained("squares", "lsgan-c-mnist", seed=2)
    unfinished = trained("unfinished", seed=2)
    for part in ("recipe.json", "run.json"):
        target = tmp_path / "begun" / part
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((unfinished / part).read_bytes())
    monkeypatch.setattr(selection, "best_weights", None)  # calling it would be a TypeError
    for others, message in [
        ([one, longer], "longer is not the same gan-c-mnist with another seed: steps: 3 -> 4$"),
        ([squares], "squares is not the same gan-c-mnist with another seed: name: 'gan-c-mnist' -> 'lsgan-c-mnist'; "),
        ([one, two], "two has seed 1, and so has .*one: each counts once"),
        ([first], "first has seed 0, and so has gan-c-mnist"),
        ([tmp_path / "begun"], r"begun is not finished \(step 0 of 3\); go on with: python -m trainer resume"),
        ([tmp_path / "nowhere"], "nowhere is no run"),
    ]:
        with pytest.raises(ValueError, match=message):
            publish.publish(first, setup, out=tmp_path / "model", other_seeds=others)
    assert not (tmp_path / "model").exists()


def figures(**values):
    """Figures by name: (value, what stands beside it)."""
    return {name: {"value": value, "beside": beside} for name, (value, beside) in values.items()}


def test_the_card_tells_mean_and_deviation_over_the_seeds_with_the_floor(tmp_path):
    model = ganzoo.load("gan-c-mnist")
    others = {
        "10": {"figures": figures(distance=(5.0, {FLOOR: 0.5, "c2": 3.0}), entropy=(2.0, {}), c2=(0.25, {"c3": 0.1}))},
        "2": {"figures": figures(distance=(3.0, {FLOOR: 0.5, "c2": 2.0}), entropy=(2.0, {}))},
    }
    shipped = figures(distance=(1.0, {FLOOR: 0.5}), entropy=(2.0, {}))
    model.config = model.config.with_fields(figures=shipped, seeds=others)
    text = card.model_card(model)
    assert "## Over 3 seeds" in text
    assert "seeds 0, 2, 10, every run measured as it would ship; the weights here are those of seed 0." in text
    assert section(text) == {
        "measure": ["mean ± deviation", "lowest", "highest", "seed 0", "seed 2", "seed 10", "for comparison"],
        "---": ["---"] * 7,
        "distance": ["3 ± 2", "1", "5", "1", "3", "5", f"{FLOOR}: 0.5"],  # sqrt((4 + 0 + 4) / 2)
        "entropy": ["2 ± 0", "2", "2", "2", "2", "2", ""],
        "c2": ["–", "–", "–", "–", "–", "0.25", ""],
    }
    many = {str(seed): others["2"] for seed in range(1, card_tables.MOST_SEEDS + 1)}
    model.config = model.config.with_fields(seeds=many)
    short = section(card.model_card(model))
    assert short["measure"] == ["mean ± deviation", "lowest", "highest", "for comparison"]
    assert short["distance"] == ["2.667 ± 0.82", "1", "3", f"{FLOOR}: 0.5"]


def test_the_card_tells_how_many_seeds_gave_codes_their_meaning():
    values = {0: (0.99, 0.9, 0.8), 1: (0.96, 0.7, 0.85), 2: (0.9, 0.7, 0.7)}
    figures = {
        seed: dict(zip(card_tables.CODE_GOALS, map(RecordedFigure, of), strict=True)) for seed, of in values.items()
    }
    text = card_tables.code_goals_text(figures)
    assert text.startswith("In 1 of 3 seeds every code means what it is named for.")
    assert "code head accuracy of at least 0.95 in 2, " in text and text.endswith("code of at least 0.8 in 2.")
    assert card_tables.code_goals_text({**figures, 3: {}}) == ""
    assert ganzoo.load("infogan-mnist").figures.keys() >= card_tables.CODE_GOALS.keys()


def test_a_seed_can_be_set_either_way(tmp_path):
    tiny = ["train", "gan-c-mnist", "--data", "synthetic", "--steps", "1", "--batch-size", "8"]
    for how, place in ((["--seed", "1"], "flag"), (["--set", "seed=1"], "field")):
        assert main([*tiny, *how, "--out", str(tmp_path / place)]) == 0
    stored = [json.loads((tmp_path / place / "recipe.json").read_text()) for place in ("flag", "field")]
    assert stored[0] == stored[1] and stored[0]["seed"] == 1
