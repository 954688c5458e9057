"""The CEL library without its command line.

`import cel` also imports an interactive shell - prompt_toolkit, typer, rich - which is a fifth of our start-up and
nothing a server needs. The compiled extension inside the package is all we use.
"""

from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType


def _extension() -> ModuleType:
    package = find_spec("cel")
    if package is None or package.submodule_search_locations is None:
        raise ModuleNotFoundError("common-expression-language is not installed")
    found = PathFinder.find_spec("cel.cel", package.submodule_search_locations)
    if found is None or found.loader is None:
        raise ModuleNotFoundError("common-expression-language has no compiled extension for this Python")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


cel = _extension()
