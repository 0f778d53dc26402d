# SPDX-License-Identifier: MIT
"""What a check speaks of: modules, platform, changes, settings (language.md, 'Programs')."""

from .errors import NotUnderstood

NAMED = (
    "const",
    "type",
    "enum",
    "struct",
    "fault",
    "fn",
    "op",
    "process",
    "invariant",
    "reachable",
    "property",
    "observe",
    "interface",
    "change",
    "check",
    "proof",
    "matrix",
)


class Composition:
    """The declarations of a program, after its changes. `inits` are in the order of the modules."""

    def __init__(self, modules, check=None):
        self.settings = list(check.settings) if check else []
        use = check.use if check and check.use else modules.own.name
        order = modules.closure(use)
        if check and check.on:
            order += [m for m in modules.closure(check.on) if m not in order]
        self.declared, self.variables, self.inits = {}, {}, []
        for module in order:
            for node in module.declarations:
                self.add(node, module.name)
        for name in check.changes if check else []:
            self.apply(self.change(modules, name))

    def change(self, modules, name):
        for module in modules.by_name.values():
            for node in module.declarations:
                if node.kind == "change" and node.name == name:
                    return node
        raise NotUnderstood(f"no change {name}")

    def add(self, node, module):
        if node.kind == "state":
            for variable in node.variables:
                if variable.name in self.variables:
                    raise NotUnderstood(f"{variable.name} is declared twice")
                self.variables[variable.name] = variable
        elif node.kind == "init":
            self.inits.append((module, node))
        else:
            if node.name in self.declared and node.kind not in (
                "check",
                "proof",
                "matrix",
                "change",
                "observe",
            ):
                raise NotUnderstood(f"{node.name} is declared twice")
            self.declared[node.name] = node

    def apply(self, change):
        for verb, node in change.edits:
            if verb == "add":
                self.add(node, change.module)
            elif verb == "remove":
                if self.declared.pop(node.name, None) is None:
                    raise NotUnderstood(f"there is no {node.name} to remove")
            elif node.kind == "init":
                places = [i for i, (module, _) in enumerate(self.inits) if module == change.module]
                if not places:
                    raise NotUnderstood("there is no init to replace")
                self.inits[places[0]] = (change.module, node)
                for i in reversed(places[1:]):
                    del self.inits[i]
            elif node.kind == "state":
                for variable in node.variables:
                    if variable.name not in self.variables:
                        raise NotUnderstood(f"there is no {variable.name} to replace")
                    self.variables[variable.name] = variable
            else:
                if node.name not in self.declared:
                    raise NotUnderstood(f"there is no {node.name} to replace")
                self.declared[node.name] = node

    def of_kind(self, kind):
        return [node for node in self.declared.values() if node.kind == kind]
