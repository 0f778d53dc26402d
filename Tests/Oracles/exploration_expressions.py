# SPDX-License-Identifier: MIT
"""Random expressions for `exploration.py`: fully parenthesised texts of the spec language, by their type."""

from exploration_conditions import Conditions
from exploration_types import BOOL, INT, LOCK, Variable, type_text

__all__ = ["BOOL", "INT", "LOCK", "Expressions", "Variable", "type_text"]


class Expressions(Conditions):
    """`risk` is how often a form that can fail at run time is taken. `wraps`: whether arithmetic on words may
    stand here (in properties it may be exact one day, and is left to functions)."""

    def __init__(self, rng, types, functions, constants, risk):
        self.rng, self.types, self.functions, self.constants = rng, types, functions, constants
        self.risk = risk
        self.scope = []
        self.wraps = True
        self.fresh = 0

    def name(self, stem):
        self.fresh += 1
        return f"{stem}{self.fresh}"

    def chance(self, probability):
        return self.rng.random() < probability

    def risky(self):
        return self.chance(self.risk)

    def pick(self, forms):
        """One of the (weight, thunk)s whose thunk gives something."""
        forms = [f for f in forms if f[0] > 0]
        while forms:
            chosen = self.rng.choices(range(len(forms)), [w for w, _ in forms])[0]
            found = forms[chosen][1]()
            if found is not None:
                return found
            del forms[chosen]
        return None

    def kinds(self, tag):
        return [t for t in self.types if t[0] == tag]

    # Places: variables and their parts

    def places(self, wanted=None, assignable=False):
        """Texts of variables, elements and fields, with their types."""
        found = []
        for v in self.scope:
            if assignable and not v.assignable:
                continue
            found.append((v.text, v.kind))
            if v.kind[0] == "array":
                index = self.index(v.kind[1])
                if index:
                    found.append((f"{v.text}[{index}]", v.kind[2]))
                    if v.kind[2][0] == "struct":
                        found += [(f"{v.text}[{index}].{f}", ft) for f, ft in v.kind[2][2]]
                    if v.kind[2][0] == "array":
                        inner = self.index(v.kind[2][1])
                        if inner:
                            found.append((f"{v.text}[{index}][{inner}]", v.kind[2][2]))
            if v.kind[0] == "struct":
                found += [(f"{v.text}.{f}", ft) for f, ft in v.kind[2]]
            if v.kind[0] == "range" and not assignable:
                found += [(f"{v.text}.{end}", v.kind[1]) for end in ("first", "last")]
        return [p for p in found if wanted is None or p[1] == wanted]

    def place(self, wanted):
        found = self.places(wanted)
        return self.rng.choice(found)[0] if found else None

    def index(self, t):
        """An index: a variable, a literal, or at times arithmetic that may leave the type."""
        names = [v.text for v in self.scope if v.kind == t]
        if t[0] == "interval":
            if self.risky() and names:
                return f"{self.rng.choice(names)} {self.rng.choice('+-')} 1"
            names += [str(self.rng.randint(t[2], t[3]))] * (2 if t[2] >= 0 else 0)
        if t[0] == "enum":
            names += t[2]
        if t[0] == "bool":
            names += ["true", "false"]
        return self.rng.choice(names) if names else None

    def call(self, wanted, depth):
        found = [f for f in self.functions if f[2] == wanted]
        if not found or depth <= 0:
            return None
        name, parameters, _ = self.rng.choice(found)
        arguments = [self.expression(t, depth - 1) for t in parameters]
        return None if None in arguments else f"{name}({', '.join(arguments)})"

    # By type

    def expression(self, t, depth):
        """A text of this type, or None if there is nothing to make it of."""
        maker = getattr(self, "make_" + t[0])
        return maker(t, depth)

    def alternative(self, t, depth):
        if depth <= 0:
            return None
        a, b = self.expression(t, depth - 1), self.expression(t, depth - 1)
        if a is None or b is None:
            return None
        let = self.binding()
        if let and self.chance(0.4):
            name, source, of = let
            self.scope.append(Variable(name, of, False))
            a = self.expression(t, depth - 1)
            self.scope.pop()
            if a is None:
                return None
            return f"(if let {name} = {source} {{ {a} }} else {{ {b} }})"
        return f"(if {self.condition(depth - 1)} {{ {a} }} else {{ {b} }})"

    def binding(self):
        """(name, optional expression, type inside) for `if let`."""
        found = [(text, k[1]) for text, k in self.places() if k[0] == "optional"]
        for text, k in self.places():
            if k[0] == "set" and k[1][0] in ("interval", "bits"):
                found += [
                    (f"{text}.{which}({self.bounds(k[1], 1)})", ("range", k[1]))
                    for which in ("highest_run", "lowest_run")
                ]
        if not found:
            return None
        source, of = self.rng.choice(found)
        return self.name("v"), source, of

    def bounds(self, t, depth):
        """A range in an argument; its ends need not be of the type, but for words."""
        a, b = self.number(t, depth), self.number(t, depth)
        return f"{a} ... {b}"

    def number(self, t, depth):
        """A number that mixes with this type; exact arithmetic on intervals cannot fail before it is stored.
        """
        if t[0] == "bits":
            return self.make_bits(t, depth)
        if depth <= 0:
            return self.place(t) or self.literal(t)
        a, b = self.number(t, depth - 1), self.number(t, depth - 1)
        k = self.rng.randint(1, 5)
        forms = [
            (4, lambda: self.place(t)),
            (2, lambda: self.literal(t)),
            (3, lambda: f"({a} + {b})"),
            (3, lambda: f"({a} - {b})"),
            (2, lambda: f"({a} * {b})"),
            (1, lambda: f"({a} / {k})"),
            (1, lambda: f"({a} % {k})"),
            (1, lambda: f"(-{a})"),
            (1, lambda: f"({a} >> {k})"),
            (1, lambda: f"({a} << {k})"),
            (1, self.count),
            (2, lambda: self.call(t, depth)),
            (1, lambda: self.call(INT, depth)),
            (1, lambda: f"(if {self.condition(depth - 1)} {{ {a} }} else {{ {b} }})"),
            (2 * self.risk, lambda: f"({a} {self.rng.choice('/%')} {b})"),
            (2 * self.risk, lambda: f"{t[1]}({a})" if t[1] else None),
        ]
        return self.pick(forms)

    def count(self):
        found = [f"{text}.count" for text, k in self.places() if k[0] in ("set", "queue")]
        return self.rng.choice(found) if found else None

    def literal(self, t):
        if t[0] == "bits":
            top = (1 << t[2]) - 1
            return str(
                min(
                    top,
                    self.rng.choice([0, 1, 2, 3, top, top >> 1, top ^ (top >> 1), self.rng.randint(0, top)]),
                )
            )
        value = self.rng.randint(t[2], t[3])
        return str(value) if value >= 0 else f"({value})"

    def make_int(self, t, depth):
        intervals = self.kinds("interval")
        return self.number(self.rng.choice(intervals), depth) if intervals else str(self.rng.randint(0, 9))

    def make_interval(self, t, depth):
        forms = [
            (6, lambda: self.place(t)),
            (2, lambda: self.literal(t)),
            (1, lambda: self.alternative(t, depth)),
            (1, lambda: self.constants.get(t)),
            (2, lambda: self.call(t, depth)),
        ]
        if self.risky() and depth > 0:
            forms = [
                (1, lambda: self.number(t, depth)),
                (1, lambda: self.front(t)),
                (1, lambda: self.of_word(t, depth)),
            ]
        elif depth > 0 and t[2] == 0:
            # Always in the type.
            n = t[3] + 1
            forms += [
                (2, lambda: f"(({self.place(t) or 0} + {self.rng.randint(1, 3)}) % {n})"),
                (1, lambda: f"({t[3]} - {self.place(t) or 0})"),
                (1, lambda: self.of_word(t, depth, n)),
            ]
        return self.pick(forms) or self.literal(t)

    def of_word(self, t, depth, modulus=None):
        words = self.kinds("bits") if self.wraps else []
        if not words or not t[1]:
            return None
        word = self.rng.choice(words)
        inner = self.make_bits(word, depth - 1)
        if modulus is not None:
            if modulus >= 1 << word[2]:
                return None
            inner = f"({inner} % {modulus})"
        return f"{t[1]}({inner})"

    def front(self, t):
        found = [f"{text}.front" for text, k in self.places() if k[0] == "queue" and k[1] == t]
        return self.rng.choice(found) if found else None

    def make_bits(self, t, depth):
        leaves = [(6, lambda: self.place(t)), (2, lambda: f"{t[1]}({self.literal(t)})")]
        if depth <= 0:
            return self.pick(leaves)
        a, b = self.make_bits(t, depth - 1), self.make_bits(t, depth - 1)
        other = b if self.chance(0.6) else self.literal(t)
        k = self.rng.choice([0, 1, 2, t[2] - 1, t[2], t[2] + 1, 63, 64, 70])
        k = min(k, (1 << t[2]) - 1)
        divisor = max(1, int(self.literal(t)))
        wrapping = (
            [
                (4, lambda: f"({a} + {other})"),
                (4, lambda: f"({a} - {other})"),
                (2, lambda: f"({a} * {other})"),
                (2, lambda: f"({a} << {k})"),
                (1, lambda: f"(-{a})"),
            ]
            if self.wraps
            else []
        )
        numbers = [n for n in self.kinds("interval") if n[1]] + [w for w in self.kinds("bits") if w != t]
        return self.pick(
            leaves
            + wrapping
            + [
                (2, lambda: f"({a} & {other})"),
                (2, lambda: f"({a} | {other})"),
                (2, lambda: f"({a} ^ {other})"),
                (1, lambda: f"(~{a})"),
                (2, lambda: f"({a} >> {k})"),
                (1, lambda: f"({a} / {divisor})"),
                (1, lambda: f"({a} % {divisor})"),
                (3 * self.risk, lambda: f"({a} {self.rng.choice('/%')} {b})"),
                (1, lambda: self.alternative(t, depth)),
                (2, lambda: self.call(t, depth)),
                (
                    1,
                    lambda: (
                        f"{t[1]}({self.expression(self.rng.choice(numbers), depth - 1)})" if numbers else None
                    ),
                ),
            ]
        )

    def make_bool(self, t, depth):
        return self.condition(depth)

    def make_enum(self, t, depth):
        return self.pick(
            [
                (3, lambda: self.place(t)),
                (2, lambda: self.rng.choice(t[2])),
                (1, lambda: self.alternative(t, depth)),
                (1, lambda: self.call(t, depth)),
            ]
        )

    def make_symmetric(self, t, depth):
        return self.pick([(4, lambda: self.place(t)), (self.risk, lambda: self.front(t))])

    def make_struct(self, t, depth):
        def made():
            fields = [(f, self.expression(ft, depth - 1)) for f, ft in t[2]]
            return (
                None
                if any(x is None for _, x in fields)
                else f"{t[1]}({', '.join(f'{f}: {x}' for f, x in fields)})"
            )

        return self.pick(
            [
                (3, lambda: self.place(t)),
                (3, made),
                (1, lambda: self.alternative(t, depth)),
                (1, lambda: self.call(t, depth)),
            ]
        )

    def make_optional(self, t, depth):
        return self.pick(
            [
                (3, lambda: self.place(t)),
                (2, lambda: "none"),
                (3, lambda: self.expression(t[1], depth - 1)),
                (1, lambda: self.call(t, depth)),
            ]
        )

    def make_set(self, t, depth):
        return self.pick([(1, lambda: self.place(t)), (1, lambda: self.call(t, depth))])

    def make_queue(self, t, depth):
        return self.place(t)

    def make_array(self, t, depth):
        return self.place(t)

    def make_range(self, t, depth):
        def made():
            a, b = self.make_interval(t[1], depth - 1), self.make_interval(t[1], depth - 1)
            return f"({a} ... {b})"

        if t[1][0] == "bits":
            return self.place(t)
        if self.risky():
            return f"({self.number(t[1], 1)} ... {self.number(t[1], 1)})"
        return self.pick([(2, lambda: self.place(t)), (3, made), (1, lambda: self.call(t, depth))])
