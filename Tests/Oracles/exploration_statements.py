# SPDX-License-Identifier: MIT
"""Random statements for `exploration.py`."""

from exploration_expressions import BOOL, Variable, type_text


class Statements:
    """Writes blocks. `steps`: whether boundaries, choices and operations may stand here; `held` are locks
    taken."""

    def __init__(self, expressions, operations, locks, faults):
        self.e, self.rng = expressions, expressions.rng
        self.operations, self.locks, self.faults = operations, locks, faults
        self.held = []
        # In a function nothing but its locals is assigned.
        self.steps = True
        self.result = None
        self.inside = False

    def block(self, length, depth, indent):
        """Some statements as the lines of a block; what is declared in it ends with it."""
        scope = list(self.e.scope)
        lines = []
        for _ in range(length):
            lines += self.statement(depth, indent)
        self.e.scope = scope
        return lines

    def braces(self, head, length, depth, indent, tail=""):
        pad = "    " * indent
        return [f"{pad}{head} {{", *self.block(length, depth, indent + 1), f"{pad}}}{tail}"]

    def statement(self, depth, indent):
        pad = "    " * indent
        simple = [
            (10, lambda: self.assignment(pad)),
            (3, lambda: self.mutation(pad)),
            (3, lambda: self.declared(pad)),
            (2, lambda: self.self_assignment(pad)),
        ]
        nested = (
            [
                (3, lambda: self.conditional(depth, indent)),
                (1, lambda: self.loop(depth, indent)),
                (1, lambda: self.counted_loop(depth, indent)),
            ]
            if depth > 0
            else []
        )
        stepping = []
        if self.steps:
            stepping = [
                (3, lambda: [f"{pad}step"]),
                (1, lambda: [f"{pad}await {self.e.condition(1)}"]),
                (1, lambda: self.asserted(pad)),
                (2, lambda: self.called(pad)),
            ]
            if depth > 0:
                stepping += [
                    (2, lambda: self.locked(depth, indent)),
                    (1, lambda: self.choice(depth, indent)),
                    (1, lambda: self.guarded(pad)),
                    (1, lambda: self.faulted(depth, indent)),
                ]
        return self.e.pick(simple + nested + stepping) or []

    def targets(self):
        found = self.e.places(assignable=True)
        if not self.steps:
            local = {v.text for v in self.e.scope if v.local}
            found = [p for p in found if p[0].split("[")[0].split(".")[0] in local]
        return [p for p in found if p[1][0] not in ("lock", "array", "set", "queue")]

    def assignment(self, pad):
        found = self.targets()
        if not found:
            return None
        target, kind = self.rng.choice(found)
        value = self.e.expression(kind, 2)
        return None if value is None else [f"{pad}{target} = {value}"]

    def self_assignment(self, pad):
        """`x = x`, of locals above all."""
        found = [v.text for v in self.e.scope if v.local and v.assignable] or [t for t, _ in self.targets()]
        if not found:
            return None
        target = self.rng.choice(found)
        return [f"{pad}{target} = {target}"]

    def mutation(self, pad):
        found = [p for p in self.e.places(assignable=True) if p[1][0] in ("set", "queue")]
        if not self.steps:
            local = {v.text for v in self.e.scope if v.local}
            found = [p for p in found if p[0] in local]
        if not found:
            return None
        text, kind = self.rng.choice(found)
        element = self.e.expression(kind[1], 1)
        if element is None:
            return None
        if kind[0] == "queue":
            if self.e.risky():
                return self.e.pick(
                    [(2, lambda: [f"{pad}{text}.push({element})"]), (1, lambda: [f"{pad}{text}.pop()"])]
                )
            return self.e.pick(
                [
                    (2, lambda: [f"{pad}if !{text}.is_full {{ {text}.push({element}) }}"]),
                    (2, lambda: [f"{pad}if !{text}.is_empty {{ {text}.pop() }}"]),
                    (1, lambda: [f"{pad}{text}.clear()"]),
                ]
            )
        verb = self.rng.choice(["insert", "remove"])
        if kind[1][0] in ("interval", "bits") and self.e.chance(0.4):
            if kind[1][0] == "bits" or self.e.risky():
                bounds = self.e.bounds(kind[1], 1)
            else:
                bounds = f"{self.e.make_interval(kind[1], 0)} ... {self.e.make_interval(kind[1], 0)}"
            return [f"{pad}{text}.{verb}({bounds})"]
        return self.e.pick(
            [(4, lambda: [f"{pad}{text}.{verb}({element})"]), (1, lambda: [f"{pad}{text}.clear()"])]
        )

    def declared(self, pad):
        kinds = [t for t in self.e.types if t[0] in ("interval", "bits", "enum", "struct", "optional")] + [
            BOOL
        ]
        kind = self.rng.choice(kinds)
        value = self.e.expression(kind, 2)
        if value is None:
            return None
        word = self.rng.choice(["let", "var", "var"])
        name = self.e.name("t")
        self.e.scope.append(Variable(name, kind, word == "var", True))
        lines = [f"{pad}{word} {name}: {type_text(kind)} = {value}"]
        if word == "var" and self.e.chance(0.25):
            lines.append(f"{pad}{name} = {name}")
        return lines

    def conditional(self, depth, indent):
        pad = "    " * indent
        let = self.e.binding() if self.e.chance(0.3) else None
        scope = list(self.e.scope)
        if let:
            name, source, of = let
            self.e.scope.append(Variable(name, of, False, True))
            lines = self.braces(f"if let {name} = {source}", 2, depth - 1, indent)
            self.e.scope = scope
        else:
            lines = self.braces(f"if {self.e.condition(2)}", 2, depth - 1, indent)
        if self.e.chance(0.4):
            lines[-1] = f"{pad}}} else {{"
            lines += [*self.block(1, depth - 1, indent + 1), f"{pad}}}"]
        return lines

    def loop(self, depth, indent):
        """Over a type or a range; a step in it at times."""
        domains = [t for t in self.e.types if t[0] in ("interval", "enum") and t[1]]
        if not domains:
            return None
        kind = self.rng.choice(domains)
        name, scope = self.e.name("i"), list(self.e.scope)
        domain = kind[1]
        self.e.scope.append(Variable(name, kind, False, True))
        lines = self.braces(f"for {name} in {domain}", 1, depth - 1, indent)
        self.e.scope = scope
        return lines

    def counted_loop(self, depth, indent):
        """`while` with a counter of its own, which nothing else changes."""
        counters = [t for t in self.e.types if t[0] == "interval" and t[1] and t[2] == 0]
        if not counters:
            return None
        kind = self.rng.choice(counters)
        pad, name, scope = "    " * indent, self.e.name("n"), list(self.e.scope)
        lines = [f"{pad}var {name}: {kind[1]} = 0"]
        self.e.scope.append(Variable(name, kind, False, True))
        body = self.braces(f"while {name} < {kind[3]} && {self.e.condition(1)}", 1, depth - 1, indent)
        body.insert(-1, f"{pad}    {name} = {name} + 1")
        self.e.scope = scope
        return lines + body

    def asserted(self, pad):
        name = f"{self.e.name('a')}: " if self.e.chance(0.5) else ""
        wraps, self.e.wraps = self.e.wraps, False
        condition = self.e.condition(2)
        self.e.wraps = wraps
        # Most are weakened, so that they hold now and then.
        if self.e.chance(0.8):
            condition = f"({condition} || {self.e.condition(1)})"
            condition = f"({condition} || {self.e.condition(1)})"
        return [f"{pad}assert {name}{condition}"]

    def called(self, pad):
        if not self.operations:
            return None
        name, parameters, result = self.rng.choice(self.operations)
        arguments = [self.e.expression(t, 1) for t in parameters]
        if None in arguments:
            return None
        call = f"{name}({', '.join(arguments)})"
        if result is None:
            return [f"{pad}{call}"]
        if result == BOOL and self.e.chance(0.5):
            sign = self.rng.choice(["", "!"])
            target = self.assignment(pad + "    ")
            return [f"{pad}if {sign}{call} {{", *(target or []), f"{pad}}}"]
        local = self.e.name("t")
        self.e.scope.append(Variable(local, result, True, True))
        return [f"{pad}var {local}: {type_text(result)} = {call}"]

    def locked(self, depth, indent):
        """A lock, or one of an array of locks; one that is held is not taken again, most of the time."""
        free = [v for v in self.locks if v not in self.held or self.e.chance(0.05)]
        if not free:
            return None
        lock = self.rng.choice(free)
        target = lock.text
        if lock.kind[0] == "array":
            index = self.e.index(lock.kind[1])
            if index is None or "+" in index or "-" in index:
                return None
            # The index is a constant, or a name that nothing in the block changes.
            if any(v.text == index and v.assignable for v in self.e.scope):
                return None
            target = f"{lock.text}[{index}]"
        self.held.append(lock)
        lines = self.braces(f"with lock({target})", 2, depth - 1, indent)
        self.held.pop()
        return lines

    def choice(self, depth, indent, waits=False):
        pad = "    " * indent
        lines = [f"{pad}choose {{"]
        for arm in range(self.rng.randint(1, 3)):
            scope = list(self.e.scope)
            head = ""
            kinds = [
                t
                for t in self.e.types
                if t[0] in ("interval", "enum", "symmetric") or t[0] == "bits" and t[2] <= 3
            ]
            if kinds and self.e.chance(0.5):
                kind = self.rng.choice(kinds)
                name = self.e.name("c")
                self.e.scope.append(Variable(name, kind, False, True))
                head = f"any({name}: {type_text(kind)}) "
            if waits or self.e.chance(0.5) and (arm > 0 or self.e.risky()):
                head += f"where {self.e.condition(2)} "
            lines += self.braces(f"{head}=>", self.rng.randint(1, 2), depth - 1, indent + 1)
            self.e.scope = scope
        return [*lines, f"{pad}}}"]

    def guarded(self, pad):
        if not self.inside:
            return None
        leave = "return" if self.result is None else f"return {self.e.expression(self.result, 1)}"
        if "None" in leave:
            return None
        let = self.e.binding() if self.e.chance(0.6) else None
        if let:
            name, source, of = let
            line = [f"{pad}guard let {name} = {source} else {{ {leave} }}"]
            self.e.scope.append(Variable(name, of, False, True))
            return line
        return [f"{pad}guard {self.e.condition(1)} else {{ {leave} }}"]

    def faulted(self, depth, indent):
        if not self.faults:
            return None
        return self.braces(f"if fault {self.rng.choice(self.faults)}", 1, depth - 1, indent)
