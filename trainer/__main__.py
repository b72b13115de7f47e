"""Command line of the trainer: list, train, resume, compare, evaluate, publish."""

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from json import dumps
from pathlib import Path
from typing import Annotated, Any

import tyro

import ganzoo
from ganzoo import checks
from ganzoo.command_line import run_commands
from trainer import engine, recipes
from trainer.recipes import fit_to_data, with_assignments, with_field

Assignments = Annotated[tuple[str, ...], tyro.conf.arg(name="set", metavar="FIELD=VALUE"), tyro.conf.UseAppendAction]
OtherSeeds = Annotated[tuple[Path, ...], tyro.conf.arg(name="other-seed", metavar="RUN"), tyro.conf.UseAppendAction]
OtherOptions = Annotated[tuple[Path, ...], tyro.conf.arg(name="other-option", metavar="RUN"), tyro.conf.UseAppendAction]


def list_() -> None:
    """List the recipes; a star marks those whose trained weights do not ship yet."""
    for recipe in recipes.RECIPES:
        star = "" if recipe.name in ganzoo.names() else "*"
        print(f"{recipe.name + star:24}{recipe.steps:>7} steps x {recipe.batch_size:<5}{recipe.data:14}{recipe.title}")


def train(
    name: Annotated[str, tyro.conf.Positional],
    steps: int | None = None,
    batch_size: int | None = None,
    seed: int | None = None,
    device: str = "auto",
    data: str | None = None,
    data_root: Path = Path("data"),
    image_size: int | None = None,
    channels: int | None = None,
    flip: bool = False,
    diff_augment: bool = False,
    measures: int = 0,
    measure_samples: int = 2000,
    reader: str | None = None,
    tracker: str = "none",
    out: Path | None = None,
    assignments: Assignments = (),
) -> None:
    """Train a recipe from its start.

    Args:
        name: the recipe, as `list` prints it
        steps: how many steps, in place of the recipe's
        batch_size: pictures in a batch, in place of the recipe's
        seed: where all randomness starts
        device: auto, cpu, cuda or mps
        data: another dataset; "synthetic" needs no files, "folder:PATH" is a folder of pictures ("classes:PATH" where
            all its sub-folders are classes), "pairs:PATH" one of pairs, "unpaired:PATH" one of two collections
        data_root: where torchvision keeps its datasets, or puts them
        image_size: height and width that the model is made for, in place of the recipe's
        channels: 1 for grey, 3 for colour
        flip: turn every second picture of the training left to right
        diff_augment: vary what a GAN's discriminator sees, which helps when pictures are few
        measures: how often the quality is measured on the way, for `compare`
        measure_samples: how many pictures a generator draws for that, and how many test pictures are used at most
        reader: the classifier (a run's folder or a name) in whose features a generator is measured
        tracker: none, or tensorboard: the same figures and grids for TensorBoard
        out: the run's folder; runs/NAME by default
        assignments: change any other field of the recipe, its rules or its model; may be repeated
    """
    changes = {"steps": steps, "batch_size": batch_size, "seed": seed, "data": data}
    changes |= {"augment": "flip" if flip else None, "rules.diff_augment": diff_augment or None}
    recipe = fit_to_data(changed_recipe(name, changes, assignments), image_size=image_size, channels=channels)
    watch = engine.Watch(measures, tracker, reader, measure_samples)
    folder = out or Path("runs") / name
    report(engine.start(recipe, folder, device=device, data_root=data_root, watch=watch), folder, device)


def changed_recipe(name: str, changes: Mapping[str, Any], assignments: Sequence[str]) -> recipes.Recipe:
    """The recipe of that name with `changes` (None keeps the recipe's value), then with `field=value` assignments."""
    recipe = recipes.get_recipe(name)
    for field, value in changes.items():
        recipe = recipe if value is None else with_field(recipe, field, value)
    return recipes.with_title_for_data(with_assignments(recipe, assignments))


def compare(folders: Annotated[tuple[Path, ...], tyro.conf.Positional], out: Path = Path("compare.png")) -> None:
    """Put runs side by side: a table, and curves of losses and quality over pictures seen and over seconds.

    Args:
        folders: the runs' folders
        out: the picture of the curves
    """
    if not folders:
        raise ValueError("name at least one run to compare")
    print("\n".join(engine.compare(list(folders), out)))
    print(f"curves: {out}")


def resume(
    folder: Annotated[Path, tyro.conf.Positional],
    device: str = "auto",
    data: str | None = None,
    data_root: Path | None = None,
    step: int | None = None,
    steps: int | None = None,
) -> None:
    """Go on with a run that was stopped.

    Args:
        folder: the run's folder
        device: auto, cpu, cuda or mps
        data: the folder:PATH (pairs:PATH, unpaired:PATH) of the pictures, if they have moved
        data_root: where the datasets are, if they have moved
        step: the checkpoint to go on from, in place of the newest; later ones are deleted
        steps: go on until this many, in place of the recipe's; only where the learning rate is constant
    """
    finished = engine.resume(folder, device=device, data_name=data, data_root=data_root, step=step, steps=steps)
    report(finished, folder, device)


def evaluate(
    model: Annotated[str, tyro.conf.Positional],
    samples: int = 26_000,
    data: str | None = None,
    data_root: Path = Path("data"),
    reader: str | None = None,
    json: bool = False,
) -> None:
    """Measure a run or a shipped model on the test split.

    Args:
        model: a run's folder, a shipped name or a Hub id
        samples: how many pictures a generator draws, and how many test pictures are used at most
        data: the dataset to measure on, such as the folder:PATH (pairs:PATH, unpaired:PATH) of pictures that have
            moved; that of the training by default
        data_root: where torchvision keeps its datasets, or puts them
        reader: the classifier (a run's folder or a name) in whose features a generator's pictures are compared, or the
            model that maps a translator's results back to its sources
        json: print JSON instead of a table
    """
    from trainer.families import evaluate
    from trainer.measures import EvaluationSetup
    from trainer.measures.figures import as_json, table

    checks.whole("samples", samples, 100, 100_000)
    setup = EvaluationSetup(data_root, samples, classifier=reader, data=data)
    figures = evaluate(ganzoo.load(model), setup)
    plain = as_json(figures)
    print(dumps(plain, indent=2) if json else "\n".join(table(plain)))


def publish(
    folder: Annotated[Path, tyro.conf.Positional],
    out: Path | None = None,
    data: str | None = None,
    data_root: Path = Path("data"),
    reader: str | None = None,
    license: str = "",
    other_seeds: OtherSeeds = (),
    other_options: OtherOptions = (),
) -> None:
    """Measure a finished run and make a model folder of it: half-precision weights, card, samples, history.

    For a published model, only write its card again and add the figures of other runs.

    Args:
        folder: the run's folder, or that of a published model
        out: where to; weights/NAME by default, for a run of exactly the recipe NAME
        data: the folder:PATH (pairs:PATH, unpaired:PATH) of the pictures, if they have moved
        data_root: where torchvision keeps its datasets
        reader: as for `evaluate`
        license: the licence of the weights, by its id on the Hugging Face Hub, such as cc-by-4.0; only the owner of
            your own pictures can say it
        other_seeds: a run of the same recipe with another seed, whose figures go into the card; may be repeated
        other_options: a run of it with other options of the model, such as its width; may be repeated
    """
    from trainer.measures import EvaluationSetup
    from trainer.publishing import publish as publishing

    setup = EvaluationSetup(data_root, classifier=reader, data=data)
    place = publishing.publish(
        folder, setup, out=out, other_seeds=other_seeds, other_options=other_options, licence=license
    )
    print(f"published to {place}")


def report(finished: bool, folder: Path, device: str = "auto") -> None:
    """Say what to do next with a run that has ended or was stopped on that device."""
    if not engine.is_first_rank():
        return
    if finished:
        print(f"finished; the model is in {folder}. Next: {next_command(engine.RunFolder(folder))}")
    else:
        option = "" if device == "auto" else f" --device {shlex.quote(device)}"
        print(f"stopped and saved; go on with: {engine.RunFolder(folder).resume_command}{option}")


def next_command(folder: engine.RunFolder) -> str:
    """What measures a finished run, or draws with it where no classifier is known that could measure it."""
    run = folder.read_run() if folder.exists else {}
    options = {"--data-root": run.get("data_root", "data"), "--reader": run.get("reader")}
    given = [text for name, value in options.items() if value not in (None, "data") for text in (name, value)]
    if folder.exists and not options["--reader"] and recipes.lacks_classifier(folder.read_recipe()):
        return shlex.join(["python", "-m", "ganzoo", "sample", str(folder.path), "--out", "samples.png"])
    return shlex.join(["python", "-m", "trainer", "evaluate", str(folder.path), *given])


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Returns 0, or 2 after one line on standard error for a request that cannot be met."""
    commands: dict[str, Callable[..., None]] = {
        "list": list_,
        "train": train,
        "resume": resume,
        "compare": compare,
        "evaluate": evaluate,
        "publish": publish,
    }
    return run_commands(commands, program="python -m trainer", arguments=arguments)


if __name__ == "__main__":
    sys.exit(main())
