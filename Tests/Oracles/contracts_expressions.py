# SPDX-License-Identifier: MIT
"""Random expressions, each as a text of the spec language and as a text of Python that has the page's
meaning.

Two modes: in code the arithmetic of words wraps, in contracts it is exact. Everything is in parentheses,
so that the texts mean what is generated; precedence is the business of the parser's oracle."""

import re

from contracts_values import BOOL, Enum, Interval, Optional, Run, Set, Struct, Word


def is_constant(python, env):
    return not any(word in env for word in re.findall(r"\w+", python))


class Expressions:
    """`types` are the named types of the spec; `functions` what may be called, in code and in contracts."""

    def __init__(self, rng, types):
        self.rng = rng
        self.types = types
        self.functions = []
        self.fresh = 0
        # A variable that is taken before others: the result, in a promise.
        self.focus = None

    def name(self, stem):
        self.fresh += 1
        return f"{stem}{self.fresh}"

    def pick(self, weighted):
        """One of the thunks that are not None, by weight."""
        choices = [(w, f) for w, f in weighted if f is not None]
        return self.rng.choices([f for _, f in choices], [w for w, _ in choices])[0]()

    # Every form is (spec text, Python text).

    def expression(self, t, env, depth, code):
        match t:
            case Word():
                return self.word(t, env, depth, code, True)
            case Interval():
                return self.interval(t, env, depth, code)
            case Enum():
                return self.enum(t, env, depth, code)
            case Struct():
                return self.struct(t, env, depth, code)
            case Optional():
                return self.optional(t, env, depth, code)
            case Set():
                return self.set(t, env)
            case Run():
                return self.run(t, env, code)
            case _:
                return self.condition(env, depth, code)

    def variable(self, t, env):
        """A variable of the type, or a field of one."""
        found = [(n, n) for n, own in env.items() if own == t]
        for n, own in env.items():
            if isinstance(own, Struct):
                found += [(f"{n}.{f}", f"{n}[{i}]") for i, (f, ft) in enumerate(own.fields) if ft == t]
            if isinstance(own, Run) and own.of == t:
                found += [(f"{n}.first", f"{n}[0]"), (f"{n}.last", f"{n}[1]")]
        focus = [f for f in found if f[0].split(".")[0] == self.focus]
        return self.rng.choice(focus if focus and self.rng.random() < 0.6 else found) if found else None

    def numbers(self, env):
        """The types of numbers, those before all of which there are variables."""
        all_types = [t for t in self.types if isinstance(t, (Word, Interval))]
        focus = env.get(self.focus)
        if self.rng.random() < 0.5 and self.variable(focus, env) and focus in all_types:
            return [focus]
        known = [t for t in all_types if self.variable(t, env)]
        return known if known and self.rng.random() < 0.95 else all_types

    def call(self, t, env, depth, code):
        """A call of a function with that result. Contracts call those that cannot fail only."""
        found = [
            f
            for f in self.functions
            if f.result == t
            and (code or f.total)
            and all(not isinstance(p, Set) or self.variable(p, env) for _, p in f.parameters)
        ]
        if not found or depth <= 0:
            return None

        def make():
            f = self.rng.choice(found)
            spec, py = [], []
            for _, p in f.parameters:
                s, y = self.argument(p, env, depth - 1, code)
                spec.append(s)
                py.append(y)
            name = f.name if code else "plain_" + f.name
            return f"{f.name}({', '.join(spec)})", f"{name}({', '.join(py)})"

        return make

    def argument(self, t, env, depth, code):
        """What may be passed, stored and returned: in contracts a plain word, whatever its arithmetic."""
        if isinstance(t, Word):
            return self.word(t, env, depth, code, True)
        if isinstance(t, Interval):
            s, y = self.interval(t, env, depth if code else 0, code)
            if is_constant(y, env):
                # A constant outside its type is no spec.
                s = y = str(self.rng.randint(t.lo, t.hi))
            return s, f"stored({t.lo}, {t.hi}, {y})"
        return self.expression(t, env, depth, code)

    def word(self, t, env, depth, code, plain=False):
        """A word of type `t`. `plain` in contracts: without exact arithmetic, so a value of the type."""
        known = self.variable(t, env)
        literal = self.rng.randrange(1 << min(t.width, 16))
        leaves = [
            (9, (lambda: known) if known else None),
            (1, lambda: (f"{t.name}({literal})", str(literal))),
        ]
        if depth <= 0:
            return self.pick(leaves)
        arithmetic = code or not plain
        others = [o for o in self.types if isinstance(o, (Word, Interval)) and o != t and code]
        return self.pick(
            leaves
            + [
                (8, (lambda: self.arithmetic(t, env, depth, code)) if arithmetic else None),
                (2, (lambda: self.division(t, env, depth, code)) if arithmetic else None),
                (3, (lambda: self.shift(t, env, depth, code)) if arithmetic else None),
                (3, lambda: self.bits(t, env, depth, code)),
                (2, (lambda: self.complement(t, env, depth)) if code else None),
                (1, (lambda: self.negation(t, env, depth, code)) if arithmetic else None),
                (
                    2,
                    (
                        (lambda: self.conversion(t, self.rng.choice(others), env, depth, code))
                        if others
                        else None
                    ),
                ),
                (1, lambda: self.conversion(t, t, env, depth, code)),
                (1, lambda: self.alternative(t, env, depth, code)),
                (1, lambda: self.alternative_let(t, env, depth, code)),
                (3, self.call(t, env, depth, code)),
            ]
        )

    def operand(self, t, env, depth, code):
        """A word, or a bare number, which mixes with every type."""
        if self.rng.random() < 0.3:
            n = self.rng.randrange(1 << min(t.width, 16))
            return str(n), str(n)
        return self.word(t, env, depth, code)

    def wrapped(self, t, py, code):
        return f"(({py}) & {(1 << t.width) - 1})" if code else f"({py})"

    def arithmetic(self, t, env, depth, code):
        a, b = self.word(t, env, depth - 1, code), self.operand(t, env, depth - 1, code)
        op = self.rng.choice("++--*")
        return f"({a[0]} {op} {b[0]})", self.wrapped(t, f"{a[1]} {op} {b[1]}", code)

    def division(self, t, env, depth, code):
        """By zero it is a finding: in code only, for in contracts its order is nowhere said."""
        a = self.word(t, env, depth - 1, code)
        op, f = self.rng.choice([("/", "quotient"), ("%", "remainder")])
        if code and self.rng.random() < 0.3:
            b = self.word(t, env, 0, code)
        else:
            b = None
        if b is None or is_constant(b[1], env):
            n = self.rng.randint(1, max(1, (1 << min(t.width, 8)) - 1))
            b = (str(n), str(n))
        return f"({a[0]} {op} {b[0]})", f"{f}({a[1]}, {b[1]})"

    def shift(self, t, env, depth, code):
        a = self.word(t, env, depth - 1, code)
        by = self.word(t, env, depth - 1, code) if code and self.rng.random() < 0.5 else None
        if self.rng.random() < 0.6:
            if not by:
                # Exact or 0: in contracts nothing is said of shifts by the width or more.
                n = self.rng.randrange(0, t.width + 2 if code else t.width)
                by = (str(n), str(n))
            py = f"shifted_left({a[1]}, {by[1]}, {t.width})" if code else f"({a[1]} << {by[1]})"
            return f"({a[0]} << {by[0]})", py
        if not by:
            n = self.rng.randrange(0, t.width + 2)
            by = (str(n), str(n))
        return f"({a[0]} >> {by[0]})", f"shifted_right({a[1]}, {by[1]})"

    def bits(self, t, env, depth, code):
        a, b = self.word(t, env, depth - 1, code, True), self.word(t, env, depth - 1, code, True)
        op = self.rng.choice("&|^")
        return f"({a[0]} {op} {b[0]})", f"({a[1]} {op} {b[1]})"

    def complement(self, t, env, depth):
        a = self.word(t, env, depth - 1, True)
        return f"(~{a[0]})", f"({a[1]} ^ {(1 << t.width) - 1})"

    def negation(self, t, env, depth, code):
        a = self.word(t, env, depth - 1, code)
        return f"(-{a[0]})", self.wrapped(t, f"-{a[1]}", code)

    def conversion(self, t, other, env, depth, code):
        a = self.number(other, env, depth - 1, code)
        return f"{t.name}({a[0]})", f"(({a[1]}) & {(1 << t.width) - 1})"

    def number(self, t, env, depth, code):
        return self.word(t, env, depth, code) if isinstance(t, Word) else self.interval(t, env, depth, code)

    def alternative(self, t, env, depth, code):
        c = self.condition(env, depth - 1, code)
        a, b = self.expression(t, env, depth - 1, code), self.expression(t, env, depth - 1, code)
        return f"(if {c[0]} {{ {a[0]} }} else {{ {b[0]} }})", f"({a[1]} if {c[1]} else {b[1]})"

    def alternative_let(self, t, env, depth, code):
        o = self.optional_value(env, depth - 1, code)
        if o is None:
            return self.alternative(t, env, depth, code)
        of, (s, y) = o
        v = self.name("v")
        a = self.expression(t, {**env, v: of}, depth - 1, code)
        b = self.expression(t, env, depth - 1, code)
        return (
            f"(if let {v} = {s} {{ {a[0]} }} else {{ {b[0]} }})",
            f"(lambda {v}: {a[1]} if {v} is not None else {b[1]})({y})",
        )

    def optional_value(self, env, depth, code):
        """Something that may be absent, with the type of what is there."""
        found = [(t.of, (n, n)) for n, t in env.items() if isinstance(t, Optional)]
        for n, t in env.items():
            if isinstance(t, Set):
                a, b = self.ends(t.of, env, depth, code)
                f = self.rng.choice(("highest_run", "lowest_run"))
                found.append((Run(t.of), (f"{n}.{f}({a[0]} ... {b[0]})", f"{f}({n}, {a[1]}, {b[1]})")))
        return self.rng.choice(found) if found else None

    def interval(self, t, env, depth, code):
        """Exact numbers of a range type; they are checked where they are stored."""
        known = self.variable(t, env)
        n = self.rng.randint(t.lo, t.hi)
        leaves = [(5, (lambda: known) if known else None), (1, lambda: (f"{t.name}({n})", str(n)))]
        if depth <= 0:
            return self.pick(leaves)

        def arithmetic():
            a = self.interval(t, env, depth - 1, code)
            b = self.interval(t, env, depth - 1, code) if self.rng.random() < 0.4 else (str(n), str(n))
            op = self.rng.choice("+-*")
            return f"({a[0]} {op} {b[0]})", f"({a[1]} {op} {b[1]})"

        def division():
            a = self.interval(t, env, depth - 1, code)
            by = self.rng.randint(1, 4)
            op, f = self.rng.choice([("/", "quotient"), ("%", "remainder")])
            return f"({a[0]} {op} {by})", f"{f}({a[1]}, {by})"

        def conversion():
            words = [w for w in self.numbers(env) if isinstance(w, Word)] or [self.types[0]]
            a = self.word(self.rng.choice(words), env, depth - 1, code)
            if is_constant(a[1], env):
                return f"{t.name}({n})", str(n)
            return f"{t.name}({a[0]})", f"stored({t.lo}, {t.hi}, {a[1]})"

        return self.pick(
            leaves
            + [
                (4, arithmetic),
                (1, division),
                (1, conversion if code else None),
                (2, self.call(t, env, depth, code)),
            ]
        )

    def enum(self, t, env, depth, code):
        known = self.variable(t, env)
        i = self.rng.randrange(len(t.cases))
        return self.pick(
            [
                (3, (lambda: known) if known else None),
                (1, lambda: (t.cases[i], str(i))),
                (1, (lambda: self.alternative(t, env, depth, code)) if depth > 0 else None),
            ]
        )

    def struct(self, t, env, depth, code):
        known = self.variable(t, env)

        def make():
            parts = [(f, self.argument(ft, env, depth - 1, code)) for f, ft in t.fields]
            return (
                f"{t.name}({', '.join(f'{f}: {s}' for f, (s, _) in parts)})",
                f"({', '.join(y for _, (_, y) in parts)},)",
            )

        return self.pick([(2, (lambda: known) if known else None), (1, make)])

    def optional(self, t, env, depth, code):
        known = self.variable(t, env)
        return self.pick(
            [
                (2, (lambda: known) if known else None),
                (1, lambda: ("none", "None")),
                (3, lambda: self.argument(t.of, env, depth, code)),
            ]
        )

    def set(self, t, env):
        return self.variable(t, env)

    def run(self, t, env, code):
        known = self.variable(t, env)

        def make():
            a, b = self.word(t.of, env, 0, code), self.word(t.of, env, 0, code)
            return f"{a[0]} ... {b[0]}", f"({a[1]}, {b[1]})"

        return self.pick([(2, (lambda: known) if known else None), (1, make)])

    def ends(self, t, env, depth, code):
        """The ends of a range in an argument: in contracts exact numbers, also outside the type."""
        depth = 0 if code else min(depth, 1)
        return self.word(t, env, depth, code), self.word(t, env, depth, code)

    # Conditions

    def condition(self, env, depth, code):
        known = self.variable(BOOL, env)
        leaves = [
            (2, (lambda: known) if known else None),
            (5, lambda: self.comparison(env, depth, code)),
            (3, lambda: self.membership(env, depth, code)),
            (2, lambda: self.equality(env, depth, code)),
        ]
        if depth <= 0:
            return self.pick(leaves)
        return self.pick(
            leaves
            + [
                (3, lambda: self.connective(env, depth, code)),
                (1, lambda: self.negated(env, depth, code)),
                (1, lambda: self.alternative(BOOL, env, depth, code)),
                (1, lambda: self.alternative_let(BOOL, env, depth, code)),
                (1 if code else 4, lambda: self.quantifier(env, depth, code)),
                (2, self.call(BOOL, env, depth, code)),
            ]
        )

    def comparison(self, env, depth, code):
        t = self.rng.choice(self.numbers(env))
        a = self.number(t, env, depth - 1, code)
        b = (
            self.operand(t, env, depth - 1, code)
            if isinstance(t, Word)
            else self.interval(t, env, depth - 1, code)
        )
        op = self.rng.choice(("==", "!=", "<", "<=", ">", ">="))
        return f"({a[0]} {op} {b[0]})", f"({a[1]} {op} {b[1]})"

    def membership(self, env, depth, code):
        found = [(n, t) for n, t in env.items() if isinstance(t, (Set, Run))]
        if not found:
            return self.comparison(env, depth, code)
        n, t = self.rng.choice(found)
        a, b = self.ends(t.of, env, depth, code)
        x = self.word(t.of, env, depth - 1, code, True)
        within = (f"{n}.contains({x[0]})", f"contains({n}, {x[1]})")
        if isinstance(t, Run):
            within = (within[0], f"({n}[0] <= {x[1]} <= {n}[1])")
            return self.rng.choice(
                [within, (f"{n}.overlaps({a[0]} ... {b[0]})", f"overlaps({n}, {a[1]}, {b[1]})")]
            )
        span = f"({a[0]} ... {b[0]})"
        return self.rng.choice(
            [
                within,
                within,
                (f"{n}.contains_all{span}", f"contains_all({n}, {a[1]}, {b[1]})"),
                (f"{n}.is_disjoint{span}", f"is_disjoint({n}, {a[1]}, {b[1]})"),
                (f"{n}.is_empty", f"({n} == ())"),
            ]
        )

    def equality(self, env, depth, code):
        """`==` of optionals, enums, structs, sets."""
        found = [(n, t) for n, t in env.items() if isinstance(t, (Optional, Enum, Struct))]
        if not found:
            return self.comparison(env, depth, code)
        found = [f for f in found if f[0] == self.focus] or found
        n, t = self.rng.choice(found)
        a = (
            ("none", "None")
            if isinstance(t, Optional) and self.rng.random() < 0.4
            else (
                self.expression(t.of, env, 0, code)
                if isinstance(t, Optional)
                else self.expression(t, env, 0, code)
            )
        )
        op = self.rng.choice(("==", "!="))
        return f"({n} {op} {a[0]})", f"({n} {op} {a[1]})"

    def connective(self, env, depth, code):
        a, b = self.condition(env, depth - 1, code), self.condition(env, depth - 1, code)
        op, f = self.rng.choice([("&&", "({} and {})"), ("||", "({} or {})"), ("implies", "(not {} or {})")])
        return f"({a[0]} {op} {b[0]})", f.format(a[1], b[1])

    def negated(self, env, depth, code):
        a = self.condition(env, depth - 1, code)
        return f"(!{a[0]})", f"(not {a[1]})"

    def quantifier(self, env, depth, code):
        t = self.rng.choice([t for t in self.types if isinstance(t, (Word, Interval, Enum))])
        v = self.name("q")
        # In code nothing in it can fail, for where a quantifier stops is nowhere said.
        body = self.condition({**env, v: t}, 0 if code else depth - 1, code)
        word, f = self.rng.choice([("forall", "all"), ("exists", "any")])
        return f"({word}({v}: {t.name}) {body[0]})", f"{f}({body[1]} for {v} in DOMAIN['{t.name}'])"
