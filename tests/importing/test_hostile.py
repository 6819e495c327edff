"""Whatever a producer's mailbox may hold ends in rows or in advice, in bounded memory."""

from pathlib import Path

from tests.hostile import harmless, hostile, met

MOST_MB = 350
READ = """
from connector.errors import Complaint
from connector.importing.reading import read as read_file
def read(path):
    try:
        return f"{sum(len(sheet.grid) for sheet in read_file(path).sheets)} rows"
    except Complaint as said:
        return f"answered: {said.vi}"
"""


def test_no_hostile_workbook_takes_memory_or_passes_for_a_table(tmp_path: Path) -> None:
    found = met(READ, tmp_path, hostile())
    assert found.pop("mb") < MOST_MB
    for name, (said, seconds) in found.items():
        assert said.startswith("answered: "), (name, said)
        assert name in said or "xlsx" in said
        assert seconds < 60, name


def test_macros_and_links_are_never_followed(tmp_path: Path) -> None:
    found = met(READ, tmp_path, harmless())
    assert found.pop("mb") < MOST_MB
    assert all(said.endswith("rows") for said, _ in found.values()), found
