"""`python -m dwibahasa` is the `dwibahasa` command."""

from dwibahasa.cli import main

main(prog_name="dwibahasa")
