import re
from pathlib import Path

import click
import pytest

from dwibahasa import errors
from dwibahasa.cli import main
from dwibahasa.settings import Settings

DOCS = Path(__file__).parents[1] / "docs"


def commands(command=main, name="dwibahasa"):
    yield name, command
    for sub in getattr(command, "commands", {}).values():
        yield from commands(sub, f"{name} {sub.name}")


def help_of(name, command):
    names = main.context_settings["help_option_names"]
    return command.get_help(
        click.Context(
            command, info_name=name, max_content_width=80, help_option_names=names
        )
    )


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_page_on_the_command_line_shows_the_help_of_every_command(name, command):
    assert help_of(name, command) in (DOCS / "cli.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("field", Settings.__slots__)
def test_page_on_the_command_line_tells_every_setting(field):
    assert f"`DWIBAHASA_{field.upper()}`" in (DOCS / "cli.md").read_text()


def test_tree_of_errors_is_complete():
    package = Path(errors.__file__).parent
    source = "\n".join(path.read_text() for path in package.glob("*.py"))
    classes = re.findall(r"^class (\w+)\((\w+)\)", source, re.MULTILINE)
    tree = re.findall(r"[├└]── (\w+)", errors.__doc__)
    assert sorted(tree) == sorted(name for name, base in classes if base != "Exception")
    assert {name for name, _ in classes} <= set(errors.__all__)


def test_links_between_pages_lead_somewhere():
    for page in [*DOCS.glob("*.md"), DOCS.parent / "README.md"]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
