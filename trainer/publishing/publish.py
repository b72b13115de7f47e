"""Publishing: a finished run becomes a folder that ships; a folder that ships gets more figures and a new card."""

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import ganzoo
from ganzoo import checks
from ganzoo.config import CONFIG, without_path
from ganzoo.files import refuse_file_in_the_way
from ganzoo.inference import TENSORS, read_config, write_config
from trainer import recipes
from trainer.engine import RunFolder
from trainer.families import family_of
from trainer.measures import EvaluationSetup
from trainer.publishing import selection
from trainer.publishing.extras import write_card, write_extras
from trainer.publishing.other_runs import DIFFERENCES, OPTIONS, SEEDS, Difference, same_floors
from trainer.publishing.readme import update_readme
from trainer.recipes import Recipe, recipe_differences

PUBLISHED = {
    CONFIG,
    TENSORS,
    "README.md",
    "history.json",
    "codes.json",
    "samples.webp",
    "siblings.webp",
    "training.webp",
}
"""The files of a published model."""
LICENCE = re.compile("[a-z0-9][a-z0-9.+-]*")
LICENCES = "all of them: https://huggingface.co/docs/hub/repositories-licenses"
OtherRuns = Sequence[tuple[Difference, Mapping[str, Path]]]
"""Folders of runs by key, for each way in which they differ."""
OtherFolders = Sequence[tuple[Difference, Sequence[Path]]]
"""Folders of runs as the user names them, not yet checked, for each way in which they differ."""


def publish(
    folder: Path,
    setup: EvaluationSetup,
    *,
    out: Path | None = None,
    readme: Path | None = None,
    other_seeds: Sequence[Path] = (),
    other_options: Sequence[Path] = (),
    catalogue: Sequence[Recipe] | None = None,
    licence: str = "",
) -> Path:
    """Measure a finished run and write it to `out`; returns that folder.

    `out` is by default the place of that name in `setup.store`; then the tables in `readme`, by default the store's
    README.md, are updated too. The figures of `other_seeds` and `other_options`, runs of the same recipe with another
    seed or with other options of the model, are recorded as well. What a model of the same recipe that is replaced
    records of such runs is kept.

    `licence` is the Hub's id of that of the weights; without it the one that was stated before is kept.

    `folder` may also be a published model. Then its weights and figures stay, the other runs are added, and its card
    is written again.

    Raises ValueError for an unfinished run, for one whose recipe is not the `catalogue`'s and that has no `out`, for a
    place that holds anything but a published model, for a published model with an `out` or with a classifier and
    nothing to measure, and for other runs as `other_runs.Difference` does.
    """
    readme, licence = readme or setup.store.root / "README.md", checked_licence(licence)
    folders = [(SEEDS, other_seeds), (OPTIONS, other_options)]
    if is_published(folder):
        if out is not None:
            raise ValueError(f"{folder} is published already and stays where it is: leave out --out")
        if setup.classifier is not None and not (other_seeds or other_options):
            raise ValueError(f"{folder} is published already and not measured again: leave out --reader")
        return publish_again(folder, folders, setup, readme, catalogue, licence)
    place = publish_run(folder, folders, setup, out, catalogue, licence)
    if out is None:
        update_readme(readme, setup.store)
        model = ganzoo.load(place)
        for peer in family_of(model).peers(model, setup.store):
            write_card(peer, setup.store, catalogue)
    return place


def publish_again(
    folder: Path,
    folders: OtherFolders,
    setup: EvaluationSetup,
    readme: Path,
    catalogue: Sequence[Recipe] | None,
    licence: str,
) -> Path:
    """Add other runs to a published model and write its card again."""
    config = read_config(folder)
    recipe = Recipe.from_json(config.recipe)
    others = [(each, each.collect(recipe, runs, getattr(config, each.field))) for each, runs in folders]
    add_other_runs(folder, others, setup)
    write_licence(folder, licence)
    return rewrite_card(folder.resolve(), setup, readme, catalogue)


def publish_run(
    folder: Path,
    folders: OtherFolders,
    setup: EvaluationSetup,
    out: Path | None,
    catalogue: Sequence[Recipe] | None,
    licence: str,
) -> Path:
    """Measure a finished run and write its model to `out`, by default to its name's place in the store."""
    recipe = selection.read_recipe(folder, setup)
    differences = recipe_differences(recipes.get_recipe(recipe.name, catalogue).as_json(), recipe.as_json())
    if differences and out is None:
        raise ValueError(f"{folder} is not the {recipe.name} of the catalogue ({'; '.join(differences)}); name --out")
    # Measuring takes minutes, so everything is checked before.
    others = [(each, each.collect(recipe, runs)) for each, runs in folders]
    selection.refuse_unfinished(folder, recipe)
    place = (out or setup.store.root / recipe.name).resolve()
    refuse_file_in_the_way(place.parent)
    if place.exists() and not is_replaceable(place):
        raise ValueError(f"{place} is no published model, and nothing but one is replaced: name another --out")
    write_model_folder(folder, place, others, setup, catalogue, licence)
    return place


def write_model_folder(
    folder: Path,
    place: Path,
    others: OtherRuns,
    setup: EvaluationSetup,
    catalogue: Sequence[Recipe] | None,
    licence: str,
) -> None:
    """Write the model of a run, with all of its files, into a temporary folder and then move it to `place`."""
    recipe = selection.read_recipe(folder, setup)
    training = selection.load_training(folder, recipe, setup.data_root)
    setup = replace(setup, data=recipe.data)
    recipe = for_strangers(recipes.with_catalogue_presentation(recipe, catalogue))
    with scratch_folder(place) as scratch:
        new = Path(scratch) / recipe.name
        selection.write_best(folder, training, recipe, new, setup)
        if is_published(place):
            keep_other_runs(place, new)
            licence = licence or read_config(place).license
        write_licence(new, licence)
        add_other_runs(new, others, setup)
        write_extras(RunFolder(folder), new, setup, catalogue)
        shutil.rmtree(place, ignore_errors=True)
        shutil.move(new, place)


@contextmanager
def scratch_folder(place: Path) -> Iterator[str]:
    """A temporary folder beside the place of a model. Raises OSError that names the place where there can be none."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(dir=place.parent, prefix=".publishing-")
    except OSError as error:
        raise OSError(f"cannot write {place}: {error.strerror}; name another --out") from error
    with scratch as path:
        yield path


def for_strangers(recipe: Recipe) -> Recipe:
    """The recipe as it is published: without the way to the user's folder of images."""
    return replace(recipe, data=without_path(recipe.data))


def write_licence(folder: Path, licence: str) -> None:
    """Record the licence of a published model; "" changes nothing."""
    if licence:
        write_config(folder, read_config(folder).with_fields(license=licence))


def checked_licence(name: str) -> str:
    """The Hub's id of a licence; "" for none stated. Raises ValueError for what cannot be an id."""
    if name and not LICENCE.fullmatch(name):
        raise ValueError(
            f"license must be an id such as cc-by-4.0, apache-2.0, mit or other, got {checks.shown(name)}; {LICENCES}"
        )
    return name


def add_other_runs(folder: Path, others: OtherRuns, setup: EvaluationSetup) -> None:
    """Measure other runs and record them in a published model: all of them, or none. Known keys are replaced."""
    records = {difference.field: difference.measure(folder, runs, setup) for difference, runs in others}
    config = read_config(folder)
    stored = config.as_json()
    fields = {field: {**stored.get(field, {}), **runs} for field, runs in records.items() if runs}
    write_config(folder, config.with_fields(**fields))


def keep_other_runs(old: Path, new: Path) -> None:
    """Copy what a published model records of other runs to the one that replaces it.

    Nothing is copied where the recipe differs, or where the data gave other `other_runs.floors`.
    """
    before, config = read_config(old), read_config(new)
    recipe = {**before.recipe, "data": without_path(before.data)}
    if not recipe_differences(recipe, config.recipe) and same_floors(before.figures, config.figures):
        stored = before.as_json()
        fields = [difference.field for difference in DIFFERENCES if difference.field in stored]
        write_config(new, config.with_fields(**{field: stored[field] for field in fields}))


def rewrite_card(folder: Path, setup: EvaluationSetup, readme: Path, catalogue: Sequence[Recipe] | None) -> Path:
    """Give a published model the title and texts that the catalogue has now, and write its card again.

    The tables in `readme` are updated if it is a model of the store. The truncation stays: the figures were measured
    with it.
    """
    config = read_config(folder)
    recipe = Recipe.from_json(config.recipe)
    recipe = replace(recipes.with_catalogue_presentation(recipe, catalogue), truncation=recipe.truncation)
    recipe = for_strangers(recipe)
    write_config(folder, config.with_fields(recipe=recipe.as_json()))
    write_card(ganzoo.load(folder), setup.store, catalogue)
    if folder.parent == setup.store.root.resolve():
        update_readme(readme, setup.store)
    return folder


def is_published(folder: Path) -> bool:
    """Whether a folder holds a published model and no run."""
    return (folder / CONFIG).exists() and read_config(folder).is_published


def is_replaceable(place: Path) -> bool:
    """Whether a folder is empty or holds a published model and nothing else."""
    if not place.is_dir():
        return False
    names = {path.name for path in place.iterdir()}
    return not names or (CONFIG in names and names <= PUBLISHED)
