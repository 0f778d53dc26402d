# SPDX-License-Identifier: MIT
"""A run of cases in two processes. What each found is told to the tally; what was left open is bounded."""

import os
import sys
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass

from running import Checker, Tally, options

PROCESSES = 2
# Fewer cases say nothing about how much is left open.
ENOUGH = 8


@dataclass
class Case:
    """What came of one seed. `wrong` says what the program got wrong, `skipped` why nothing was asked."""

    kind: str
    text: str = ""
    known: str = ""
    answer: str = ""
    wrong: str = None
    skipped: str = None
    left_open: bool = False


class Worker:
    """The checker of one process."""

    checker = None

    @classmethod
    def begin(cls, program):
        cls.checker = Checker(program)


def run(name, description, case, most_open, count, budget, long_count):
    """`case(seed, checker)` is a Case; `most_open` gives for each kind which part may be left open."""
    arguments = options(description, count, budget)
    if os.environ.get("LONG_TESTS") == "1":
        arguments.count, arguments.budget = max(arguments.count, long_count), max(arguments.budget, 3000)
    arguments.program = os.path.abspath(arguments.program)
    tally = Tally(name, arguments)
    total, left = Counter(), Counter()
    pool = ProcessPoolExecutor(PROCESSES, initializer=Worker.begin, initargs=(arguments.program,))
    try:
        for seed, found in results(pool, case, tally):
            total[found.kind] += 1
            left[found.kind] += found.left_open
            tell(tally, seed, found)
        bound(tally, total, left, most_open)
        tally.finish()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def asked(case, seed):
    return case(seed, Worker.checker)


def results(pool, case, tally):
    """In the order of the seeds, with a few begun ahead."""
    seeds = (seed for seed, _ in tally.seeds())
    ahead = []
    while True:
        for seed in seeds:
            ahead.append((seed, pool.submit(asked, case, seed)))
            if len(ahead) >= 4 * PROCESSES:
                break
        if not ahead:
            return
        seed, future = ahead.pop(0)
        wait([future], return_when=FIRST_COMPLETED)
        yield seed, future.result()


def tell(tally, seed, found):
    if found.skipped:
        tally.skip(found.skipped)
    elif found.wrong:
        tally.disagree(seed, found.text, f"{found.known}: {found.wrong}", [("the checker", found.answer)])
    else:
        tally.agree(f"{found.kind} {found.known}" + (" left open" if found.left_open else ""))


def bound(tally, total, left, most_open):
    for kind, part in most_open.items():
        if total[kind] >= ENOUGH and left[kind] > part * total[kind]:
            print(
                f"{tally.name}: of {total[kind]} '{kind}' {left[kind]} were left open, more than {part:.0%}",
                file=sys.stderr,
            )
            tally.disagreed += 1
