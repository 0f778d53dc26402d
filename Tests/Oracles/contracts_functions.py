# SPDX-License-Identifier: MIT
"""Random functions with contracts. What a contract says is steered by running the function on all
arguments, so that about half of the promises are kept; whether they are, is decided by running, never by
how they were made."""

import itertools
from dataclasses import dataclass, field

import contracts_values as values
from contracts_expressions import Expressions
from contracts_values import (
    BOOL,
    CalleeBroken,
    Endless,
    Enum,
    Finding,
    Interval,
    Optional,
    Run,
    Set,
    Struct,
    Word,
)

MOST_ARGUMENTS = 5000
MOST_ROUNDS = 3000


@dataclass
class Function:
    name: str
    parameters: list
    result: object
    spec: list = field(default_factory=list)
    python: list = field(default_factory=list)
    requires: list = field(default_factory=list)
    ensures: list = field(default_factory=list)
    total: bool = False
    loops: bool = False
    contract: bool = True

    def text(self):
        head = (
            f"fn {self.name}({', '.join(f'{n}: {t.name}' for n, t in self.parameters)}) -> {self.result.name}"
        )
        lines = [head]
        if self.contract:
            lines += [f"    requires {s}" for s, _ in self.requires]
            lines += [f"    ensures {case}{s}" for case, _, (s, _) in self.ensures]
        return "\n".join([*lines, "{", *self.spec, "}"])

    def arguments(self):
        return itertools.product(*(t.values() for _, t in self.parameters))


class Spec:
    """The types, helpers and the function of one spec, in both languages."""

    def __init__(self, rng, width, module):
        self.rng = rng
        self.module = module
        self.word = Word("W", width)
        low = rng.randint(0, 1)
        self.types = [
            self.word,
            Interval("R", low, low + rng.randint(1, 4)),
            Enum("E", ("red", "green", "blue")),
        ]
        if rng.random() < 0.4:
            self.types.append(Word("V", rng.randint(1, 3)))
        self.struct = Struct("S", (("x", self.word), ("flag", BOOL)))
        self.functions = []
        self.expressions = Expressions(rng, self.types)
        domains = {t.name: tuple(t.values()) for t in self.types}
        self.plain = dict(values.RUNTIME, DOMAIN=domains)
        self.strict = dict(values.RUNTIME, DOMAIN=domains)

    def text(self, proof):
        lines = [f"module {self.module}"]
        for t in self.types:
            match t:
                case Word():
                    lines.append(f"type {t.name} = bits({t.width})")
                case Interval():
                    lines.append(f"type {t.name} = {t.lo} ... {t.hi}")
                case Enum():
                    lines.append(f"enum {t.name} {{ {', '.join(t.cases)} }}")
        lines.append("struct S { x: W, flag: Bool }")
        lines += [f.text() for f in self.functions]
        return "\n".join([*lines, proof, ""])

    def add(self, function):
        """Make a function known in Python: as it is, and with the contracts of all that it calls held
        against it."""
        source = "\n".join(
            [f"def {function.name}({', '.join(n for n, _ in function.parameters)}):", *function.python]
        )
        for space in (self.plain, self.strict):
            exec(source, space)
        self.plain["plain_" + function.name] = self.plain[function.name]
        self.strict["plain_" + function.name] = self.plain[function.name]
        self.strict["body_" + function.name] = self.strict[function.name]
        if function.contract:
            self.strict[function.name] = lambda *arguments: self.called(function, arguments)
        self.functions.append(function)
        self.expressions.functions.append(function)

    def called(self, function, arguments):
        if not self.met(function, arguments):
            raise CalleeBroken(f"{function.name}{arguments}: not what it requires")
        result = self.strict["body_" + function.name](*arguments)
        if not self.kept(function, arguments, result):
            raise CalleeBroken(f"{function.name}{arguments} = {result}: not what it ensures")
        return result

    def condition(self, function, parameters, python):
        """A compiled condition over parameters."""
        return eval(f"lambda {', '.join(parameters)}: {python}", self.plain)

    def compile(self, function):
        names = [n for n, _ in function.parameters]
        self.compiled = getattr(self, "compiled", {})
        self.compiled[function.name] = (
            [self.condition(function, names, py) for _, py in function.requires],
            [
                (case, self.condition(function, [*names, bound], py))
                for case, bound, (_, py) in function.ensures
            ],
        )

    def met(self, function, arguments):
        return all(c(*arguments) for c in self.compiled[function.name][0])

    def kept(self, function, arguments, result):
        """Whether a result is as ensured: `some` of what is there, `none` of what is not."""
        for case, c in self.compiled[function.name][1]:
            if case.startswith("some") and result is None or case.startswith("none") and result is not None:
                continue
            if not c(*arguments, result):
                return False
        return True

    def outcome(self, function, arguments, strict=False):
        """(result, None), or (None, why there is none)."""
        space = self.strict if strict else self.plain
        f = space.get("body_" + function.name, space[function.name]) if strict else space[function.name]
        try:
            return f(*arguments), None
        except (Finding, Endless, CalleeBroken) as error:
            return None, error


class Functions:
    """Bodies, statement by statement."""

    def __init__(self, spec, rng):
        self.spec = spec
        self.rng = rng
        self.e = spec.expressions

    def types(self, with_sets):
        w, r, e = self.spec.types[:3]
        found = [w, w, w, r, BOOL, e, Optional(w), self.spec.struct, Run(w)]
        found += [t for t in self.spec.types[3:]]
        return found + [Set(w), Set(w)] if with_sets else found

    def make(self, name, most=3, loops=0.0):
        parameters, count = [], 1
        for i in range(self.rng.randint(1, most)):
            t = self.rng.choice(self.types(True))
            if i == 0 and self.rng.random() < 0.6:
                t = self.spec.word
            if count * values.size(t) <= MOST_ARGUMENTS:
                count *= values.size(t)
                parameters.append((f"{name}_{'abc'[i]}", t))
        if not parameters:
            parameters = [(f"{name}_a", self.spec.word)]
        env = dict(parameters)
        results = self.types(any(isinstance(t, Set) for t in env.values()))
        f = Function(name, parameters, self.rng.choice([*results, self.spec.word, self.spec.word]))
        self.function, self.mutable = f, set()
        if self.rng.random() < loops:
            f.loops = True
            self.loop(f, env)
        else:
            self.block(f, env, 2, 1, True)
        return f

    def line(self, f, level, spec, python):
        f.spec.append("    " * level + spec)
        f.python += ["    " * level + p for p in ([python] if isinstance(python, str) else python)]

    def ret(self, f, env, level):
        s, y = self.e.argument(
            f.result.of if isinstance(f.result, Optional) and self.rng.random() < 0.7 else f.result,
            env,
            2,
            True,
        )
        self.line(f, level, f"return {s}", f"return {y}")

    def block(self, f, env, depth, level, returns):
        env = dict(env)
        for _ in range(self.rng.randint(0 if returns else 1, 3)):
            if self.statement(f, env, depth, level):
                return True
        if returns:
            self.ret(f, env, level)
        return returns

    def statement(self, f, env, depth, level):
        """True if nothing after it is reached."""
        kinds = ["declare", "declare", "assign", "assign", "set", "set", "field"]
        kinds += ["if", "if", "let", "guard", "guard_let"] if depth > 0 else []
        return getattr(self, "statement_" + self.rng.choice(kinds))(f, env, depth, level)

    def statement_declare(self, f, env, depth, level):
        sets = [t for t in env.values() if isinstance(t, Set)]
        w, r = self.spec.types[:2]
        t = self.rng.choice([w, w, r, BOOL, Optional(w), self.spec.struct, *sets])
        s, y = self.e.argument(t, env, 2, True)
        v = self.e.name("v")
        word = self.rng.choice(("let", "var", "var"))
        self.line(f, level, f"{word} {v}: {t.name} = {s}", f"{v} = {y}")
        env[v] = t
        if word == "var":
            self.mutable.add(v)

    def variables(self, env, kinds):
        return [(n, t) for n, t in env.items() if n in self.mutable and isinstance(t, kinds)]

    def statement_assign(self, f, env, depth, level):
        found = self.variables(env, object)
        if not found:
            return self.statement_declare(f, env, depth, level)
        n, t = self.rng.choice(found)
        s, y = self.e.argument(t, env, 2, True)
        self.line(f, level, f"{n} = {s}", f"{n} = {y}")

    def statement_field(self, f, env, depth, level):
        found = self.variables(env, Struct)
        if not found:
            return self.statement_assign(f, env, depth, level)
        n, t = self.rng.choice(found)
        i = self.rng.randrange(len(t.fields))
        s, y = self.e.argument(t.fields[i][1], env, 2, True)
        self.line(f, level, f"{n}.{t.fields[i][0]} = {s}", f"{n} = with_field({n}, {i}, {y})")

    def statement_set(self, f, env, depth, level):
        found = self.variables(env, Set)
        if not found:
            known = [n for n, t in env.items() if isinstance(t, Set)]
            if not known:
                return self.statement_assign(f, env, depth, level)
            v = self.e.name("s")
            n = self.rng.choice(known)
            self.line(f, level, f"var {v} = {n}", f"{v} = {n}")
            env[v] = env[n]
            self.mutable.add(v)
            found = [(v, env[v])]
        n, t = self.rng.choice(found)
        word, g = self.rng.choice([("insert", "inserted"), ("remove", "removed")])
        a = self.e.word(t.of, env, 1, True)
        if self.rng.random() < 0.5:
            self.line(f, level, f"{n}.{word}({a[0]})", [f"_t = {a[1]}", f"{n} = {g}({n}, _t, _t)"])
        else:
            b = self.e.word(t.of, env, 1, True)
            self.line(f, level, f"{n}.{word}({a[0]} ... {b[0]})", f"{n} = {g}({n}, {a[1]}, {b[1]})")

    def arms(self, f, env, depth, level, head, python, inner):
        """`if` with its blocks; sometimes one of them returns."""
        f.spec.append("    " * level + head + " {")
        f.python.append("    " * level + python)
        ends, otherwise = (
            self.block(f, {**env, **inner}, depth - 1, level + 1, self.rng.random() < 0.3),
            False,
        )
        if self.rng.random() < 0.6:
            f.spec.append("    " * level + "} else {")
            f.python.append("    " * level + "else:")
            otherwise = self.block(f, env, depth - 1, level + 1, self.rng.random() < 0.2)
        f.spec.append("    " * level + "}")
        return ends and otherwise

    def statement_if(self, f, env, depth, level):
        c = self.e.condition(env, 2, True)
        return self.arms(f, env, depth, level, f"if {c[0]}", f"if {c[1]}:", {})

    def statement_let(self, f, env, depth, level):
        o = self.e.optional_value(env, 1, True)
        if o is None:
            return self.statement_if(f, env, depth, level)
        v = self.e.name("v")
        f.python.append("    " * level + f"{v} = {o[1][1]}")
        return self.arms(f, env, depth, level, f"if let {v} = {o[1][0]}", f"if {v} is not None:", {v: o[0]})

    def guarded(self, f, env, level, head, python):
        f.spec.append("    " * level + head + " else {")
        f.python += ["    " * level + p for p in python]
        self.ret(f, env, level + 1)
        f.spec.append("    " * level + "}")

    def statement_guard(self, f, env, depth, level):
        c = self.e.condition(env, 2, True)
        self.guarded(f, env, level, f"guard {c[0]}", [f"if not {c[1]}:"])

    def statement_guard_let(self, f, env, depth, level):
        o = self.e.optional_value(env, 1, True)
        if o is None:
            return self.statement_guard(f, env, depth, level)
        v = self.e.name("v")
        self.guarded(f, env, level, f"guard let {v} = {o[1][0]}", [f"{v} = {o[1][1]}", f"if {v} is None:"])
        env[v] = o[0]

    # Loops: counted up or down, with an invariant that is kept, and each part sometimes another one.

    def loop(self, f, env):
        env, w, rng = dict(env), self.spec.word, self.rng
        i, acc = self.e.name("i"), self.e.name("v")
        start, limit, body = (self.e.word(w, env, d, True) for d in (0, 0, 1))
        up = rng.random() < 0.5
        end = self.e.name("v")
        self.line(f, 1, f"let {end}: W = {limit[0]}", f"{end} = {limit[1]}")
        self.line(f, 1, f"var {i}: W = {start[0] if up else end}", f"{i} = {start[1] if up else end}")
        self.line(f, 1, f"var {acc}: W = {body[0]}", f"{acc} = {body[1]}")
        env |= {i: w, acc: w, end: w}
        self.mutable |= {i, acc}
        by = rng.choice((1, 1, 1, 1, 2)) if w.width > 1 else 1
        if up:
            condition, measure = f"{i} {rng.choice(['<', '<', '<', '<=', '!='])} {end}", f"{end} - {i}"
            step = (f"{i} = {i} + {by}", f"{i} = ({i} + {by}) & {(1 << w.width) - 1}")
            invariants = [f"{i} <= {end} || {i} == {start[0]}"] if rng.random() < 0.6 else []
        else:
            condition, measure = (
                f"{i} {rng.choice(['>', '>', '>', '>=', '!='])} {rng.choice(['0', '0', acc])}",
                i,
            )
            step = (f"{i} = {i} - {by}", f"{i} = ({i} - {by}) & {(1 << w.width) - 1}")
            invariants = [f"{i} <= {end}"] if rng.random() < 0.6 else []
        if rng.random() < 0.3:
            invariants.append(self.e.condition(env, 1, False)[0])
        extra = self.e.condition(env, 1, True) if rng.random() < 0.3 else None
        head = f"while {condition}" + (f" && {extra[0]}" if extra else "")
        head += "".join(f" invariant {c}" for c in invariants)
        if rng.random() < 0.9:
            head += (
                f" decreases {measure}"
                if rng.random() < 0.9
                else f" decreases {self.e.word(w, env, 1, False)[0]}"
            )
        f.spec.append(f"    {head}")
        f.spec.append("    {")
        f.python += [
            "    _n = 0",
            f"    while {condition}" + (f" and {extra[1]}:" if extra else ":"),
            "        _n += 1",
            f"        if _n > {MOST_ROUNDS}: raise Endless()",
        ]
        before = rng.random() < 0.5
        if before:
            self.line(f, 2, *step)
        if rng.random() < 0.7:
            s, y = self.e.word(w, env, 1, True)
            self.line(f, 2, f"{acc} = {s}", f"{acc} = {y}")
        if rng.random() < 0.3:
            c = self.e.condition(env, 1, True)
            self.line(f, 2, f"if {c[0]} {{", f"if {c[1]}:")
            self.ret(f, env, 3)
            f.spec.append("        }")
        if not before:
            self.line(f, 2, *step)
        f.spec.append("    }")
        self.ret(f, env, 1)

    # Contracts

    def promise(self, f):
        """A random contract, of which about half are kept on all arguments that were run."""
        e, rng, env = self.e, self.rng, dict(f.parameters)
        self.spec.compile(f)
        every = list(f.arguments())
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            for _ in range(4):
                c = e.condition(env, 2, False)
                test = self.spec.condition(f, list(env), c[1])
                met = [a for a in every if test(*a)]
                if met or rng.random() < 0.05:
                    f.requires.append(c)
                    every = met
                    break
        runs = [(a, *self.spec.outcome(f, a)) for a in every[:MOST_ARGUMENTS]]
        results = [(a, r) for a, r, error in runs if error is None]
        for _ in range(rng.choice((1, 1, 1, 2))):
            self.promised(f, env, results, rng.random() < 0.65)
        self.spec.compile(f)

    def promised(self, f, env, results, wanted):
        rng = self.rng
        for _ in range(8):
            case, bound, inner, relevant = "", "result", f.result, results
            if isinstance(f.result, Optional) and rng.random() < 0.7:
                if rng.random() < 0.6:
                    bound = self.e.name("some_")
                    case, inner = f"some({bound}): ", f.result.of
                    relevant = [(a, r) for a, r in results if r is not None]
                else:
                    case, inner = "none: ", None
                    relevant = [(a, r) for a, r in results if r is None]
            known = {**env, bound: inner} if inner else env
            self.e.focus = bound
            c = self.e.condition(known, 3, False)
            self.e.focus = None
            test = self.spec.condition(f, [*env, bound], c[1])
            if not wanted or all(test(*a, r) for a, r in relevant):
                break
        f.ensures.append((case, bound, c))
