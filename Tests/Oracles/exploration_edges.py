# SPDX-License-Identifier: MIT
"""Forms at the edges of the language, for `exploration.py`: each asks what random statements seldom ask."""

from textwrap import dedent

from exploration_expressions import Variable

SYMMETRIC_SPECS = [
    """
    state { owner: Cpu? }
    process holder(cpu: Cpu) {
        choose {
            where owner == none => owner = cpu
            where owner == cpu => owner = none
        }
    }
    """,
    """
    state { line: Queue<Cpu, 2> }
    process waiter(cpu: Cpu) {
        choose {
            where !line.is_full && !line.contains(cpu) => line.push(cpu)
            where !line.is_empty && line.front == cpu => line.pop()
        }
    }
    invariant once: forall(x: Cpu) !line.is_empty && line.front == x implies line.contains(x)
    """,
    """
    state { next: [Cpu]Cpu?, group: Set<Cpu> }
    process linker(cpu: Cpu) {
        choose {
            any(other: Cpu) where other != cpu => {
                next[cpu] = other
                group.insert(other)
            }
            where group.contains(cpu) => group.remove(cpu)
        }
    }
    invariant linked: forall(x: Cpu) if let y = next[x] { y != x }
    """,
    """
    state { pages: [Cpu]Set<Page> }
    process pager(cpu: Cpu) {
        choose {
            any(x: Page) where !exists(o: Cpu) pages[o].contains(x) => pages[cpu].insert(x)
            => pages[cpu].clear()
        }
    }
    invariant apart: forall(x: Cpu, y: Cpu, z: Page) x != y implies !(pages[x].contains(z) &&
    pages[y].contains(z))
    """,
]

QUANTIFIED = """
    fn fits(pages: Range<Page>) -> Bool = pages.first <= pages.last
    fn within(page: Page) -> Bool = page < SIZE
    fn reach(cpu: Cpu) -> Range<Int> = 0 ... mark[cpu]
    fn left(cpu: Cpu) -> Range<Int> = 0 ... SIZE + 2 - mark[cpu]
    state { started: Bool, lists: [Page]Bool }
"""


class Edges:
    """Adds to the declarations of a `Writer`, after its types and state."""

    def add(self, text):
        self.declarations.append(dedent(text).strip("\n"))

    def edges(self):
        getattr(self, "edge_" + self.focus, lambda: None)()

    def edge_failing_quantifier(self):
        """A quantifier over a symmetric type whose body fails for some elements: the order must not matter.
        """
        page, rng = self.types[0], self.rng
        mark = ("interval", "", 0, page[3] + 2)
        self.state.append(Variable("mark", ("array", self.kind("symmetric"), mark)))
        self.add(f"state {{ mark: [Cpu]0 ... {page[3] + 2} }}")
        self.add(QUANTIFIED)
        where = rng.choice(["!started", "!started", "true"])
        value = rng.choice([page[3] + 1, page[3] + 2, page[3] + 2, rng.randint(0, page[3])])
        premise = rng.choice(["started implies ", "!started || ", ""])
        if self.chance(0.6):
            # One element is marked and answers, the others fail: whether they are asked depends on the order.
            where, value = "!started", page[3] + rng.choice([2, 2, 1])
            body = rng.choice(
                [
                    "fits(left(x))",
                    "fits(0 ... SIZE + 2 - mark[x])",
                    "within(SIZE + 2 - mark[x])",
                    "(Page(SIZE + 2 - mark[x]) == 0)",
                    "(reach(x).contains(SIZE + 1) || fits(left(x)))",
                    "fits(SIZE + 2 - mark[x] ... SIZE)",
                ]
            )
            forms = [
                f"exists(x: Cpu) {body}",
                f"!(forall(x: Cpu) !{body})",
                f"exists(x: Cpu) {body} && started",
            ]
            condition = rng.choice(forms)
            premise = rng.choice(["started implies ", "!started || "])
        else:
            body = rng.choice(
                [
                    "(Page(mark[x]) < SIZE)",
                    "fits(mark[x] ... mark[x] + 1)",
                    "fits(0 ... mark[x])",
                    "(1 / (mark[x] - 2) == 1)",
                    "(lists[mark[x]] || started)",
                    "((7 % mark[x]) == 1)",
                    "within(mark[x])",
                    "fits(reach(x))",
                    "fits(left(x))",
                    "(Page(SIZE + 2 - mark[x]) < SIZE)",
                    "within(SIZE + 2 - mark[x])",
                    "fits(if started { reach(x) } else { 0 ... 0 })",
                ]
            )
            signs = ["exists(x: Cpu) ", "exists(x: Cpu) !", "forall(x: Cpu) !", "forall(x: Cpu) "]
            condition = rng.choice(signs) + body
        self.add(f"""
            process marker(cpu: Cpu) {{
                choose {{ where {where} => {{
                    mark[cpu] = {value}
                    started = true
                }} }}
            }}
        """)
        match rng.choice(["invariant", "where", "function", "reachable", "invariant", "invariant"]):
            case "where":
                self.add(f"process looker {{ choose {{ where {condition} => {{ lists[0] = true }} }} }}")
            case "function":
                self.add(f"fn asked() -> Bool = {condition}")
                self.add(f"invariant quantified: {premise}asked()")
            case form:
                self.add(f"{form} quantified: {premise}({condition})")

    def edge_failing_conversion(self):
        """A conversion, a result, an argument or a stored value that leaves its type in some states."""
        rng, top = self.rng, self.types[0][3] + 1
        narrowed = rng.choice(["value", "Page(value)", "value - 1 + 1"])
        self.add(f"""
            state {{ high: 0 ... {top}, away: -{top} ... 0 }}
            fn narrow(value: Int) -> Page = {narrowed}
            fn span(low: Int, count: Int) -> Range<Page> {{ return low ... low + count - 1 }}
            process climber {{
                choose {{
                    where high < {top} => high = high + 1
                    where away > -{top} => away = away - 1
                }}
            }}
        """)
        use = rng.choice(
            [
                "narrow(high) < SIZE",
                "span(high, 1).first == 0",
                "span(0, high).last >= 0",
                "Page(high) == 0",
                "narrow(-away) == 0",
                "span(0, -away).contains(0)",
                "narrow(high - away) > 0",
            ]
        )
        guard = rng.choice(["high < SIZE implies ", "", "high <= SIZE implies ", "away == 0 || "])
        self.add(f"invariant converted: {guard}({use} || true)")

    def edge_large_quantifier(self):
        """About as many rounds as engines allow themselves for one question."""
        n = self.rng.choice([300, 1000, 1025, 1447, 1449, 1500])
        question = self.rng.choice(
            [
                "forall(x: Large, y: Large) x + y + top >= 0",
                "!exists(x: Large, y: Large) x + y + top < 0",
                f"forall(x: Large, y: Large) x + top < {n + 1} && y < {n}",
                f"forall(x: Large) exists(y: Large) y + top == {n - 1} - x + top",
                f"counted({self.rng.choice([600_000, 1_040_000, 1_100_000])}) >= top",
            ]
        )
        self.add(f"""
            type Large = 0 ..< {n}
            state {{ top: 0 ..< 2 }}
            process timer {{ choose {{ where top < 1 => top = top + 1 }} }}
            invariant sums: {question}
        """)
        if "counted" in question:
            self.add("""
                fn counted(limit: Int) -> Int {
                    var i: Int = 0
                    while i < limit { i = i + 1 }
                    return i
                }
            """)

    def edge_runs(self):
        """Maximal runs of a set, with bounds that reach outside its type."""
        rng, of, top = self.rng, self.state[0].text, self.types[0][3]
        bounds = f"{rng.randint(-1, 1)} ... {rng.randint(0, top + 1)}"
        one, several = rng.choice(["insert", "insert", "remove"]), rng.choice(["insert", "remove"])
        self.add(f"""
            fn found_run() -> Range<Page>? = {of}.{rng.choice(["highest_run", "lowest_run"])}({bounds})
            fn is_maximal(r: Range<Page>) -> Bool = r.first <= r.last && {of}.contains_all(r.first ... r.last)
                && {of}.is_disjoint(r.last + 1 ... r.last + 1) && {of}.is_disjoint(r.first - 1 ... r.first -
                1)
            invariant runs: if let r = found_run() {{ is_maximal(r) }} else {{ {of}.is_disjoint({bounds}) }}
            process setter {{
                choose {{
                    any(x: Page) => {of}.{one}(x)
                    any(x: Page, y: Page) where x <= y => {of}.{several}(x ... y)
                }}
            }}
        """)

    def edge_exact(self):
        """Arithmetic on integers that no machine word holds."""
        rng = self.rng
        a = rng.choice([1 << 40, (1 << 60) - 1])
        b = rng.choice([3, 1 << 20, (1 << 40) + 1])
        near = [a * b, a * b + 1, a * b - 1] if a * b < 1 << 63 else [(1 << 63) - 1, 1 << 62]
        back = rng.choice(["x * y / y", "x * y % x", "-(x * y) / y", "x - y * (x / y)"])
        grown = rng.choice(["product(big, 3) % 7", f"back({a >> 2}, {b}) % 5", "(big + 5) % 3"])
        self.add(f"""
            fn product(x: Int, y: Int) -> Int = x * y {rng.choice("+-")} x
            fn back(x: Int, y: Int) -> Int = {back}
            state {{ big: Wide, odd: Bool }}
            process grower {{
                choose {{
                    where !odd => {{
                        big = Wide({grown})
                        odd = true
                    }}
                    where odd => {{
                        big = {rng.choice(["0", "(big + 1) % 3", "1"])}
                        odd = false
                    }}
                }}
            }}
            invariant exact: product({a}, {b} + big) {rng.choice(["<", ">=", "=="])} {rng.choice(near)}
                || {rng.choice(["odd", "!odd", "true"])}
        """)

    def edge_locals(self):
        """Locals that are read, overwritten, assigned to themselves and forgotten around steps."""
        rng, n = self.rng, self.types[0][3] + 1
        forms = [
            "step",
            "step",
            "v = v",
            "w = w",
            f"v = (w + 1) % {n}",
            f"w = (v + 1) % {n}",
            "v = 0",
            "kept = v",
            "kept = w",
            "if v == 0 { w = v }",
            "w = v",
            "if w == w { v = w }",
            "if kept == 0 { step }",
        ]
        body = [rng.choice(forms) for _ in range(rng.randint(3, 6))]
        lines = ["var v: Page = x", "var w: Page = x", *body, "kept = " + rng.choice("vw0")]
        self.add("state { kept: Page }")
        inner = "\n".join("        " + line for line in lines)
        self.declarations.append(
            f"process local {{\n    choose {{ any(x: Page) => {{\n{inner}\n    }} }}\n}}"
        )

    def edge_symmetric(self):
        """Values of a symmetric type in sets, queues, arrays and optionals."""
        self.add(self.rng.choice(SYMMETRIC_SPECS))
