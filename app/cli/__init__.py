"""The command line: one verb a module, loaded when it is called.

`./nhipcau VERB` prepares `.venv` and comes here; an installed wheel's `nhipcau` comes here at
once. Each module `app.cli.<verb>` holds a click command named `command`.
"""

import importlib
import importlib.util
from pathlib import Path

import click

# In the order in which a reader needs them; a verb is offered as soon as its module exists.
VERBS = {
    "demo": "Run an invented ward on this machine: servers, data, web and workers.",
    "test": "Run every check: format, lint, types, imports, templates, tests.",
    "serve": "Answer web requests (one production process).",
    "worker": "Do the queued work of a lane (one production process).",
    "scheduler": "Wake the lanes and start periodic work (one production process).",
    "migrate": "Bring the database to this version's schema.",
    "account": "Open the first accounts of a deployment.",
    "doctor": "Check a deployment and say what is wrong.",
    "solve": "Solve a matching problem that is given as files.",
    "simulate": "Replay the past under another policy.",
    "import": "Take in households, needs or pledges from a spreadsheet.",
    "export": "Write out data as a spreadsheet.",
    "report": "Make a report.",
    "audit": "Verify the sealed history.",
    "backup": "Write an encrypted backup.",
    "restore": "Bring a backup into an empty database.",
    "bench": "Measure against plain yardsticks in the same run.",
    "assets": "Build the front end.",
    "lock": "Renew the lock files after a change in pyproject.toml.",
}
# An installed wheel has no tests, sources or lock files.
IN_A_CHECKOUT = frozenset({"test", "bench", "assets", "lock"})
CHECKOUT = Path(__file__).resolve().parents[2] / "pyproject.toml"


class Verbs(click.Group):
    """Finds a verb's module by its name, so that `solve` loads neither Flask nor the database."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature.
        """The verbs whose modules exist."""
        there = VERBS if CHECKOUT.exists() else [v for v in VERBS if v not in IN_A_CHECKOUT]
        return [verb for verb in there if importlib.util.find_spec(_module(verb))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one verb, or None if there is no such verb."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(_module(cmd_name)).command
        if not isinstance(command, click.Command):
            message = f"{_module(cmd_name)}.command is no click command"
            raise TypeError(message)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs from the table, without loading them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, VERBS[verb]) for verb in self.list_commands(ctx)])


def _module(verb: str) -> str:
    """The verb's module; `import` is no name in Python, so it has an underscore."""
    return f"app.cli.{verb}_" if verb == "import" else f"app.cli.{verb}"


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Nhịp Cầu: pledges of donors meet verified households, in one ledger.

    Start with `./nhipcau demo`. `./nhipcau VERB --help` tells more.
    """
