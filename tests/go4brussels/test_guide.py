"""What docs/running.md tells to type is there to be typed. `make guide` types it, on machines of its own."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands

from ..guide.__main__ import LAYOUTS, packages
from ..guide.blocks import blocks
from ..guide.machines import Failed
from ..guide.supplies import filled_in

GUIDE = settings.BASE_DIR / "docs" / "running.md"
BLOCKS = blocks(GUIDE)
TYPED = "\n".join(each.commands for each in BLOCKS)


def test_every_block_is_run_on_a_machine_of_some_layout():
    machines = {name for names in LAYOUTS.values() for name in names}
    assert len(BLOCKS) > 20
    assert {name for each in BLOCKS for name in each.machines} == machines


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line-{block.line}")
def test_an_operator_knows_what_to_put_in_its_place(block):
    assert "<" not in re.sub(r"<<'?END'?", "", filled_in(block.commands))


def test_what_nobody_knows_is_refused():
    with pytest.raises(Failed, match="<name of nobody>"):
        filled_in("echo '<name of nobody>'")


def test_its_commands_are_the_portals():
    typed = re.findall(
        r"(?m)^(?:.*manage\.py|go4brussels) (\w+)", "\n".join(each.commands for each in BLOCKS)
    )
    assert {"doctor", "backup", "restore", "createsuperuser"} <= set(typed)
    assert set(typed) <= get_commands().keys()


def test_its_files_are_in_the_project():
    named = re.findall(
        r"/opt/go4brussels/(?:current|source)/(deploy/[\w.-]+)", "\n".join(b.commands for b in BLOCKS)
    )
    assert {"deploy/release.sh", "deploy/nginx.conf"} <= set(named)
    assert [each for each in named if not (settings.BASE_DIR / each).exists()] == []


def test_the_machines_come_with_what_it_installs():
    assert {"git", "make", "nginx", "postgresql", "python3-venv"} <= set(packages(BLOCKS))


def test_a_block_that_other_machines_share_is_run_where_their_part_says_so(tmp_path):
    guide = tmp_path / "guide.md"
    guide.write_text(
        "## One\n```sh on one, two\nfirst\n```\n```sh\nown\n```\n## Two\n```sh on two\nbefore\n```\n"
        "<!-- as on one machine: 1 -->\n```nginx\nno command\n```\n"
    )
    found = [(each.commands, each.machines, each.headings) for each in blocks(guide)]
    assert found == [
        ("first\n", ("one",), ("One",)),
        ("own\n", ("one",), ("One",)),
        ("before\n", ("two",), ("Two",)),
        ("first\n", ("two",), ("One",)),
    ]


def test_a_block_without_an_end_is_told_of(tmp_path):
    (tmp_path / "guide.md").write_text("## One\n```sh\nfirst\n")
    with pytest.raises(ValueError, match=r"line 2: the block has no end\."):
        blocks(tmp_path / "guide.md")
