"""Command lines made of functions: each is a subcommand, and every error is one line on stderr with exit code 2."""

import contextlib
import functools
import io
import sys
from collections.abc import Callable, Mapping
from typing import Any

import tyro


def run_commands(commands: Mapping[str, Callable[..., Any]], *, program: str, arguments: list[str] | None) -> int:
    """Parse `arguments`, run the command that they name, and return the exit code.

    Without `arguments` those of the process are parsed. Exit codes: 0 for success and for --help, 2 for a wrong command
    line and for a ValueError, OSError or ArithmeticError of the command, 130 for Ctrl-C.
    """
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
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


def defer(function: Callable[..., Any]) -> Callable[..., Callable[[], Any]]:
    """A function that binds the arguments without a call, so that parsing and running are separate steps."""

    @functools.wraps(function)
    def bind(*values: Any, **named: Any) -> Callable[[], Any]:
        return functools.partial(function, *values, **named)

    return bind


def first_paragraph(box: str) -> str:
    """The first paragraph inside the box that tyro draws around an error message, as one line."""
    lines = [line.strip("│ ") for line in box.splitlines() if not line.startswith(("╭", "╰"))]
    paragraph = []
    for line in lines:
        if line.startswith("─"):
            break
        paragraph.append(line)
    return " ".join(paragraph) or "the command line was not understood"
