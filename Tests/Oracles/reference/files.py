# SPDX-License-Identifier: MIT
"""Files and their imports (language.md, 'A file')."""

from pathlib import Path

from .errors import NotUnderstood
from .parse_declarations import parse


def spec_root(path):
    """The nearest directory at or above the file that holds `spec-root`, else the file's own."""
    for folder in path.resolve().parent, *path.resolve().parent.parents:
        if (folder / "spec-root").exists():
            return folder
    return path.resolve().parent


class Modules:
    """The module of a file and all that it imports, by name; `imported` are the names that each imports
    itself."""

    def __init__(self, text, root=None, path=None):
        self.root = root
        self.by_path, self.by_name, self.imported = {}, {}, {}
        self.own = self.take(text, path.resolve() if path else None)

    def take(self, text, path):
        module = parse(text)
        if path is not None:
            self.by_path[path] = module
        self.by_name[module.name] = module
        names = self.imported[module.name] = []
        for absolute, parts in module.imports:
            if self.root is None:
                raise NotUnderstood("an import without a root")
            base = self.root
            if not absolute and path is not None and parts[0] == "..":
                base = path.parent
            file = base.joinpath(*parts)
            file = file.with_name(file.name + ".spec").resolve()
            if file not in self.by_path:
                if not file.exists():
                    raise NotUnderstood(f"no file {file}")
                self.take(file.read_text(), file)
            names.append(self.by_path[file].name)
        return module

    def closure(self, name):
        """A module after all that it imports, each once."""
        found = []

        def visit(module):
            if module not in found_names:
                found_names.add(module)
                for inner in self.imported[module]:
                    visit(inner)
                found.append(self.by_name[module])

        found_names = set()
        if name not in self.by_name:
            raise NotUnderstood(f"no module {name}")
        visit(name)
        return found


def load(path):
    path = Path(path)
    return Modules(path.read_text(), spec_root(path), path)
