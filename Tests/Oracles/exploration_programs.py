# SPDX-License-Identifier: MIT
"""Random programs for `exploration.py`: declarations around random statements; what each is about beside
them."""

from exploration_edges import Edges
from exploration_expressions import BOOL, INT, LOCK, Expressions, Variable, type_text
from exploration_statements import Statements

# What a spec is about beside the rest: each seed has one of these.
FOCUSES = [
    "mixed",
    "words",
    "symmetric",
    "failing_quantifier",
    "locks",
    "changes",
    "runs",
    "large_quantifier",
    "locals",
    "initial",
    "exact",
    "failing_conversion",
    "mixed",
    "failing_quantifier",
    "words",
    "locals",
]


class Spec:
    """A text, and what the comparison has to know of it."""

    def __init__(self, text, focus, settings=()):
        self.text, self.focus = text, focus


class Writer(Edges):

    def __init__(self, rng, focus):
        self.rng, self.focus = rng, focus
        self.types, self.declarations, self.state = [], [], []
        self.functions, self.operations = [], []
        self.constants = {}
        self.changes = []
        risk = rng.choice([0, 0, 0.03, 0.15])
        self.e = Expressions(rng, self.types, self.functions, self.constants, risk)

    def chance(self, p):
        return self.rng.random() < p

    # Types and state

    def declare_types(self):
        rng, focus = self.rng, self.focus
        size = rng.randint(1, 3)
        self.declarations.append(f"const SIZE = {size}")
        page = ("interval", "Page", 0, size)
        self.declarations.append("type Page = 0 ... SIZE")
        self.types.append(page)
        if self.chance(0.3) or focus == "exact":
            low = rng.choice([-2, -1, 1]) if focus != "exact" else rng.choice([-(1 << 40), 0, -(1 << 58)])
            high = low + rng.randint(1, 3) if focus != "exact" else rng.choice([1 << 40, (1 << 60) - 1])
            if focus == "exact":
                # Too many values for a state variable to be quantified over; used in functions only.
                self.wide = ("interval", "Wide", low, high)
                self.declarations.append(f"type Wide = {low} ... {high}")
            else:
                self.types.append(("interval", "Offset", low, high))
                self.declarations.append(f"type Offset = {low} ... {high}")
        if focus == "words" or self.chance(0.3):
            width = rng.choice([1, 2, 3, 60, 64, 61, 32]) if focus == "words" else rng.choice([1, 2, 3])
            self.types.append(("bits", "Word", width))
            self.declarations.append(f"type Word = bits({width})")
        if self.chance(0.3):
            self.types.append(("enum", "Mode", ["off", "slow", "fast"][: rng.randint(2, 3)]))
            self.declarations.append(f"enum Mode {{ {', '.join(self.types[-1][2])} }}")
        if focus in ("symmetric", "failing_quantifier") or self.chance(0.25):
            count = rng.choice([2, 2, 3])
            self.types.append(("symmetric", "Cpu", count))
            self.declarations.append(f"type Cpu = symmetric {count}")
        if self.chance(0.25):
            fields = [("at", page), ("live", BOOL)]
            if self.kind("enum"):
                fields.append(("mode", self.kind("enum")))
            self.types.append(("struct", "Entry", fields))
            self.declarations.append(
                "struct Entry { " + ", ".join(f"{f}: {type_text(t)}" for f, t in fields) + " }"
            )
        if self.chance(0.4):
            self.types.append(
                ("optional", rng.choice([t for t in self.types if t[0] != "struct" or self.chance(0.5)]))
            )

    def kind(self, tag):
        return next((t for t in self.types if t[0] == tag), None)

    def candidates(self):
        """Types of state variables, small ones more often."""
        page, cpu, word = self.kind("interval"), self.kind("symmetric"), self.kind("bits")
        found = [
            (4, BOOL),
            (4, page),
            (2, ("set", page)),
            (1, ("queue", page, self.rng.randint(1, 2))),
            (1, ("array", page, BOOL)),
        ]
        if cpu:
            found += [
                (3, ("set", cpu)),
                (3, ("optional", cpu)),
                (2, ("queue", cpu, 2)),
                (3, ("array", cpu, page)),
                (2, ("array", cpu, BOOL)),
                (1, ("array", cpu, ("optional", cpu))),
            ]
        if word:
            found += [(4, word)]
            if word[2] <= 3:
                found += [(2, ("set", word))]
        for t in self.types:
            if t[0] in ("enum", "struct", "optional", "interval"):
                found.append((2, t))
        return found

    def declare_state(self):
        forms = self.candidates()
        names = ["a", "b", "c", "d"][: self.rng.randint(2, 4)]
        kinds = self.rng.choices([t for _, t in forms], [w for w, _ in forms], k=len(names))
        if self.focus == "runs":
            kinds[0] = ("set", self.types[0])
        for name, kind in zip(names, kinds):
            value = ""
            if kind[0] in ("interval", "bits") and self.chance(0.3):
                value = " = " + self.e.literal(kind)
            self.state.append(Variable(name, kind))
            self.declarations.append(f"state {{ {name}: {type_text(kind)}{value} }}")
        self.locks = []
        if self.focus == "locks" or self.chance(0.25):
            self.locks.append(Variable("lock_a", LOCK, False))
            page, cpu = self.types[0], self.kind("symmetric")
            if self.chance(0.6):
                over = cpu if cpu and self.chance(0.5) else page
                self.locks.append(Variable("locks", ("array", over, LOCK), False))
            for lock in self.locks:
                self.declarations.append(f"state {{ {lock.text}: {type_text(lock.kind)} }}")
        self.faults = []
        if self.chance(0.3):
            self.faults = ["broken"]
            self.declarations.append("fault broken")
        self.e.scope = list(self.state)

    # Functions

    def declare_functions(self):
        results = [t for t in self.types if t[0] in ("interval", "bits", "enum", "optional")] + [
            BOOL,
            BOOL,
            INT,
        ]
        if self.focus == "runs" or self.chance(0.2):
            results.append(("range", self.types[0]))
        for _ in range(self.rng.randint(0, 3)):
            self.declare_function(self.rng.choice(results))

    def parameters(self, most):
        kinds = [
            t for t in self.types if t[0] in ("interval", "bits", "enum", "symmetric", "struct", "optional")
        ] + [BOOL]
        found = [self.rng.choice(kinds) for _ in range(self.rng.randint(0, most))]
        return [(self.e.name("p"), t) for t in found]

    def declare_function(self, result):
        parameters = self.parameters(2)
        outer = list(self.e.scope)
        self.e.scope += [Variable(n, t, False, True) for n, t in parameters]
        name = self.e.name("f")
        head = f"fn {name}({', '.join(f'{n}: {type_text(t)}' for n, t in parameters)}) -> {type_text(result)}"
        if self.chance(0.5):
            body = self.e.expression(result, 3)
            text = None if body is None else f"{head} = {body}"
        else:
            statements = Statements(self.e, [], [], [])
            statements.steps = False
            lines = []
            for _ in range(self.rng.randint(1, 3)):
                lines += statements.statement(2, 1)
            value = self.e.expression(result, 2)
            text = None if value is None else "\n".join([head + " {", *lines, f"    return {value}", "}"])
        self.e.scope = outer
        if text:
            self.declarations.append(text)
            self.functions.append((name, [t for _, t in parameters], result))

    # Operations and processes

    def statements(self):
        return Statements(self.e, self.operations, self.locks, self.faults)

    def operation(self, name, parameters, result, length):
        outer = list(self.e.scope)
        self.e.scope += [Variable(n, t, False, True) for n, t in parameters]
        writer = self.statements()
        writer.inside, writer.result = True, result
        lines = []
        for _ in range(length):
            lines += writer.statement(2, 1)
        if result is not None:
            value = self.e.expression(result, 1)
            lines.append(f"    return {value if value is not None else 'false'}")
        self.e.scope = outer
        arrow = f" -> {type_text(result)}" if result is not None else ""
        head = f"op {name}({', '.join(f'{n}: {type_text(t)}' for n, t in parameters)}){arrow}"
        return "\n".join([head + " {", *lines, "}"])

    def declare_operations(self):
        for _ in range(self.rng.randint(0, 2)):
            name, parameters = self.e.name("op"), self.parameters(2)
            result = self.rng.choice([None, None, BOOL, self.types[0]])
            self.declarations.append(self.operation(name, parameters, result, self.rng.randint(1, 3)))
            self.operations.append((name, [t for _, t in parameters], result))
            self.signature = (name, parameters, result)

    def declare_processes(self):
        for _ in range(self.rng.randint(1, 2)):
            name, parameters = self.e.name("process"), []
            cpu = self.kind("symmetric")
            if cpu and self.chance(0.8):
                parameters = [(self.e.name("p"), cpu)]
            elif self.chance(0.3):
                parameters = [(self.e.name("p"), self.types[0])]
            outer = list(self.e.scope)
            self.e.scope += [Variable(n, t, False, True) for n, t in parameters]
            writer = self.statements()
            lines = []
            if self.chance(0.7):
                lines = writer.choice(2, 1, waits=self.chance(0.7))
            for _ in range(self.rng.randint(0, 2) if lines else self.rng.randint(1, 4)):
                lines += writer.statement(2, 1)
            self.e.scope = outer
            bindings = f"({', '.join(f'{n}: {type_text(t)}' for n, t in parameters)})" if parameters else ""
            self.declarations.append("\n".join([f"process {name}{bindings} {{", *lines, "}"]))

    def declare_init(self):
        if self.focus == "initial" or self.chance(0.25):
            writer = self.statements()
            writer.operations, writer.locks = [], []
            lines = writer.choice(1, 1)
            text = "\n".join(["init {", *lines, "}"])
            # No boundaries where nothing runs yet.
            if not any(word in text for word in ("step", "await ", "with lock")):
                self.declarations.append(text)

    def property_condition(self, weak):
        self.e.wraps = False
        condition = self.e.condition(3)
        for _ in range(weak):
            condition = f"({condition} || {self.e.condition(2)})"
        self.e.wraps = True
        return condition

    def declare_properties(self):
        for i in range(self.rng.randint(0, 2)):
            self.declarations.append(f"invariant kept{i}: {self.property_condition(self.rng.randint(0, 3))}")
        if self.chance(0.3):
            self.declarations.append(f"reachable met: {self.property_condition(1)}")

    # The whole

    def checks(self):
        use = settings = ""
        if self.focus == "changes" or self.chance(0.15):
            edits = []
            if self.operations and self.chance(0.7):
                name, parameters, result = self.signature
                self.operations.pop()
                edits.append("replace " + self.operation(name, parameters, result, self.rng.randint(1, 3)))
            if self.chance(0.5):
                edits.append(f"replace const SIZE = {self.rng.randint(self.types[0][3], 3)}")
            if any(d.startswith("invariant kept0") for d in self.declarations) and self.chance(0.4):
                edits.append(
                    self.rng.choice(
                        ["remove invariant kept0", f"replace invariant kept0: {self.property_condition(2)}"]
                    )
                )
            if self.chance(0.4):
                edits.append(
                    "state { more: Page }\n"
                    "process extra { choose { any(x: Page) where x != more => more = x } }"
                )
            if self.chance(0.5):
                edits.append(f"invariant added: {self.property_condition(2)}")
            self.declarations.append("change edited on t {\n" + "\n".join(edits) + "\n}")
            use = "use t with edited; "
        if self.focus == "changes" and self.chance(0.6) or self.chance(0.1):
            settings = f"set SIZE = {self.rng.randint(self.types[0][3], 3)}; "
        return use, settings

    def write(self):
        self.declare_types()
        self.declare_state()
        self.declare_functions()
        self.declare_operations()
        # What is about large quantifiers has two states; nothing else is violated before the forms at the
        # edges are.
        edge = self.focus == "failing_quantifier" and self.chance(0.75)
        if self.focus != "large_quantifier" and not edge:
            self.declare_processes()
            self.declare_init()
            self.declare_properties()
        self.edges()
        use, settings = self.checks()
        self.declarations.append(f"check c {{ {use}{settings}expect holds }}")
        return Spec("\n".join(["module t", *self.declarations]) + "\n", self.focus), f"{use}{settings}"


def random_spec(rng, seed, focus=None):
    spec, composition = Writer(rng, focus or FOCUSES[seed % len(FOCUSES)]).write()
    spec.composition = composition
    return spec
