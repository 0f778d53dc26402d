# SPDX-License-Identifier: MIT
"""What can be assigned: variables, elements, fields (language.md, 'Statements')."""

from .errors import NotUnderstood, RunTimeError
from .methods import mutation
from .types import Array, Struct


class Place:
    """A target like `table[page].frame`. `path` has one entry an index or field."""

    def __init__(self, scope, node):
        chain = []
        while node.kind in ("index", "member"):
            chain.append(node)
            node = node.base
        if node.kind != "name":
            raise NotUnderstood(f"line {node.line}: this cannot be assigned")
        # Locals that are overwritten as a whole, or in part.
        self.whole_local, self.partial_local = frozenset(), frozenset()
        if node.name in scope.names:
            self.slot, kind = scope.names[node.name]
            self.local = True
            if chain:
                self.partial_local = frozenset([self.slot])
            else:
                self.whole_local = frozenset([self.slot])
        elif node.name in scope.program.variables:
            self.slot, kind = scope.program.variables[node.name]
            self.local = False
        else:
            raise NotUnderstood(f"line {node.line}: unknown variable {node.name}")
        self.path = []
        for part in reversed(chain):
            if part.kind == "index" and isinstance(kind, Array):
                every = part.index.kind == "all"
                self.path.append(None if every else scope.position(part.index, kind))
                kind = kind.element
            elif part.kind == "member" and isinstance(kind, Struct) and part.name in kind.place:
                place = kind.place[part.name]
                self.path.append(lambda state, frame, place=place: place)
                kind = dict(kind.fields)[part.name]
            else:
                raise NotUnderstood(f"line {part.line}: {kind} has no such part")
        self.type = kind

    def resolve(self, state, frame):
        """The path with its indices evaluated."""
        return tuple(None if part is None else part(state, frame) for part in self.path)

    def get(self, state, frame, path):
        value = (frame if self.local else state)[self.slot]
        for i in path:
            value = value[i]
        return value

    def put(self, state, frame, path, value):
        self.change(state, frame, path, lambda old: value)

    def change(self, state, frame, path, new):
        holder = frame if self.local else state
        holder[self.slot] = changed(holder[self.slot], path, 0, new)

    def update(self, state, frame, new):
        self.change(state, frame, self.resolve(state, frame), new)

    def mutation(self, scope, call):
        of = getattr(self.type, "of", None)
        return mutation(self.type, call.name, [scope.typed(a, of) for _, a in call.arguments])


def changed(value, path, depth, new):
    if depth == len(path):
        return new(value)
    at = path[depth]
    if at is None:
        return tuple(changed(v, path, depth + 1, new) for v in value)
    return (*value[:at], changed(value[at], path, depth + 1, new), *value[at + 1 :])
