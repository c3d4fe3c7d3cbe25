"""`doctor`: looks a deployment over."""

import json
import sys
from pathlib import Path

import click

from app.cli.deployment import data_option, default_state, is_deployed, running_settings
from app.config import Settings

MARKS = {"fine": "ok   ", "doubtful": "LOOK ", "wrong": "WRONG"}


@click.command("doctor")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(*, data: Path | None, as_json: bool) -> None:
    """Check a deployment, or a demo that runs here, and say what is wrong.

    Exit code 0 if nothing is wrong, 1 otherwise. Changes nothing.
    """
    from app.infra.doctor import examine
    from app.infra.doctor_findings import Verdict
    from app.infra.embedded import running_at

    if is_deployed() or not running_at((data or default_state()).resolve()):
        findings = list(examine(Settings.from_env))
    else:
        with running_settings(data) as settings:
            findings = list(examine(lambda: settings))
    if as_json:
        facts = [{"verdict": f.verdict, "part": f.part, "words": f.words} for f in findings]
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(f"{MARKS[finding.verdict]}  {finding.part:<10} {finding.words}")
    sys.exit(any(finding.verdict is Verdict.WRONG for finding in findings))
