"""`python -m app.cli`, which is what ./nhipcau becomes."""

from app.cli import main

main(prog_name="nhipcau")
