"""The house rules that a machine can check: size, names, arrows to nowhere, pinned dependencies."""

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
OURS = ("connector", "adapters", "tasks", "config")
PACKAGES = (*OURS, "web", "sandbox")
PAPERS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "docs/decisions/README.md")
SPEAK = re.compile(
    r"(requests|urllib3|urllib\.request|httpx|aiohttp|http\.client|socket|asyncssh|paramiko|ftplib|smtplib)\b"
)
CALLERS = {
    "adapters/http.py",  # the platforms, at their channel's address; follows no redirect
    "adapters/assisted/sftp.py",  # the host that a shop's own settings name
    "connector/cli/demo/market.py",  # the demo's sandbox on this machine
    "connector/embedded/process.py",  # is a port of this machine free?
    "web/serve.py",  # the type of what it is handed
}
FORBIDDEN_NAMES = {"utils", "util", "common", "services", "service", "helpers", "helper", "manager", "misc"}


def modules(*packages: str) -> list[Path]:
    found = [path for package in packages for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts]
    assert found
    return found


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def p90(sizes: list[int]) -> int:
    return sorted(sizes)[int(len(sizes) * 0.9)]


def test_no_module_is_longer_than_400_lines() -> None:
    assert {str(path): lines(path) for path in modules(*PACKAGES) if lines(path) > 400} == {}


def test_modules_are_small() -> None:
    sizes = [size for path in modules(*OURS) if (size := lines(path)) > 1]
    assert statistics.median(sizes) <= 100
    assert p90(sizes) <= 250


def test_functions_are_short() -> None:
    sizes = {name: size for path in modules(*OURS) for name, size in functions(path)}
    longest = sorted(sizes, key=sizes.__getitem__)[-10:]
    assert statistics.median(sizes.values()) <= 10, longest
    assert p90(list(sizes.values())) <= 35, longest


def test_only_these_modules_open_a_connection() -> None:
    """No address that somebody typed is ever fetched: what could be led astray (redirects, names that resolve to
    private addresses and change their mind) does not exist outside these few, and those go where a setting says."""
    found = {
        str(path.relative_to(ROOT))
        for path in modules(*OURS, "web")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in imported(node)
        if SPEAK.match(name)
    }
    assert found == CALLERS


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if not isinstance(node, ast.ImportFrom) or node.level:
        return []
    return [f"{node.module}.{one.name}" for one in node.names]


def test_modules_are_named_by_what_they_know() -> None:
    names = {part for path in modules(*PACKAGES) for part in path.relative_to(ROOT).with_suffix("").parts}
    assert names & FORBIDDEN_NAMES == set()


def test_the_domain_uses_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"connector"}
    for path in modules("connector/domain"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            assert {name.split(".")[0] for name in names} <= allowed, path


def test_every_module_says_why_it_exists() -> None:
    silent = [str(path) for path in modules(*PACKAGES) if path.read_text().strip() and not docstring(path)]
    assert silent == []


def docstring(path: Path) -> str | None:
    return ast.get_docstring(ast.parse(path.read_text()))


def test_every_dependency_is_pinned_with_hashes_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?://|^\s*-|find-links", lock.replace("    --hash=", ""), re.MULTILINE)
    pins = re.split(r"\n(?=\S)", lock.strip())
    assert len(pins) > 30
    for pin in pins:
        assert re.match(r"[a-z0-9._-]+==\S+", pin), pin
        assert "--hash=sha256:" in pin, pin


@pytest.mark.parametrize("name", PAPERS)
def test_the_papers_are_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 300


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(?:OCOP_)?(\w+)` \| (.+?) \|", (ROOT / "README.md").read_text(), re.MULTILINE))
    for name, field in Settings.model_fields.items():
        assert name.upper() in rows, name
        if field.default not in (None, "", ()):
            assert rows[name.upper()] == f"`{field.default}`"


def test_decisions_are_one_page_each_and_have_a_state() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert [path.name[:4] for path in decisions] == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    for path in decisions:
        assert lines(path) <= 60, path
        assert "\nStatus: " in path.read_text(), path
