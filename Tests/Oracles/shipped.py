#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The specs of Specs/, explored by the reference and by the checker: verdict, steps, states, transitions."""

import os
import sys

from reference.errors import NotUnderstood, TooLarge
from reference.program import Program
from running import ROOT, Checker, Tally, options, steps, violation

SAMPLE = ["tutorial", "bugs", "misuse"]


def main():
    arguments = options(
        __doc__,
        40,
        60,
        [
            ("--specs", {"default": str(ROOT / "Specs")}),
            ("--states", {"type": int, "default": 1500}),
            ("--only", {"default": "", "help": "a part of the file's path"}),
            (
                "--sensitive",
                {
                    "action": "store_true",
                    "help": "counts that differ are a disagreement where a violation is, too",
                },
            ),
        ],
    )
    if os.environ.get("LONG_TESTS") == "1":
        arguments.count, arguments.states, arguments.budget = 100000, 20000, max(arguments.budget, 3000)
    tally, checker = Tally("shipped", arguments), Checker(arguments.program)
    from pathlib import Path
    from random import Random

    files = sorted(Path(arguments.specs).rglob("*.spec"))
    files = [f for f in files if arguments.only in str(f)]
    if arguments.count < len(files):
        Random(arguments.seed).shuffle(files)
    cases = []
    for file in files:
        try:
            cases += [(file, check) for check in Program.checks_of(file)]
        except NotUnderstood as problem:
            tally.skip(f"not understood: {problem}")
    for (file, check), (seed, _) in zip(cases, tally.seeds()):
        here = file.relative_to(arguments.specs)
        repeat = f"python3 {sys.argv[0]} --only {here} --program {arguments.program} --count 1000"
        compare(tally, checker, file, check, arguments.states, seed, repeat)
    tally.finish()


def compare(tally, checker, file, check, limit, seed, repeat):
    name = f"{file} {check}"
    try:
        expected = Program.from_file(file, check).explore(limit)
    except (NotUnderstood, TooLarge) as problem:
        print(f"{name}: not understood: {problem}")
        tally.skip("not understood")
        return
    if expected.verdict == "inconclusive":
        tally.skip("too large")
        return
    answer = checker.check(file, check, "--engine", "auto", "--no-symmetry", "--no-reduction", timeout=120)
    report = answer.reports.get(check)
    if report is None or report["verdict"] == "inconclusive":
        tally.skip("no answer")
        return
    problem = difference(expected, report)
    if problem:
        tally.disagree(seed, name, f"{problem}: {expected}", [("the checker", answer)], repeat)
    else:
        tally.agree()


def difference(expected, report):
    """What differs in a run without reductions, or None."""
    if report["verdict"] != expected.verdict:
        return "verdict"
    if expected.verdict == "violated":
        if violation(report) not in expected.violations:
            return "violated property"
        if expected.steps is not None and steps(report) != expected.steps:
            return "steps"
        if expected.steps is not None:
            return None
    for field in ("states", "transitions", "depth"):
        if report[field] != getattr(expected, field):
            return field
    return None


if __name__ == "__main__":
    main()
