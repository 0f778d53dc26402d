# SPDX-License-Identifier: MIT
"""Random conditions for `exploration.py`."""

from exploration_types import BOOL, Variable, type_text


class Conditions:
    """The part of `Expressions` that makes conditions."""

    # Conditions

    def condition(self, depth):
        leaves = [(2, lambda: self.place(BOOL)), (1, lambda: self.rng.choice(["true", "false"]))]
        if depth <= 0:
            return self.pick([(3, self.comparison_of_place), *leaves])
        inner = depth - 1
        return self.pick(
            [
                (2, lambda: self.place(BOOL)),
                (4, self.comparison_of_place),
                (4, lambda: self.comparison(inner)),
                (2, lambda: f"(!{self.condition(inner)})"),
                (2, lambda: f"({self.condition(inner)} && {self.condition(inner)})"),
                (2, lambda: f"({self.condition(inner)} || {self.condition(inner)})"),
                (1, lambda: f"({self.condition(inner)} implies {self.condition(inner)})"),
                (4, lambda: self.quantifier(inner)),
                (4, lambda: self.asked_of_collection(inner)),
                (2, lambda: self.call(BOOL, depth)),
                (1, lambda: self.alternative(BOOL, depth)),
                (2, lambda: self.premise(inner)),
            ]
        )

    def premise(self, depth):
        let = self.binding()
        if not let:
            return None
        name, source, of = let
        self.scope.append(Variable(name, of, False))
        body = self.condition(depth)
        self.scope.pop()
        otherwise = self.rng.choice(["", f" else {{ {self.condition(depth - 1)} }}"])
        return f"(if let {name} = {source} {{ {body} }}{otherwise})"

    def comparison_of_place(self):
        """A variable against a constant or another one."""
        found = [
            p
            for p in self.places()
            if p[1][0] in ("interval", "bits", "enum", "optional", "bool", "symmetric")
        ]
        if not found:
            return None
        text, t = self.rng.choice(found)
        if t[0] in ("interval", "bits"):
            other = self.place(t) if self.chance(0.4) else self.literal(t)
            return f"({text} {self.rng.choice(['==', '!=', '<', '<=', '>', '>='])} {other})"
        if t[0] == "optional":
            other = (
                "none"
                if self.chance(0.5)
                else self.place(t) if self.chance(0.3) else self.expression(t[1], 0)
            )
        elif t[0] == "enum":
            other = self.rng.choice(t[2])
        elif t[0] == "bool":
            return text
        else:
            other = self.place(t)
        return None if other is None else f"({text} {self.rng.choice(['==', '!='])} {other})"

    def comparison(self, depth):
        t = self.rng.choice(self.types)
        if t[0] in ("interval", "bits"):
            a, b = self.number(t, depth), self.number(t, depth)
            return f"({a} {self.rng.choice(['==', '!=', '<', '<=', '>', '>='])} {b})"
        if t[0] in ("struct", "enum"):
            a, b = self.place(t), self.expression(t, depth)
            return None if a is None or b is None else f"({a} {self.rng.choice(['==', '!='])} {b})"
        return None

    def quantifier(self, depth):
        domains = [
            t for t in self.types if t[0] in ("interval", "enum", "symmetric") or t[0] == "bits" and t[2] <= 3
        ]
        if not domains:
            return None
        chosen = [self.rng.choice(domains) for _ in range(self.rng.choice([1, 1, 1, 2]))]
        names = [self.name("x") for _ in chosen]
        self.scope += [Variable(n, t, False) for n, t in zip(names, chosen)]
        body = self.condition(depth)
        del self.scope[-len(chosen) :]
        variables = ", ".join(f"{n}: {type_text(t)}" for n, t in zip(names, chosen))
        return f"({self.rng.choice(['forall', 'exists'])}({variables}) {body})"

    def asked_of_collection(self, depth):
        found = [p for p in self.places() if p[1][0] in ("set", "queue", "range")]
        if not found:
            return None
        text, t = self.rng.choice(found)
        if t[0] == "range":
            inner = self.number(t[1], depth)
            return self.pick(
                [
                    (1, lambda: f"{text}.contains({inner})"),
                    (1, lambda: f"{text}.overlaps({self.bounds(t[1], depth)})"),
                ]
            )
        forms = [
            (1, lambda: f"{text}.is_empty"),
            (1, lambda: f"({text}.count {self.rng.choice(['==', '<', '>='])} " f"{self.rng.randint(0, 3)})"),
        ]
        element = self.expression(t[1], depth)
        if element is not None:
            forms.append((3, lambda: f"{text}.contains({element})"))
        if t[0] == "queue":
            forms.append((1, lambda: f"{text}.is_full"))
        elif t[1][0] in ("interval", "bits"):
            forms += [
                (2, lambda: f"{text}.contains_all({self.bounds(t[1], depth)})"),
                (2, lambda: f"{text}.is_disjoint({self.bounds(t[1], depth)})"),
                (
                    1,
                    lambda: f"({text}.highest_run({self.bounds(t[1], depth)}) "
                    f"{self.rng.choice(['==', '!='])} none)",
                ),
            ]
        return self.pick(forms)
