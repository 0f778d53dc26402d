#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Contracts of 60 to 64 bits whose verdict is known by construction: identities of arithmetic, and the same
with a mistake.

Run alone, this file decides every family at 3 bits by running all arguments: so what is 'known' is shown.
"""

import random
import sys

from contracts_functions import Function, Spec
from contracts_values import BOOL, Optional, Run, Set


def families(w, rng):
    """name -> (parameters, result, requires, ensures, spec body, Python body, whether it is kept). `M` is
    the mask of the width, `K` a small number, `P` a power of two below the last."""
    k = rng.randint(1, min(7, (1 << w.width) - 2))
    p = 1 << rng.randint(1, min(12, w.width - 1))
    mask, half = (1 << w.width) - 1, 1 << (w.width - 1)
    one, two = [("a", w)], [("a", w), ("b", w)]
    set_two = [("s", Set(w)), ("a", w), ("b", w)]
    fits = [(f"a <= {mask} - b", f"a <= {mask} - b")]
    small = [(f"a < {half}", f"a < {half}")]
    sum_, sum_py = ["return a + b"], [f"return (a + b) & {mask}"]
    equal = [("", "result", ("result == a + b", "result == a + b"))]
    twice = [("", "result", ("result == (a << 1)", "result == (a << 1)"))]
    down = [f"return a - a % {p}"]
    up = [f"return (a + {p - 1}) & ~W({p - 1})"]
    up_py = [f"return ((a + {p - 1}) & {mask}) & ({mask} ^ {p - 1})"]
    aligned = [
        (
            "",
            "result",
            (
                f"result % {p} == 0 && result >= a && result < a + {p}",
                f"result % {p} == 0 and a <= result < a + {p}",
            ),
        )
    ]
    loop = [
        "var i: W = 0",
        "while i < a invariant i <= a decreases a - i",
        "{",
        "    i = i + STEP",
        "}",
        "return i",
    ]
    loop_py = [
        "i = _n = 0",
        "while i < a:",
        "    _n += 1",
        "    if _n > 3000: raise Endless()",
        f"    i = (i + STEP) & {mask}",
        "return i",
    ]
    arrived = [("", "result", ("result == a", "result == a"))]
    run = ["return s.highest_run(a ... b)"]
    run_py = ["return highest_run(s, a, b)"]
    above = [
        (
            "some(r): ",
            "r",
            (
                "s.contains_all(r.first ... r.last) && (r.last == LAST || !s.contains(W(r.last + 1)))",
                f"contains_all(s, *r) and (r[1] == {mask} or not contains(s, r[1] + 1))",
            ),
        )
    ]
    above = [(c, b, (x.replace("LAST", str(mask)), y)) for c, b, (x, y) in above]
    touches = [
        ("some(r): ", "r", ("r.overlaps(a ... b)", "overlaps(r, a, b)")),
        ("none: ", "n", ("s.is_disjoint(a ... b)", "is_disjoint(s, a, b)")),
    ]
    step = [[line.replace("STEP", "1") for line in lines] for lines in (loop, loop_py)]
    stuck = [*step[0][:-2], f"    if i == {k} {{ i = i - 1 }}", *step[0][-2:]]
    stuck_py = [*step[1][:-1], f"    if i == {k}: i -= 1", step[1][-1]]
    return {
        "sum_that_fits": (two, w, fits, equal, sum_, sum_py, True),
        "sum_that_wraps": (two, w, [], equal, sum_, sum_py, False),
        "sum_one_too_many": (
            two,
            w,
            [(f"a <= {mask} - b + 1 && b > 0", f"a <= {mask} - b + 1 and b > 0")],
            equal,
            sum_,
            sum_py,
            False,
        ),
        "sum_of_bits": (
            two,
            w,
            [],
            [("", "result", ("result + (a & b) == (a | b)",) * 2)],
            ["return a ^ b"],
            ["return a ^ b"],
            True,
        ),
        "sum_of_bits_wrong": (
            two,
            w,
            [],
            [("", "result", ("result + (a & b) == a + b",) * 2)],
            ["return a ^ b"],
            ["return a ^ b"],
            False,
        ),
        "exact_sum_is_not_less": (
            two,
            w,
            [],
            [("", "result", ("a + b >= result",) * 2)],
            ["return a"],
            ["return a"],
            True,
        ),
        "wrapped_sum_is_not_less": (two, w, [], [("", "result", ("result >= a",) * 2)], sum_, sum_py, False),
        "exact_difference": (
            two,
            w,
            [("a < b",) * 2],
            [("", "result", ("a - b < 0 && result == a", "a - b < 0 and result == a"))],
            ["return a"],
            ["return a"],
            True,
        ),
        "shift_that_fits": (one, w, small, twice, ["return a << 1"], [f"return (a << 1) & {mask}"], True),
        "shift_that_wraps": (one, w, [], twice, ["return a << 1"], [f"return (a << 1) & {mask}"], False),
        "exact_shift": (
            one,
            w,
            [],
            [("", "result", ("(a << 1) == a * 2 && (a << 1) >= result", "(a << 1) >= result"))],
            ["return a"],
            ["return a"],
            True,
        ),
        "shift_back": (
            one,
            w,
            [],
            [("", "result", (f"result <= a && a - result < {p}", f"result <= a and a - result < {p}"))],
            [f"return (a >> {p.bit_length() - 1}) << {p.bit_length() - 1}"],
            [f"return a >> {p.bit_length() - 1} << {p.bit_length() - 1}"],
            True,
        ),
        "negation": (
            one,
            w,
            [],
            [
                (
                    "",
                    "result",
                    (
                        f"if a == 0 {{ result == 0 }} else {{ result == {mask} - a + 1 }}",
                        f"result == ({mask} - a + 1 if a else 0)",
                    ),
                )
            ],
            ["return -a"],
            [f"return -a & {mask}"],
            True,
        ),
        "negation_wrong": (
            one,
            w,
            [],
            [("", "result", (f"result == {mask} - a + 1",) * 2)],
            ["return ~a + 1"],
            [f"return -a & {mask}"],
            False,
        ),
        "aligned_down": (
            one,
            w,
            [],
            [
                (
                    "",
                    "result",
                    (
                        f"result % {p} == 0 && result <= a && a < result + {p}",
                        f"result % {p} == 0 and result <= a < result + {p}",
                    ),
                )
            ],
            down,
            down,
            True,
        ),
        "aligned_up": (one, w, [(f"a <= {mask + 1 - p}",) * 2], aligned, up, up_py, True),
        "aligned_up_wraps": (one, w, [], aligned, up, up_py, False),
        "division": (
            one,
            w,
            [],
            [
                (
                    "",
                    "result",
                    (
                        f"result * {k} <= a && a < (result + 1) * {k}",
                        f"result * {k} <= a < (result + 1) * {k}",
                    ),
                )
            ],
            [f"return a / {k}"],
            [f"return a // {k}"],
            True,
        ),
        "division_by_zero": (
            two,
            w,
            [("a > b",) * 2],
            [("", "result", ("result <= a",) * 2)],
            [f"return a / (b ^ {k})"],
            [f"return quotient(a, b ^ {k})"],
            False,
        ),
        "division_guarded": (
            two,
            w,
            [(f"b != {k}",) * 2],
            [("", "result", ("result <= a",) * 2)],
            [f"return a / (b ^ {k})"],
            [f"return quotient(a, b ^ {k})"],
            True,
        ),
        "counted": (one, w, [], arrived, step[0], step[1], True),
        "counted_and_stuck_is_endless": (
            one,
            w,
            [],
            [("", "result", ("result >= a",) * 2)],
            stuck,
            stuck_py,
            False,
        ),
        "says_nothing": (two, w, [("a < b && b < a", "a < b and b < a")], equal, sum_, sum_py, None),
        "run_is_whole": (set_two, Optional(Run(w)), [], above, run, run_py, True),
        "run_touches": (set_two, Optional(Run(w)), [], touches, run, run_py, True),
        "run_is_not_cut": (
            set_two,
            Optional(Run(w)),
            [],
            [("some(r): ", "r", ("r.last <= b", "r[1] <= b"))],
            run,
            run_py,
            False,
        ),
        "no_set_has_what_is_beyond": (
            set_two[:2],
            BOOL,
            [],
            [
                (
                    "",
                    "result",
                    (
                        f"s.contains_all(a ... {mask} + 1) implies !result",
                        f"not contains_all(s, a, {mask + 1}) or not result",
                    ),
                )
            ],
            ["return s.contains(a)"],
            ["return contains(s, a)"],
            True,
        ),
    }


def make(rng, width, family, module):
    spec = Spec(rng, 3, module)
    spec.word = type(spec.word)("W", width)
    spec.types[0] = spec.word
    # Only words stand in these.
    del spec.types[1:]
    parameters, result, requires, ensures, body, python, kept = families(spec.word, rng)[family]
    f = Function(
        "f", parameters, result, ["    " + line for line in body], ["    " + line for line in python]
    )
    f.requires, f.ensures = requires, ensures
    spec.add(f)
    spec.compile(f)
    f.loops = any("while" in line for line in body)
    known = {True: "kept", False: "broken", None: "nothing"}[kept]
    return spec, f, "endless" if family.endswith("endless") else known


def generate(rng, module):
    """(kind, spec, function, (what is true, family)) of one family at 60 to 64 bits."""
    names = [n for n in families(type_of(64), rng)]
    family = rng.choice(names)
    spec, f, known = make(rng, rng.choice((60, 61, 63, 64, 64, 64)), family, module)
    return "endless" if known == "endless" else "wide", spec, f, (known, family)


def type_of(width):
    from contracts_values import Word

    return Word("W", width)


def self_test():
    from contracts import truth

    wrong = 0
    for family in families(type_of(3), random.Random(0)):
        for seed in range(20):
            spec, f, known = make(random.Random(seed), 3, family, "m")
            found = truth(spec, f)
            if found[0] != known:
                wrong += 1
                print(f"{family} (seed {seed}) is {found[0]}, not {known}: {found[1]}\n{spec.text('')}")
                break
    print(f"{len(families(type_of(3), random.Random(0)))} families at 3 bits, {wrong} not as known")
    return wrong


if __name__ == "__main__":
    sys.exit(1 if self_test() else 0)
