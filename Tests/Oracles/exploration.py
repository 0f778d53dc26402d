#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random specs, explored by the reference and by the checker: both engines, with and without reductions,
threads."""

import os
import re
import sys

from exploration_programs import FOCUSES, random_spec
from reference.errors import NotUnderstood, RunTimeError, TooLarge
from reference.program import Program
from running import Checker, Tally, options, steps, violation
from shipped import difference

EXACT = ["--no-symmetry", "--no-reduction"]
# Reasons for which command-line.md says that there is no compiled model.
LIMITS = ("machine word of 6", "number beyond 2^60", "more than 60 bits", "128 members", "4096 values")


def main():
    arguments = options(
        __doc__,
        100000,
        80,
        [
            ("--states", {"type": int, "default": 2000}),
            (
                "--compiled-every",
                {"type": int, "default": 8, "help": "a compiled model for each n-th spec; 0: none"},
            ),
            ("--about", {"help": "one of the foci of exploration_programs.py, for all specs"}),
            ("--show", {"action": "store_true", "help": "print each spec"}),
        ],
    )
    if os.environ.get("LONG_TESTS") == "1":
        arguments.budget = max(arguments.budget, 1800)
    tally, checker = Tally("exploration", arguments), Checker(arguments.program)
    for seed, rng in tally.seeds():
        spec = random_spec(rng, seed, arguments.about)
        if arguments.show:
            print(spec.text)
        one(tally, checker, spec, seed, arguments)
    refused, all_cases = (
        tally.skipped.get("refused", 0),
        sum(tally.skipped.values()) + tally.compared + tally.disagreed,
    )
    if all_cases >= 50 and refused > all_cases / 3:
        print("exploration: more than a third of the specs was refused: the generator is wrong")
        tally.disagreed += 1
    tally.finish()


def one(tally, checker, spec, seed, arguments):
    try:
        program = Program.from_text(spec.text, "c")
        expected = program.explore(arguments.states)
        problem = None
    except NotUnderstood as error:
        expected, problem = None, error
    except RunTimeError as error:
        expected, problem = None, error
    if expected is not None and expected.verdict == "inconclusive":
        tally.skip("too large")
        return
    file = checker.write(spec.text)
    flags = ["--engine", "interpreter", "--threads", "1", *EXACT]
    first = checker.check(file, "c", *flags, timeout=tally.left(60))
    if first.late:
        tally.skip("late")
        return
    if first.code == 2:
        tally.skip("refused")
        code = re.search(r"error\[([a-z0-9-]+)\]", first.errors)
        tally.note(f"refused for {code.group(1) if code else 'no reason'}")
        if arguments.show:
            print(first.errors)
        return
    if problem is not None:
        # The checker takes what the reference does not understand.
        tally.skip("not understood")
        print(f"exploration: seed {seed}: the reference does not understand: {problem}")
        return
    answers = [("interpreter, no reductions", first, True)]
    for how, flags, exact in runs(seed, spec.focus, arguments):
        if answers[-1][1].late:
            break
        answer = checker.check(file, "c", *flags, timeout=tally.left(60))
        if answer.code == 2 and any(text in answer.errors for text in LIMITS):
            tally.note("no compiled model")
            continue
        tally.note("compiled runs", "compiled" in how)
        answers.append((how, answer, exact))
    wrong = [
        (how, f"{problem}: {answer}")
        for how, answer, exact in answers
        if (problem := compared(expected, answer, exact))
    ]
    exactly = [answer for _, answer, exact in answers if exact and not answer.late]
    if len({inconclusive(answer) for answer in exactly}) > 1:
        # Both engines count the same rounds.
        wrong += [(how, f"one engine reaches a limit: {answer}") for how, answer, exact in answers if exact]
    if not wrong and expected.verdict == "violated" and len(expected.violations) == 1:
        wrong = as_expected(checker, spec, expected)
    if wrong:
        tally.disagree(seed, spec.text, expected, wrong)
    elif any(answer.late for _, answer, _ in answers):
        tally.skip("late")
    elif any(inconclusive(answer) for _, answer, _ in answers):
        tally.skip("inconclusive")
    else:
        tally.agree()
        tally.note(expected.verdict)
        tally.note("states", expected.states)
        tally.note(f"about {spec.focus}")
        tally.note("several initial states", len(expected.initial) > 1)


def runs(seed, focus, arguments):
    """Runs beside the interpreter without reductions: (name, options, whether counts are compared)."""
    interpreter, compiled = ["--engine", "interpreter"], ["--engine", "compiled"]
    found = [("interpreter, 2 threads", [*interpreter, "--threads", "2"], False)]
    one_left = "--no-symmetry" if seed % 2 else "--no-reduction"
    found.append((f"interpreter, {one_left}", [*interpreter, one_left], False))
    every = arguments.compiled_every
    # Seeds go through the foci in turn: another one of them is compiled in each round.
    turn = (seed + seed // len(FOCUSES)) % every == 0 if every else False
    if turn or every and (focus == "large_quantifier" or arguments.count == 1):
        found.append(("compiled", compiled, False))
        found.append(("compiled, no reductions", [*compiled, *EXACT], True))
    return found


def inconclusive(answer):
    report = answer.reports.get("c")
    return report is not None and report["verdict"] == "inconclusive"


def compared(expected, answer, exact):
    """What an answer has wrong, or None."""
    report = answer.reports.get("c")
    if answer.late:
        # How busy a machine is decides nothing; the case counts as skipped.
        return None
    if report is None:
        return "no answer"
    if report["verdict"] == "inconclusive":
        return None
    if answer.code != (0 if expected.verdict == "holds" else 1):
        return "exit code"
    if expected.unevaluable:
        # Violated, at a time of which the page does not speak.
        return None if report["verdict"] == "violated" else "verdict"
    if exact:
        return difference(expected, report)
    if report["verdict"] != expected.verdict:
        return "verdict"
    if expected.verdict == "violated":
        if violation(report) not in expected.violations:
            return "violated property"
        if expected.steps is not None and steps(report) != expected.steps:
            return "steps"
        return None
    only_symmetry = report["reductions"] and all(r.startswith("symmetry") for r in report["reductions"])
    if only_symmetry and report["represented"] not in (None, expected.states):
        return "represented"
    if not report["reductions"]:
        return difference(expected, report)
    return None


def as_expected(checker, spec, expected):
    """The same with `expect violates`: as expected within as many steps as there are, not within fewer."""
    ((kind, name),) = expected.violations
    if kind == "unreachable" or expected.unevaluable:
        # Where a `reachable` cannot be evaluated, the page does not say which of the two is told first.
        return []
    name = name or "assertion"
    wrong = []
    for within, code in ((expected.steps, 0), (expected.steps - 1, 1)):
        if within < 0:
            continue
        text = spec.text.replace("expect holds", f"expect violates {name} within {within} steps")
        answer = checker.check(checker.write(text, "expected.spec"), "c", "--engine", "interpreter")
        # Findings of the language could not be expected in earlier versions.
        if answer.code not in (code, 2) and not answer.late:
            wrong.append((f"expect violates {name} within {within} steps: exit code {answer.code}", answer))
    return wrong


if __name__ == "__main__":
    main()
