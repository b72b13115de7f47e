"""A command line of functions: one subcommand each, and every refusal one line on standard error with exit code 2."""

import contextlib
import functools
import io
import sys
from collections.abc import Callable, Mapping

import tyro


def run_commands(commands: Mapping[str, Callable], *, program: str, arguments: list[str] | None) -> int:
    """Parse `arguments` (the process's own when None), call the command named there, and give the exit code."""
    complaint = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaint):
            ready = tyro.extras.subcommand_cli_from_dict(
                {name: deferred(command) for name, command in commands.items()}, prog=program, args=arguments
            )
    except SystemExit as stop:
        if stop.code:
            print(f"error: {one_line(complaint.getvalue())} (see {program} --help)", file=sys.stderr)
        return int(bool(stop.code)) * 2
    try:
        ready()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except ModuleNotFoundError as error:
        needs = f"this needs {error.name}, which is not installed: pip install 'ganzoo[app,train]'"
        print(f"error: {needs}", file=sys.stderr)
        return 2
    except (ValueError, OSError, ArithmeticError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


def deferred(command: Callable) -> Callable:
    """The command with its arguments bound but not called yet, so that parsing and running can be told apart."""

    @functools.wraps(command)
    def bind(*values, **named):
        return functools.partial(command, *values, **named)

    return bind


def one_line(box: str) -> str:
    """The first paragraph inside the box that tyro draws around its complaint."""
    lines = [line.strip("│ ") for line in box.splitlines() if not line.startswith(("╭", "╰"))]
    paragraph = []
    for line in lines:
        if line.startswith("─"):
            break
        paragraph.append(line)
    return " ".join(paragraph) or "the command line was not understood"
