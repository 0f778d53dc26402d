# SPDX-License-Identifier: MIT
"""Small random programs for `compare`: what they say in the spec language and in Python.

An expression is a pair of texts. In Python `s` is the state, `l` the locals, `F` the functions of the
program. A statement is a list that starts with its kind, so that `behaviours_changes` can alter it in place:

    ["do", spec, python]  ["call", local, op, arguments]  ["if", condition, then, otherwise]
    ["fault", then, otherwise]  ["step"]  ["await", condition]  ["return", expression]
    ["choose", [[variable, type, condition, body], …]]
"""

import re
from dataclasses import dataclass, field

TYPES = (
    "Bool",
    "Num",
    "Page",
    "Mode",
    "Page?",
    "Set<Page>",
    "Queue<Page, 2>",
    "Entry",
    "[Page]Bool",
    "[Dev][Page]Bool",
    "[Page]Page?",
    "[Mode]Bool",
    "[Dev]Page",
)
ARGUMENT_TYPES = (
    "Page",
    "Page",
    "Bool",
    "Mode",
    "Page?",
    "Set<Page>",
    "Entry",
    "Dev",
    "[Page]Bool",
    "Queue<Page, 2>",
)


@dataclass
class Program:
    pages: int
    state: dict
    initial: list = field(default_factory=list)
    functions: dict = field(default_factory=dict)  # name -> (parameters, result, expression)
    ops: dict = field(default_factory=dict)  # name -> [parameters, result, body]
    processes: dict = field(default_factory=dict)  # name -> [parameters, title, body]
    invariants: dict = field(default_factory=dict)  # name -> expression
    observed: list = field(default_factory=list)
    up_to: list = field(default_factory=list)
    renamed: set = field(default_factory=set)  # ops whose parameters have other names

    def size(self, t):
        return {"Page": self.pages, "Dev": 2, "Mode": 2, "Num": 3, "Bool": 2}[t]

    def initial_value(self, t):
        if t.startswith("["):
            index, _, of = t[1:].partition("]")
            return (self.initial_value(of),) * self.size(index)
        if t.endswith("?"):
            return None
        return {"Bool": False, "Set<Page>": frozenset(), "Queue<Page, 2>": (), "Entry": (0, False)}.get(t, 0)

    # Texts

    def block(self, body, level):
        lines = []
        for statement in body:
            lines += self.statement(statement, level)
        return lines

    def statement(self, statement, level):
        pad = "    " * level
        match statement:
            case ["do", spec, _]:
                return [pad + spec]
            case ["call", local, op, arguments]:
                call = f"{op}({', '.join(a[0] for a in arguments)})"
                return [pad + (f"let {local} = {call}" if local else call)]
            case ["if", condition, then, otherwise]:
                return [
                    f"{pad}if {condition[0]} {{",
                    *self.block(then, level + 1),
                    f"{pad}}} else {{",
                    *self.block(otherwise, level + 1),
                    pad + "}",
                ]
            case ["fault", then, otherwise]:
                return [
                    f"{pad}if fault broken {{",
                    *self.block(then, level + 1),
                    f"{pad}}} else {{",
                    *self.block(otherwise, level + 1),
                    pad + "}",
                ]
            case ["step"]:
                return [pad + "step"]
            case ["await", condition]:
                return [f"{pad}await {condition[0]}"]
            case ["return", expression]:
                return [f"{pad}return {expression[0]}"]
            case ["choose", arms]:
                lines = [pad + "choose {"]
                for variable, t, condition, body in arms:
                    head = f"any({variable}: {t}) " if variable else ""
                    lines += [
                        f"{pad}    {head}where {condition[0]} => {{",
                        *self.block(body, level + 2),
                        pad + "    }",
                    ]
                return [*lines, pad + "}"]
        raise ValueError(statement)

    def op_text(self, name):
        parameters, result, body = self.ops[name]
        head = f"op {name}({', '.join(f'{p}: {t}' for p, t in parameters)})" + (
            f" -> {result}" if result else ""
        )
        text = "\n".join([head + " {", *self.block(body, 1), "}"])
        if name in self.renamed:
            for p, _ in parameters:
                text = re.sub(rf"\b{p}\b", p + "_other", text)
        return text

    def process_text(self, name):
        parameters, title, body = self.processes[name]
        head = (
            f"process {name}({', '.join(f'{p}: {t}' for p, t in parameters)})"
            if parameters
            else f"process {name}"
        )
        return "\n".join([f'{head} as "{title}" {{', *self.block(body, 1), "}"])

    def function_text(self, name):
        parameters, result, expression = self.functions[name]
        return f"fn {name}({', '.join(f'{p}: {t}' for p, t in parameters)}) -> {result} = {expression[0]}"

    def declarations(self):
        """name -> text, of what a change may replace."""
        found = {n: self.function_text(n) for n in self.functions}
        found |= {n: self.op_text(n) for n in self.ops}
        found |= {n: self.process_text(n) for n in self.processes}
        found |= {n: f"invariant {n}: {e[0]}" for n, e in self.invariants.items()}
        return found | {"init": "\n".join(["init {", *self.block(self.initial, 1), "}"])}

    def observer(self):
        up_to = f" up to {', '.join(self.up_to)}" if self.up_to else ""
        return f"observe view: {', '.join(self.observed)}{up_to}"

    def text(self, module):
        constants = [f"const PAGE_{i}: Page = {i}" for i in range(self.pages)]
        return "\n".join(
            [
                f"module {module}",
                f"type Page = 0 ... {self.pages - 1}",
                "type Dev = 0 ... 1",
                "type Num = 0 ... 2",
                "enum Mode { off, idle }",
                "struct Entry { page: Page, busy: Bool }",
                "fault broken",
                *constants,
                "state { " + ", ".join(f"{n}: {t}" for n, t in self.state.items()) + " }",
                *self.declarations().values(),
                self.observer(),
            ]
        )

    def change(self, new, module):
        """The text of what NEW replaces."""
        old, other = self.declarations(), new.declarations()
        parts = ["replace " + other[n] for n in old if old[n] != other[n]]
        return "\n".join([f"change other on {module} {{", *parts, "}"])


class Maker:
    """Expressions and statements at random."""

    def __init__(self, rng, program):
        self.rng = rng
        self.program = program
        self.fresh = 0

    def name(self, stem):
        self.fresh += 1
        return f"{stem}{self.fresh}"

    def known(self, t, env):
        found = [(n, py) for n, py, own in env if own == t]
        return found + [(n, f"s['{n}']") for n, own in self.program.state.items() if own == t]

    def having(self, *types):
        return [(n, t) for n, t in self.program.state.items() if t in types]

    def expression(self, t, env):
        rng, found = self.rng, self.known(t, env)
        match t:
            case "Page":
                i = rng.randrange(self.program.pages)
                found = found * 2 + [(f"PAGE_{i}", f"PAGE_{i}")]
                found += [(f"{n}.page", f"s['{n}'][0]") for n, _ in self.having("Entry")]
                found += [
                    (f"{n}[{d[0]}]", f"s['{n}'][{d[1]}]")
                    for n, _ in self.having("[Dev]Page")
                    for d in [self.expression("Dev", env)]
                ]
            case "Bool":
                return (
                    self.condition(env)
                    if rng.random() < 0.7
                    else rng.choice([("true", "True"), ("false", "False")])
                )
            case "Mode":
                found += [("off", "0"), ("idle", "1")]
            case "Dev" | "Num":
                n = rng.randrange(self.program.size(t))
                found += [(str(n), str(n))]
                found += [
                    (f"({n} + 1) % 3", f"(s['{n}'] + 1) % 3")
                    for n, own in self.program.state.items()
                    if own == t == "Num"
                ]
            case "Page?":
                found += [("none", "None"), self.expression("Page", env)]
                found += [
                    (f"{n}[{p[0]}]", f"s['{n}'][{p[1]}]")
                    for n, _ in self.having("[Page]Page?")
                    for p in [self.expression("Page", env)]
                ]
            case "Entry":
                p, b = self.expression("Page", env), self.condition(env)
                found += [(f"Entry(page: {p[0]}, busy: {b[0]})", f"({p[1]}, {b[1]})")]
        return rng.choice(found) if found else None

    def condition(self, env, depth=1):
        rng = self.rng
        page, other = self.expression("Page", env), self.expression("Page", env)
        found = [(n, y) for n, y in self.known("Bool", env)]
        found += [(f"{page[0]} == {other[0]}", f"{page[1]} == {other[1]}")]
        for n, t in self.program.state.items():
            v = f"s['{n}']"
            match t:
                case "Num":
                    k = rng.randrange(3)
                    found += [(f"{n} == {k}", f"{v} == {k}"), (f"{n} < {k}", f"{v} < {k}")] if k else []
                case "Page?":
                    found += [(f"{n} == none", f"{v} is None"), (f"{n} == {page[0]}", f"{v} == {page[1]}")]
                case "Set<Page>":
                    found += [
                        (f"{n}.contains({page[0]})", f"{page[1]} in {v}"),
                        (f"{n}.is_empty", f"(not {v})"),
                    ]
                case "Queue<Page, 2>":
                    found += [
                        (f"{n}.contains({page[0]})", f"{page[1]} in {v}"),
                        (f"{n}.is_empty", f"(not {v})"),
                        (f"{n}.is_full", f"len({v}) == 2"),
                    ]
                case "Entry":
                    found += [(f"{n}.busy", f"{v}[1]")]
                case "[Page]Bool":
                    found += [(f"{n}[{page[0]}]", f"{v}[{page[1]}]")]
                case "[Dev][Page]Bool":
                    d = self.expression("Dev", env)
                    found += [(f"{n}[{d[0]}][{page[0]}]", f"{v}[{d[1]}][{page[1]}]")]
                case "Mode":
                    found += [(f"{n} == idle", f"{v} == 1")]
                case "[Mode]Bool":
                    found += [(f"{n}[idle]", f"{v}[1]")]
        for f, (parameters, result, _) in self.program.functions.items():
            if result == "Bool" and rng.random() < 0.5:
                arguments = [self.expression(t, env) for _, t in parameters]
                if None not in arguments:
                    found.append(
                        (
                            f"{f}({', '.join(a[0] for a in arguments)})",
                            f"F['{f}'](s{''.join(', ' + a[1] for a in arguments)})",
                        )
                    )
        c = rng.choice(found)
        if rng.random() < 0.3:
            c = (f"!({c[0]})", f"not ({c[1]})")
        if depth > 0 and rng.random() < 0.25:
            d = self.condition(env, 0)
            op, py = rng.choice([("&&", "and"), ("||", "or")])
            c = (f"({c[0]} {op} {d[0]})", f"(({c[1]}) {py} ({d[1]}))")
        return f"({c[0]})", f"({c[1]})"

    def assignment(self, env):
        """Statements that cannot fail: a queue is pushed where it has room."""
        rng = self.rng
        n, t = rng.choice(list(self.program.state.items()))
        v, page = f"s['{n}']", self.expression("Page", env)
        match t:
            case "Set<Page>":
                if rng.random() < 0.6:
                    return ["do", f"{n}.insert({page[0]})", f"{v} = {v} | {{{page[1]}}}"]
                return rng.choice(
                    [
                        ["do", f"{n}.remove({page[0]})", f"{v} = {v} - {{{page[1]}}}"],
                        ["do", f"{n}.clear()", f"{v} = frozenset()"],
                    ]
                )
            case "Queue<Page, 2>":
                if rng.random() < 0.6:
                    return [
                        "if",
                        (f"{n}.is_full", f"len({v}) == 2"),
                        [],
                        [["do", f"{n}.push({page[0]})", f"{v} = (*{v}, {page[1]})"]],
                    ]
                return ["if", (f"{n}.is_empty", f"not {v}"), [], [["do", f"{n}.pop()", f"{v} = {v}[1:]"]]]
            case "[Page]Bool" | "[Page]Page?":
                value = self.expression(t.partition("]")[2], env)
                return ["do", f"{n}[{page[0]}] = {value[0]}", f"{v} = put({v}, {page[1]}, {value[1]})"]
            case "[Mode]Bool":
                value, m = self.expression("Bool", env), self.expression("Mode", env)
                return ["do", f"{n}[{m[0]}] = {value[0]}", f"{v} = put({v}, {m[1]}, {value[1]})"]
            case "[Dev]Page":
                d = self.expression("Dev", env)
                return ["do", f"{n}[{d[0]}] = {page[0]}", f"{v} = put({v}, {d[1]}, {page[1]})"]
            case "[Dev][Page]Bool":
                d, value = self.expression("Dev", env), self.expression("Bool", env)
                return [
                    "do",
                    f"{n}[{d[0]}][{page[0]}] = {value[0]}",
                    f"{v} = put({v}, {d[1]}, put({v}[{d[1]}], {page[1]}, {value[1]}))",
                ]
            case "Entry":
                if rng.random() < 0.5:
                    return ["do", f"{n}.page = {page[0]}", f"{v} = put({v}, 0, {page[1]})"]
        value = self.expression(t, env)
        if t in ("Set<Page>", "Queue<Page, 2>") or value[1] == v:
            value = self.expression(t, env)
        if value[1] == v:
            return ["step"]
        return ["do", f"{n} = {value[0]}", f"{v} = {value[1]}"]

    def call(self, env, op=None):
        op = op or self.rng.choice(list(self.program.ops))
        parameters, result, _ = self.program.ops[op]
        arguments = [self.expression(t, env) for _, t in parameters]
        return ["call", None, op, arguments]

    def body(self, env, owner, most, calls):
        """Some statements; what a call returns may be used by those after it."""
        env, out = list(env), []
        for _ in range(self.rng.randint(1, most)):
            k = self.rng.random()
            if calls and self.program.ops and k < 0.5:
                call = self.call(env)
                result = self.program.ops[call[2]][1]
                if result and self.rng.random() < 0.5:
                    call[1] = self.name("r")
                    env.append((call[1], f"l['{owner}.{call[1]}']", result))
                out.append(call)
            elif k < 0.60:
                out.append(["step"])
            elif k < 0.68:
                out.append(
                    [
                        "if",
                        self.condition(env),
                        [self.assignment(env)],
                        [self.assignment(env)] if self.rng.random() < 0.5 else [],
                    ]
                )
            elif k < 0.71:
                out.append(["fault", [self.assignment(env)], []])
            else:
                out.append(self.assignment(env))
        return out

    def arm(self, owner, env, most):
        variable = self.name("x") if self.rng.random() < 0.5 else None
        env = env + [(variable, f"l['{owner}.{variable}']", "Page")] if variable else env
        return [variable, "Page", self.condition(env), self.body(env, owner, most, True)]


def parameters_of(owner, parameters):
    return [(p, f"l['{owner}.{p}']", t) for p, t in parameters]


def generate(rng):
    """A program of one or two processes."""
    names = ["alpha", "beta", "gamma", "delta"]
    program = Program(rng.choice((2, 2, 2, 3)), {n: rng.choice(TYPES) for n in names[: rng.randint(2, 4)]})
    maker = Maker(rng, program)
    for n in ("is_ok", "is_fine")[: rng.randint(0, 2)]:
        parameters = [(n + "_a", "Page")] if rng.random() < 0.7 else []
        env = [(p, p, t) for p, t in parameters]
        result = rng.choice(("Bool", "Bool", "Page?", "Bool"))
        program.functions[n] = (parameters, result, maker.expression(result, env))
    for n in ("map", "unmap", "flush")[: rng.randint(1, 3)]:
        parameters = []
        for i in range(rng.randint(0, 2)):
            t = rng.choice(ARGUMENT_TYPES)
            if maker.expression(t, []):
                parameters.append((f"{n}_{'ab'[i]}", t))
        env = parameters_of(n, parameters)
        result = rng.choice((None, "Bool", "Page", "Page?"))
        body = maker.body(env, n, 2, False)
        if result:
            body.append(["return", maker.expression(result, env)])
        program.ops[n] = [parameters, result, body]
    titles = ("CPU", rng.choice(("CPU", "Device")))
    for n, title in list(zip(("cpu", "device"), titles))[: rng.choice((1, 1, 2))]:
        parameters = [(n + "_id", "Dev")] if rng.random() < 0.2 else []
        env = parameters_of(n, parameters)
        program.processes[n] = [
            parameters,
            title,
            [["choose", [maker.arm(n, env, 2) for _ in range(rng.randint(1, 3))]]],
        ]
        if rng.random() < 0.3:
            program.processes[n][2].append(
                rng.choice((["step"], ["await", maker.condition([])], maker.assignment([])))
            )
    if rng.random() < 0.2:
        program.initial = [
            [
                "choose",
                [["x0", "Page", ("true", "True"), [maker.assignment([("x0", "l['init.x0']", "Page")])]]],
            ]
        ]
        program.initial = [] if "step" in str(program.initial) else program.initial
    for n in ("safe", "sound")[: rng.randint(0, 2)]:
        q = maker.name("q")
        c = maker.condition([(q, q, "Page")])
        program.invariants[n] = (
            f"forall({q}: Page) {c[0]}",
            f"all({c[1]} for {q} in range({program.pages}))",
        )
    observe(rng, program)
    return program, maker


def observe(rng, program):
    choice = [*program.ops, *program.ops, *program.functions, *program.state]
    program.observed = sorted(set(rng.sample(choice, min(len(choice), rng.randint(1, 3)))))
    program.up_to = rng.choice(
        ([], ["Page"], ["Page"], ["Page"], ["Mode"], ["Page", "Mode"], ["Dev", "Page"])
    )
