"""The architecture, as far as import-linter cannot say it by name.

A newcomer learns the rule from the name of the test that failed. The layers themselves are in
pyproject.toml and are checked by `lint-imports`.
"""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("settlement", "tenants", "currencies", "mediation", "statements", "i18n")

# Files named after a role touch the world; every other file is named after the trade and is pure.
ROLES = {"store", "files", "gateway", "service", "api", "pages", "jobs", "cli"}
# `tenants` is the door to the world, `migrations` and `app` stand outside the concepts.
OUTSIDE_THE_RULE = ("tenants/", "settlement/migrations/", "settlement/app/")
# Reading message catalogues from disk is what i18n.locale is for.
EXCEPTIONS = {"i18n/locale.py"}

THE_WORLD = {
    "sqlalchemy", "psycopg", "alembic", "procrastinate", "apscheduler", "flask", "flask_smorest",
    "socket", "subprocess", "multiprocessing", "threading", "shutil", "tempfile", "os", "pathlib",
    "secrets", "random", "time", "requests", "httpx", "urllib.request", "xhtml2pdf", "saxonche",
}  # fmt: skip


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_pure(path: Path) -> bool:
    name = name_of(path)
    return (
        path.stem not in ROLES
        and not name.startswith(OUTSIDE_THE_RULE)
        and name not in EXCEPTIONS
        and path.stem != "__init__"
    )


def imports(path: Path) -> set[str]:
    """Full names of the modules imported, and of the names imported from them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_every_top_level_package_is_under_the_import_rules() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}

    assert set(rules["root_packages"]) == folders == set(PACKAGES)


@pytest.mark.parametrize("path", list(filter(is_pure, modules())), ids=name_of)
def test_pure_modules_do_not_touch_the_world(path: Path) -> None:
    touched = {
        name for name in imports(path) if name in THE_WORLD or name.split(".")[0] in THE_WORLD
    }
    roles = {
        name
        for name in imports(path)
        if name.split(".")[0] in PACKAGES and ROLES & set(name.split(".")[1:])
    }

    assert not touched, f"{name_of(path)} is named after the trade but imports {sorted(touched)}"
    assert not roles, f"{name_of(path)} is pure but imports the role files {sorted(roles)}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_store_is_private_to_its_folder(path: Path) -> None:
    own = ".".join(path.relative_to(ROOT).parent.parts)
    foreign = {
        name
        for name in imports(path)
        if name.split(".")[0] in PACKAGES
        and name.endswith((".store", ".files", ".gateway"))
        and name.rsplit(".", 1)[0] != own
        and name != "tenants.files"
    }

    assert not foreign, f"{name_of(path)} imports {sorted(foreign)}; ask that folder's service"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), f"{name_of(path)} has no docstring"


def test_every_concept_has_a_readme() -> None:
    concepts = [ROOT / package for package in PACKAGES]
    concepts += [path.parent for path in (ROOT / "settlement").glob("*/__init__.py")]

    missing = [name_of(folder) for folder in concepts if not (folder / "README.md").exists()]

    assert not missing, f"no README.md in {missing}"


def test_the_repository_names_no_registry_and_no_machine() -> None:
    forbidden = ("pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian.org")
    texts = [ROOT / "requirements.lock", ROOT / "package-lock.json", ROOT / "pyproject.toml"]

    named = [path.name for path in texts for host in forbidden if host in path.read_text()]

    assert not named
