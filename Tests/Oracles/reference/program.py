# SPDX-License-Identifier: MIT
"""A program: names, types, constants, states and their successors. The interface is in README.md."""

from itertools import product

from .composition import Composition
from .errors import NotUnderstood, RunTimeError
from .explorer import explore
from .expressions import Expressions, Frame
from .files import Modules, load
from .flow import Flow
from .functions import Function
from .machine import Body, Instance, paths
from .syntax import Node
from .parse_declarations import DeclarationParser
from .types import (
    BOOL,
    INT,
    LOCK,
    Array,
    Bits,
    Enum,
    Interval,
    ListOf,
    Optional,
    QueueOf,
    RangeOf,
    SetOf,
    Struct,
    Symmetric,
)
from .values import Typed, stored


class Program:

    def __init__(self, composition, settings=None):
        self.composition = composition
        self.settings = dict(composition.settings)
        for name, value in (settings or {}).items():
            self.settings[name] = value if isinstance(value, Node) else Node("number", 0, value=value)
        self._types, self._constants, self._cases = {}, {}, {}
        declared = composition.declared
        for node in composition.of_kind("enum"):
            for case in node.cases:
                self._cases.setdefault(case, []).append(node.name)
        self.functions = {n.name: Function(self, n) for n in composition.of_kind("fn")}
        self.operations = {n.name: n for n in composition.of_kind("op")}
        self.variables = {}
        for place, (name, node) in enumerate(composition.variables.items()):
            self.variables[name] = (place, None)
        for name, node in composition.variables.items():
            self.variables[name] = (self.variables[name][0], self.type(node.type))
        self.types = {name: self.named_type(name) for name in declared if self.has_type(name)}
        self._machines = {}
        self._conditions = {}

    @classmethod
    def from_text(cls, text, check=None, settings=None, root=None):
        from pathlib import Path

        return cls.of(Modules(text, Path(root) if root else None), check, settings)

    @classmethod
    def from_file(cls, path, check=None, settings=None):
        return cls.of(load(path), check, settings)

    @classmethod
    def of(cls, modules, check=None, settings=None):
        node = None
        if check is not None:
            found = [n for n in modules.own.declarations if n.kind == "check" and n.name == check]
            if not found:
                raise NotUnderstood(f"no check {check}")
            node = found[0]
        return cls(Composition(modules, node), settings)

    @staticmethod
    def checks_of(path):
        return [n.name for n in load(path).own.declarations if n.kind == "check"]

    # Types

    def has_type(self, name):
        node = self.composition.declared.get(name)
        return name in ("Bool", "Int", "Lock") or node is not None and node.kind in ("type", "enum", "struct")

    def named_type(self, name):
        basic = {"Bool": BOOL, "Int": INT, "Lock": LOCK}.get(name)
        if basic:
            return basic
        if name not in self._types:
            node = self.composition.declared.get(name)
            if node is None or node.kind not in ("type", "enum", "struct"):
                raise NotUnderstood(f"no type {name}")
            if node.kind == "enum":
                found = Enum(name, node.cases)
            elif node.kind == "struct":
                found = Struct(name, [(field, self.type(kind)) for field, kind in node.fields])
            else:
                found = self.type(node.type, name)
            self._types[name] = found
        return self._types[name]

    def type(self, node, name=None):
        """The type that a node of the tree writes; `name` makes it a new one."""
        match node.kind:
            case "named type":
                found = self.named_type(node.name)
                if name and isinstance(found, (Interval, Bits, Symmetric)):
                    found = {
                        Interval: lambda: Interval(found.low, found.high, name),
                        Bits: lambda: Bits(found.width, name),
                        Symmetric: lambda: Symmetric(found.count, name),
                    }[type(found)]()
                return found
            case "interval type":
                high = self.constant_value(node.high)
                return Interval(self.constant_value(node.low), high - 1 if node.open else high, name)
            case "bits type":
                return Bits(self.constant_value(node.width), name)
            case "symmetric type":
                return Symmetric(self.constant_value(node.count), name)
            case "array type":
                return Array(self.type(node.index), self.type(node.element))
            case "optional type":
                return Optional(self.type(node.of))
            case "set type":
                return SetOf(self.type(node.of))
            case "range type":
                return RangeOf(self.type(node.of))
            case "list type":
                return ListOf(self.type(node.of))
            case "queue type":
                return QueueOf(self.type(node.of), self.constant_value(node.length))
        raise NotUnderstood(f"no type {node.kind}")

    def enums_with(self, case):
        return [self.named_type(name) for name in self._cases.get(case, [])]

    # Constants

    def has_constant(self, name):
        node = self.composition.declared.get(name)
        return node is not None and node.kind == "const"

    def typed_constant(self, name):
        if name not in self._constants:
            node = self.composition.declared[name]
            self._constants[name] = None
            kind = self.type(node.type) if node.type else None
            typed = Expressions(self, Frame()).typed(self.settings.get(name, node.value), kind)
            if kind is None:
                kind = typed.type
            value = self.run_constant(stored(typed, kind))
            self._constants[name] = Typed(kind, lambda state, frame: value, value)
        if self._constants[name] is None:
            raise NotUnderstood(f"{name} is made of itself")
        return self._constants[name]

    def run_constant(self, run):
        return run((), [None] * 64)

    def constant(self, name):
        return self.typed_constant(name).run(None, None)

    def constant_value(self, node):
        frame = Frame()
        return Expressions(self, frame).typed(node, INT).run((), [None] * 64)

    def value(self, text):
        return self.constant_value(DeclarationParser(text).expression())

    # States

    def first_state(self):
        """The values of the state variables before `init`."""
        found = []
        for name, node in self.composition.variables.items():
            kind = self.variables[name][1]
            if node.value is None:
                found.append(kind.default())
            else:
                frame = Frame()
                run = Expressions(self, frame).value(node.value, kind)
                found.append(run(tuple(found), [None] * frame.size))
        return tuple(found)

    def machines(self, merged=False):
        """All process instances. `merged`: places that differ by what was called only are one; for counting.
        """
        if merged not in self._machines:
            found = self._machines[merged] = []
            for node in self.composition.of_kind("process"):
                body = Body(self, node, merged)
                for arguments in product(*(self.type(t).values() for _, t in node.parameters)):
                    found.append(Instance(len(found), body, arguments))
        return self._machines[merged]

    @property
    def processes(self):
        return self.machines()

    def initial_paths(self):
        """(variables, error) for each way through all `init`s."""
        frame = Frame()
        flow = Flow(self, frame, steps=True)
        for _, node in self.composition.inits:
            flow.returning(None)
            flow.block(node.body)
            for jump in flow.exits:
                jump.target = flow.here
        flow.emit("end")
        return [
            (tuple(values), error)
            for _, values, _, _, error in paths(
                flow.code, 0, list(self.first_state()), [None] * frame.size, False
            )
        ]

    def initial_states(self):
        places = tuple((0, ()) for _ in self.machines())
        found = {}
        for values, error in self.initial_paths():
            if error is not None:
                raise error
            found[(values, places)] = None
        return list(found)

    def successors(self, state, merged=False):
        return [t for machine in self.machines(merged) for t in machine.transitions(state)]

    def read(self, state, name):
        return state[0][self.variables[name][0]]

    def evaluate(self, state, name, arguments):
        return self.functions[name].invoke(state[0], list(arguments))

    def condition(self, node):
        """`run(state)` for a condition on a state (an invariant's, a property's)."""
        if id(node) not in self._conditions:
            frame = Frame()
            run = Expressions(self, frame).condition(node)
            self._conditions[id(node)] = lambda state: run(state[0], [None] * frame.size)
        return self._conditions[id(node)]

    @property
    def invariants(self):
        """Names and conditions; a `property` that is `always q` without fairness is one too."""
        found = [(n.name, self.condition(n.condition)) for n in self.composition.of_kind("invariant")]
        for n in self.composition.of_kind("property"):
            if n.formula.kind == "always" and n.formula.of.kind == "now":
                found.append((n.name, self.condition(n.formula.of.condition)))
        return found

    @property
    def reachables(self):
        return [(n.name, self.condition(n.condition)) for n in self.composition.of_kind("reachable")]

    def explore(self, limit=20000):
        return explore(self, limit)


__all__ = ["Program", "RunTimeError"]
