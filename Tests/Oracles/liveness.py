#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random properties of endless runs, decided by a search for fair cycles in the reference's graph and by the
checker."""

import os
import re

from exploration_expressions import BOOL, LOCK, Expressions, Variable, type_text
from exploration_statements import Statements
from reference.errors import NotUnderstood, RunTimeError
from reference.explorer import explore
from reference.program import Program
from reference.temporal import violated
from running import Checker, Tally, options, violation

# Every form of the table in 'Endless runs'.
FORMS = [
    "{p} leads_to {q}",
    "{p} leads_to {q}",
    "always ({p} implies eventually {q})",
    "always eventually {q}",
    "always eventually {q}",
    "eventually always {q}",
    "eventually {q}",
    "always ({p} implies always {q})",
    "always ({p} implies always eventually {q})",
    "always ({p} implies eventually always {q})",
    "{p} implies eventually {q}",
    "{p} implies always {q}",
    "{p} implies always eventually {q}",
    "{p} implies eventually always {q}",
    "always {q}",
]


class Writer:
    """A program of few states whose processes compete for locks, wait for each other and enter operations."""

    def __init__(self, rng):
        self.rng = rng
        count = ("interval", "Count", 0, rng.randint(1, 2))
        self.types = [count]
        self.lines = [f"type Count = 0 ... {count[3]}"]
        if rng.random() < 0.2:
            self.types.append(("symmetric", "Cpu", 2))
            self.lines.append("type Cpu = symmetric 2")
        self.e = Expressions(rng, self.types, [], {}, 0)
        self.e.wraps = False
        kinds = [BOOL, BOOL, count, count, ("queue", count, 1), ("array", count, BOOL)]
        if len(self.types) > 1:
            kinds += [("optional", self.types[1])] * 2
        for name in ["a", "b", "c"][: rng.randint(2, 3)]:
            kind = rng.choice(kinds)
            self.e.scope.append(Variable(name, kind))
            self.lines.append(f"state {{ {name}: {type_text(kind)} }}")
        self.locks = []
        if rng.random() < 0.75:
            self.locks = [Variable("lock_a", LOCK, False), Variable("lock_b", LOCK, False)][
                : rng.randint(1, 2)
            ]
            if rng.random() < 0.3:
                self.locks.append(Variable("locks", ("array", count, LOCK), False))
            self.lines += [f"state {{ {v.text}: {type_text(v.kind)} }}" for v in self.locks]
        self.faults = ["broken"] if rng.random() < 0.2 else []
        self.lines += [f"fault {f}" for f in self.faults]
        self.operations, self.names = [], []

    def block(self, parameters, length, inside):
        outer = list(self.e.scope)
        self.e.scope += [Variable(n, t, False, True) for n, t in parameters]
        writer = Statements(self.e, self.operations, self.locks, self.faults)
        writer.inside, writer.asserted = inside, lambda pad: None
        lines = []
        roll = self.rng.random()
        if not inside and self.locks and roll < 0.5:
            lines = writer.locked(2, 1) or []
        elif not inside and roll < 0.75:
            lines = writer.choice(2, 1, waits=True)
        elif not inside and roll < 0.85:
            lines = [f"    await {self.e.condition(1)}"]
        for _ in range(length if inside or not lines else length - 1):
            lines += writer.statement(1, 1)
        self.e.scope = outer
        return lines

    def signature(self):
        kinds = [t for t in self.types if self.rng.random() < 0.5]
        return [(self.e.name("p"), t) for t in kinds[:1]]

    def head(self, word, name, parameters):
        bindings = ", ".join(f"{n}: {type_text(t)}" for n, t in parameters)
        return f"{word} {name}({bindings}) {{" if bindings or word == "op" else f"{word} {name} {{"

    def write(self):
        rng = self.rng
        for i in range(rng.randint(0, 2)):
            parameters = self.signature()
            self.lines += [
                self.head("op", f"enter{i}", parameters),
                *self.block(parameters, rng.randint(1, 2), True),
                "}",
            ]
            self.operations.append((f"enter{i}", [t for _, t in parameters], None))
            self.names.append(f"enter{i}")
        for i in range(rng.randint(1, 3)):
            parameters = self.signature() if rng.random() < 0.5 else []
            self.lines += [
                self.head("process", f"proc{i}", parameters),
                *self.block(parameters, rng.randint(1, 2), False),
                "}",
            ]
            self.names.append(f"proc{i}")
        for i in range(rng.randint(1, 3)):
            formula = rng.choice(FORMS).format(p=self.e.condition(1), q=self.e.condition(1))
            fair = [n for n in self.names if rng.random() < 0.75]
            self.lines.append(
                f"property said{i}: {formula}" + (f" under fair {', '.join(fair)}" if fair else "")
            )
        self.lines.append("check c { expect holds }")
        return "\n".join(["module t", *self.lines]) + "\n"


def main():
    arguments = options(
        __doc__,
        100000,
        50,
        [
            ("--states", {"type": int, "default": 1500}),
            ("--show", {"action": "store_true", "help": "print each spec"}),
        ],
    )
    if os.environ.get("LONG_TESTS") == "1":
        arguments.budget = max(arguments.budget, 900)
    tally, checker = Tally("liveness", arguments), Checker(arguments.program)
    for seed, rng in tally.seeds():
        one(tally, checker, Writer(rng).write(), seed, arguments)
    tally.finish()


def one(tally, checker, text, seed, arguments):
    if arguments.show:
        print(text)
    try:
        program = Program.from_text(text, "c")
        result = explore(program, arguments.states, keep_graph=True)
        if result.verdict == "inconclusive":
            tally.skip("too large")
            return
        names = (
            violated(program, result)
            if result.verdict == "holds"
            else {name for _, name in result.violations}
        )
        problem = None
    except (NotUnderstood, RunTimeError) as error:
        problem = error
    answer = checker.check(checker.write(text), "c", "--threads", str(1 + seed % 2))
    if answer.code == 2:
        if "misplaced-temporal" in answer.errors:
            tally.disagree(seed, text, "the grammar has these properties", [("the checker", answer)])
            return
        tally.skip("refused")
        code = re.search(r"error\[([a-z0-9-]+)\]", answer.errors)
        tally.note(f"refused for {code.group(1) if code else 'no reason'}")
        if arguments.show:
            print(answer.errors)
        return
    if problem is not None:
        tally.skip("not understood")
        print(f"liveness: seed {seed}: the reference does not understand: {problem}")
        return
    report = answer.reports.get("c")
    if report is None or report["verdict"] == "inconclusive":
        tally.skip("no verdict")
        return
    found = violation(report)
    if (found is None) != (not names) or found is not None and found[1] not in names:
        tally.disagree(
            seed,
            text,
            f"violated are {sorted(names)} in {len(result.graph)} states",
            [("the checker", answer)],
        )
        return
    tally.agree()
    tally.note("endless runs asked" if result.verdict == "holds" else "violated before that")
    if result.verdict == "holds":
        tally.note("some endless run is bad" if names else "no endless run is bad")


if __name__ == "__main__":
    main()
