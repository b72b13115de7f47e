"""Command lines made of functions: each is a subcommand, and every error is one line on stderr with exit code 2."""

import contextlib
import functools
import io
import itertools
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tyro

from ganzoo import checks


def run_commands(commands: Mapping[str, Callable[..., Any]], *, program: str, arguments: list[str] | None) -> int:
    """Parse `arguments`, run the command that they name, and return the exit code.

    Without `arguments` those of the process are parsed. Exit codes: 0 for success and for --help, 2 for a wrong command
    line and for a ValueError, OSError or ArithmeticError of the command, 130 for Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name may hold what the terminal cannot show
    if empty := empty_argument(sys.argv[1:] if arguments is None else arguments):
        print(f"error: {empty}", file=sys.stderr)
        return 2
    tyro_message = io.StringIO()
    try:
        with contextlib.redirect_stderr(tyro_message):
            command = tyro.extras.subcommand_cli_from_dict(
                {name: defer(function) for name, function in commands.items()}, prog=program, args=arguments
            )
    except SystemExit as stop:
        if stop.code:
            print(f"error: {first_paragraph(tyro_message.getvalue())} (see {program} --help)", file=sys.stderr)
        return int(bool(stop.code)) * 2
    try:
        command()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except ModuleNotFoundError as error:
        message = f"this needs {error.name}, which is not installed: pip install 'ganzoo[app,train]'"
        print(f"error: {message}", file=sys.stderr)
        return 2
    except (ValueError, OSError, ArithmeticError) as error:
        print(f"error: {' '.join(map(str.strip, in_words(error).splitlines()))}", file=sys.stderr)
        return 2
    return 0


def in_words(error: Exception) -> str:
    """What an error says; where the system refused a path, the path and why, without the system's number."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"cannot use {checks.shown(str(error.filename))}: {error.strerror}"
    return str(error)


def empty_argument(arguments: Sequence[str]) -> str:
    """What is wrong where an argument is empty: Python would take an empty path for the current folder. "" for none."""
    for before, argument in itertools.pairwise(["", *arguments]):
        option = argument.removesuffix("=") if argument.endswith("=") else before if not argument else ""
        if option.startswith("--"):
            return f"{option} needs a name behind it, got ''"
        if not argument:
            return "an argument is empty: name a file, a folder, a model or a run, or leave it out"
    return ""


def defer(function: Callable[..., Any]) -> Callable[..., Callable[[], Any]]:
    """A function that binds the arguments without a call, so that parsing and running are separate steps."""

    @functools.wraps(function)
    def bind(*values: Any, **named: Any) -> Callable[[], Any]:
        expanded = {name: expand(value) for name, value in named.items()}
        return functools.partial(function, *map(expand, values), **expanded)

    return bind


def expand(value: Any) -> Any:
    """A path, or each of several, with the user's home in place of "~", which no shell expands after "--out="."""
    if isinstance(value, tuple):
        return tuple(map(expand, value))
    return Path(os.path.expanduser(value)) if isinstance(value, Path) else value


def first_paragraph(box: str) -> str:
    """The first paragraph inside the box that tyro draws around an error message, as one line."""
    lines = [line.strip("│ ") for line in box.splitlines() if not line.startswith(("╭", "╰"))]
    if "╭" not in box:  # where the terminal has no frames, the title stands above a rule
        lines = lines[2:]
    paragraph = []
    for line in lines:
        if line.startswith(("─", "-----")):
            break
        paragraph.append(line)
    return " ".join(paragraph) or "the command line was not understood"
