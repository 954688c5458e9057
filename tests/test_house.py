"""The guards of the house: what may import what, how long things are, what they are called, what is covered."""

import ast
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.config import settings_from
from app.domain import errors
from app.domain.errors import DomainError
from app.web.api.errors import ANSWERS, NOT_SAID_OVER_HTTP
from app.web.docs import GUIDES
from app.web.door import STATED
from tests.customer import page_for_every_template
from tests.partner import published_platform

ROOT = Path(__file__).resolve().parent.parent
# Inside out: a module may import its own layer and those before it.
LAYERS = ("domain", "catalog", "services", "adapters", "web")

# What a layer must never see, beside the layers outside of it.
FORBIDDEN = {
    "domain": ("flask", "sqlalchemy", "random", "secrets", "time", "os", "pathlib", "socket", "logging", "structlog"),
    "catalog": ("flask", "sqlalchemy", "random", "secrets", "time", "socket", "werkzeug", "jinja2"),
    "services": ("flask", "sqlalchemy", "werkzeug", "jinja2", "app.config", "app.demo", "app.cli"),
    "adapters": ("flask", "werkzeug", "app.demo", "app.cli"),
    "web": ("sqlalchemy.orm", "app.cli"),
}
CLOCKS = ("datetime.now", "datetime.utcnow", "date.today", "datetime.datetime.now", "time.time")
BANNED_NAMES = frozenset({"utils", "helpers", "common", "misc", "base", "util", "helper"})
TOP_LEVEL = frozenset(
    {".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "app", "catalog", "pyproject.toml"}
    | {"static", "templates", "tests", "widget"}
)
# Put together, so that this file does not hold what it looks for.
HOSTS = tuple(
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
)
MACHINE_PATHS = tuple(f"/{folder}/" for folder in ("work", "root", "home", "Users"))


@lru_cache(maxsize=1)
def own_files() -> tuple[Path, ...]:
    """Every file that is, or would be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def python_files(*parts: str) -> list[Path]:
    folders = [ROOT / part for part in parts]
    return [
        path for path in own_files() if path.suffix == ".py" and any(path.is_relative_to(folder) for folder in folders)
    ]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def layer(module: str) -> str | None:
    """app.catalog.words -> catalog; what stands directly under app belongs to no layer."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "app" and parts[1] in LAYERS else None


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module a file imports, inside functions too, with the line; `from app.web import x` counts as app.web.x."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}:{node.lineno}: a relative import"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function of a file with its length in lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Every call by a dotted name, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def settings_for(folder: Path) -> dict[str, str]:
    return {
        "AWNING_MODE": "demo",
        "AWNING_VAR": str(folder),
        "AWNING_URL": "https://cover.example",
        "DATABASE_URL": f"sqlite:///{folder}/house.db",
        "AWNING_RATE_LIMITS": "off",
        "AWNING_LOG": "off",
    }


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(settings_from(settings_for(tmp_path_factory.mktemp("house"))))


def test_imports_point_inwards() -> None:
    outward = []
    for path in python_files("app"):
        own = layer(module_of(path))
        for line, module in imports(path):
            other = layer(module)
            if own and other and LAYERS.index(other) > LAYERS.index(own):
                outward.append(f"{named(path)}:{line} imports {module}")

    assert outward == []


def test_no_layer_sees_what_is_not_for_it() -> None:
    seen = [
        f"{named(path)}:{line} imports {module}"
        for path in python_files("app")
        for line, module in imports(path)
        for forbidden in FORBIDDEN.get(layer(module_of(path)) or "", ())
        if f"{module}.".startswith(f"{forbidden}.")
    ]

    assert seen == []


def test_no_rule_asks_the_clock() -> None:
    asked = [
        f"{named(path)}:{line} calls {name}"
        for path in python_files("app/domain", "app/catalog", "app/services")
        for line, name in calls(path)
        if name in CLOCKS
    ]

    assert asked == []


def test_every_folder_of_the_program_is_a_layer() -> None:
    folders = {path.relative_to(ROOT / "app").parts[0] for path in python_files("app") if path.parent != ROOT / "app"}

    assert folders <= set(LAYERS)


def test_every_blueprint_states_who_may_come_in(app: Flask) -> None:
    silent = [name for name, blueprint in app.blueprints.items() if blueprint.name not in STATED]
    homeless = [
        rule.rule for rule in app.url_map.iter_rules() if "." not in rule.endpoint and rule.endpoint != "static"
    ]

    assert silent == []
    assert homeless == []
    assert set(STATED) == {blueprint.name for blueprint in app.blueprints.values()}


def test_no_module_has_a_name_that_says_nothing() -> None:
    named_badly = [
        named(path)
        for path in python_files("app", "tests", "widget", ".ci")
        if BANNED_NAMES & {*path.relative_to(ROOT).with_suffix("").parts}
    ]

    assert named_badly == []


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_longer_than_somebody_reads() -> None:
    walls = [
        (path, 60 if path.name == "__init__.py" else 400) for path in python_files("app", "tests", "widget", ".ci")
    ]
    walls += [(path, 150) for path in own_files() if path.is_relative_to(ROOT / "templates")]

    too_long = [f"{named(path)}: {lines_of(path)} lines" for path, most in walls if lines_of(path) > most]

    assert too_long == []


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = [
        f"{named(path)}: {name} has {length} lines"
        for path in python_files("app", "tests", "widget", ".ci")
        for name, length in functions(path)
        if length > 40
    ]

    assert too_long == []


def public_pages(release: str) -> list[str]:
    """A page for every template; who adds a template adds the page that shows it."""
    guides = [f"/docs/{guide.name}" for guide in GUIDES]
    return ["/", "/demo/outbox", "/docs/", "/docs/widget", *guides, f"/documents/{release}/summary.en.html"]


def test_every_template_is_rendered_by_a_page(tmp_path: Path) -> None:
    partner = published_platform(settings_for(tmp_path), "hearthside")
    release = partner.platform.shelf.catalog(partner.code).release_id

    for page in [*public_pages(release), *page_for_every_template(partner)]:
        answer = partner.client.get(page)
        assert answer.status_code == 200, page
        assert answer.mimetype == "text/html", page
    panel = partner.get(f"offers/{partner.offered('apartment-in-paris')['id']}/panel")
    assert panel.status_code == 200

    folder = ROOT / "templates"
    # Mail is rendered by the worker, the portal by people at work: tests/adapters/test_mail_rendering.py and
    # tests/web/test_portal_templates.py have the same test for them.
    templates = {
        path.relative_to(folder).as_posix()
        for path in own_files()
        if path.is_relative_to(folder) and path.relative_to(folder).parts[0] not in ("mail", "portal")
    }
    loaded = {name for _, name in partner.app.jinja_env.cache.keys()}  # type: ignore[union-attr]  # noqa: SIM118
    assert templates - loaded == set()


def test_every_cause_of_refusal_has_an_answer() -> None:
    causes = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, DomainError) and value is not DomainError
    }

    assert causes == set(ANSWERS) | set(NOT_SAID_OVER_HTTP)
    assert set(ANSWERS).isdisjoint(NOT_SAID_OVER_HTTP)


def test_every_answer_is_an_error_status_and_every_code_has_one_meaning() -> None:
    assert all(400 <= answer.status < 600 for answer in ANSWERS.values())
    meanings: dict[str | None, set[int]] = {}
    for answer in ANSWERS.values():
        meanings.setdefault(answer.code, set()).add(answer.status)
    assert [code for code, statuses in meanings.items() if len(statuses) > 1] == []


def test_the_top_level_holds_only_what_was_agreed() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in own_files()}

    assert found - TOP_LEVEL == set()


def readable(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("words", [HOSTS, MACHINE_PATHS], ids=["hosts of registries", "paths of one machine"])
def test_no_file_knows_the_machine_it_was_written_on(words: tuple[str, ...]) -> None:
    found = [f"{named(path)}: {word}" for path in own_files() for word in words if word in readable(path)]

    assert found == []
