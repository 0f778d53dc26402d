# SPDX-License-Identifier: MIT
"""Small programs over a type of any size, with invariants that may be inductive. Texts only: the reference
runs them."""

ARRAYS = {"Bool": ("true", "false"), "Mode": ("off", "idle"), "Page?": ("none",)}
STATE = ("[Page]Bool", "[Page]Bool", "[Page]Page?", "[Page]Mode", "Page?", "Bool", "Set<Page>", "Mode")


class Maker:
    def __init__(self, rng):
        self.rng = rng
        names = ("alpha", "beta", "gamma", "delta")[: rng.randint(2, 4)]
        self.state = {n: rng.choice(STATE) for n in names}
        self.fresh = 0

    def name(self, stem):
        self.fresh += 1
        return f"{stem}{self.fresh}"

    def value(self, t, pages):
        found = list(ARRAYS.get(t, ()))
        if t == "Page?":
            found += [*pages, *(n for n, own in self.state.items() if own == "Page?")]
        found += [n for n, own in self.state.items() if own == t and t != "Page?"]
        found += [f"{n}[{p}]" for n, own in self.state.items() if own == f"[Page]{t}" for p in pages]
        return self.rng.choice(found)

    def atom(self, pages):
        """A condition; in a quantifier over `pages`, mostly of those."""
        rng, found = self.rng, []
        for n, t in self.state.items():
            p = rng.choice(pages) if pages else None
            match t:
                case "[Page]Bool":
                    found += [f"{n}[{p}]"] * 2 if p else []
                case "[Page]Page?":
                    found += [f"{n}[{p}] == none", f"{n}[{p}] == {rng.choice(pages)}"] if p else []
                case "[Page]Mode":
                    found += [f"{n}[{p}] == idle"] * 2 if p else []
                case "Page?":
                    found += [f"{n} == none"] + ([f"{n} == {p}"] * 2 if p else [])
                case "Set<Page>":
                    found += [f"{n}.contains({p})"] * 2 if p else [f"{n}.is_empty"]
                case "Bool":
                    found += [n]
                case "Mode":
                    found += [f"{n} == idle"]
        if len(pages) > 1:
            found += [f"{pages[0]} == {pages[1]}"]
        if not found:
            return "true"
        c = rng.choice(found)
        return f"!({c})" if rng.random() < 0.4 else f"({c})"

    def condition(self, pages):
        a = self.atom(pages)
        if self.rng.random() < 0.4:
            a = f"({a} {self.rng.choice(('&&', '||', 'implies'))} {self.atom(pages)})"
        return a

    def assignment(self, pages):
        rng = self.rng
        n, t = rng.choice(list(self.state.items()))
        match t:
            case "Set<Page>":
                return (
                    f"{n}.{rng.choice(('insert', 'insert', 'remove'))}({rng.choice(pages)})"
                    if pages
                    else f"{n}.clear()"
                )
            case "[Page]Bool" | "[Page]Mode" | "[Page]Page?":
                of = t.partition("]")[2]
                if not pages or rng.random() < 0.1:
                    return f"{n}[all] = {rng.choice(ARRAYS[of])}"
                if rng.random() < 0.1:
                    x = self.name("x")
                    return f"for {x} in Page {{ {n}[{x}] = {self.value(of, [x])} }}"
                return f"{n}[{rng.choice(pages)}] = {self.value(of, pages)}"
        return f"{n} = {self.other(n, self.value(t, pages))}"

    def other(self, n, value):
        """`x = x` is no step."""
        return {"Bool": f"!{n}", "Mode": "idle", "Page?": "none"}[self.state[n]] if value == n else value

    def statements(self, pages, most):
        out = []
        for _ in range(self.rng.randint(1, most)):
            k = self.rng.random()
            if k < 0.15:
                out.append("step")
            elif k < 0.35:
                out.append(f"if {self.condition(pages)} {{ {self.assignment(pages)} }}")
            else:
                out.append(self.assignment(pages))
        return out

    def process(self, name):
        page = f"{name}_page" if self.rng.random() < 0.6 else None
        own = [page] if page else []
        arms = []
        for _ in range(self.rng.randint(1, 3)):
            variable = self.name("x") if self.rng.random() < 0.5 else None
            pages = own + ([variable] if variable else [])
            head = f"any({variable}: Page) " if variable else ""
            body = "\n            ".join(self.statements(pages, 3))
            arms.append(f"        {head}where {self.condition(pages)} => {{\n            {body}\n        }}")
        return "\n".join(
            [
                f"process {name}({page}: Page) {{" if page else f"process {name} {{",
                "    choose {",
                *arms,
                "    }",
                "}",
            ]
        )

    def initial(self):
        k = self.rng.random()
        if k < 0.5:
            return ""
        if k < 0.7:
            return f"init {{ {self.assignment([])} }}"
        if k < 0.85:
            return f"init {{ choose {{ any(x0: Page) => {{ {self.assignment(['x0'])} }} }} }}"
        return f"init {{ choose {{ where {self.condition([])} => {{ {self.assignment([])} }} }} }}"

    def invariant(self):
        """Mostly what can be inductive: an implication about one page, or about two."""
        q, r = self.name("q"), self.name("q")
        k = self.rng.random()
        if k < 0.6:
            return f"forall({q}: Page) {self.condition([q])}"
        if k < 0.8:
            return f"forall({q}: Page, {r}: Page) {self.condition([q, r])}"
        if k < 0.9:
            return f"exists({q}: Page) {self.condition([q])}"
        return self.condition([])


def program(rng, module):
    """(text without invariants, candidates for invariants)."""
    maker = Maker(rng)
    processes = [maker.process(n) for n in ("cpu", "device")[: rng.choice((1, 1, 2))]]
    text = "\n".join(
        [
            f"module {module}",
            "const N: Int = 2",
            "type Page = 0 ..< N",
            "enum Mode { off, idle }",
            "state { " + ", ".join(f"{n}: {t}" for n, t in maker.state.items()) + " }",
            maker.initial(),
            *processes,
            "",
        ]
    )
    return text, [maker.invariant() for _ in range(10)]
