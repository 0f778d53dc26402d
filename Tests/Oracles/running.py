# SPDX-License-Identifier: MIT
"""What all oracles share: options, running the checker, comparing, reporting."""

import argparse
import json
import os
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def options(description, count, budget, extra=()):
    """`extra` are (flag, keywords) of options of one oracle only."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--count", type=int, default=count, help="how many cases")
    parser.add_argument("--seed", type=int, default=1, help="the first case's seed; the next has the next")
    parser.add_argument(
        "--program", default=os.environ.get("IOMMU_CHECK", str(ROOT / ".build/release/iommu-check"))
    )
    parser.add_argument("--budget", type=float, default=budget, help="seconds; no case begins later")
    parser.add_argument("--keep-going", action="store_true", help="do not stop at the first disagreement")
    for flag, keywords in extra:
        parser.add_argument(flag, **keywords)
    arguments = parser.parse_args()
    arguments.program = str(Path(arguments.program).resolve())
    return arguments


class Answer:
    """What the checker said: exit code, reports by check, text on stderr; `late` if it was stopped."""

    def __init__(self, code, reports, errors, late):
        self.code, self.reports, self.errors, self.late = code, reports, errors, late

    def __repr__(self):
        if self.late:
            return "no answer in time"
        if not self.reports:
            return f"exit code {self.code}: {self.errors.strip()[:400]}"
        return "; ".join(
            f"{r['check']}: {r['statement']} {r['explanation']} states {r['states']} transitions "
            f"{r['transitions']} depth {r['depth']} represented {r['represented']}"
            for r in self.reports.values()
        )


class Checker:
    """Runs the program, each time in a process group of its own that ends with the time-out."""

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.TemporaryDirectory(prefix="iommu-check-oracle-")
        self.path = Path(self.folder.name)
        self.runs = 0
        # A cache of its own: what an earlier program answered or compiled is asked again.
        self.environment = dict(os.environ, XDG_CACHE_HOME=str(self.path / "cache"))

    def write(self, text, name="case.spec"):
        file = self.path / name
        file.write_text(text)
        return file

    def run(self, arguments, timeout=60):
        """(exit code or None if it was late, stdout, stderr)."""
        self.runs += 1
        process = subprocess.Popen(
            [self.program, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            cwd=self.path,
            env=self.environment,
        )
        try:
            out, errors = process.communicate(timeout=timeout)
            return process.returncode, out.decode(errors="replace"), errors.decode(errors="replace")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None, "", ""

    def check(self, file, *arguments, timeout=60):
        result = self.path / "answer.json"
        result.unlink(missing_ok=True)
        code, _, errors = self.run(["check", file, *arguments, "--json", result], timeout)
        reports = {}
        if code is not None and result.exists():
            # A later check may have failed after the earlier ones were written.
            found = json.loads(result.read_text())
            reports = {r["check"]: r for r in found.get("checks", [found])}
        if code == 2:
            reports = {}
        return Answer(code, reports, errors, code is None)


def violation(report):
    """(kind, property) of a report's violation, with underscores; None if there is none."""
    if report["verdict"] != "violated":
        return None
    kind = report["kind"].replace("-", "_").replace(" ", "_")
    name = report["property"]
    if kind == "assertion" and name == "assertion":
        # It has no name in the spec.
        name = ""
    if kind in ("run_time_error", "deadlock"):
        name = name.replace("-", "_")
    return (kind, name)


def steps(report):
    """How many steps the violation takes: of the trace, as shown."""
    return None if report["trace"] is None else len(report["trace"]["steps"])


class Tally:
    """Counts cases, and ends the run: exit code 1 for a disagreement, or if nearly all were skipped."""

    def __init__(self, name, arguments):
        self.name, self.arguments = name, arguments
        self.compared = self.disagreed = 0
        self.skipped, self.began = {}, time.monotonic()
        self.notes = {}
        if not Path(arguments.program).exists():
            sys.exit(f"{name}: there is no program {arguments.program}; give --program PATH")
        print(f"{name}: seeds from {arguments.seed}, program {arguments.program}", flush=True)

    def left(self, seconds):
        """A time-out of so many seconds, or what is left of the budget and a little more."""
        rest = self.arguments.budget - (time.monotonic() - self.began)
        return max(5, min(seconds, rest + 20))

    def seeds(self):
        for seed in range(self.arguments.seed, self.arguments.seed + self.arguments.count):
            if time.monotonic() - self.began > self.arguments.budget:
                return
            yield seed, random.Random(f"{self.name} {seed}")

    def agree(self, what="compared"):
        self.compared += 1
        self.note(what)

    def note(self, what, number=1):
        self.notes[what] = self.notes.get(what, 0) + number

    def skip(self, reason):
        self.skipped[reason] = self.skipped.get(reason, 0) + 1

    def disagree(self, seed, text, expected, answers, repeat=None):
        self.disagreed += 1
        command = repeat or (
            f"python3 {shlex.quote(sys.argv[0])} --seed {seed} --count 1 --program "
            f"{shlex.quote(self.arguments.program)}"
        )
        print(f"\n{self.name}: DISAGREEMENT, seed {seed}\n{text}")
        print(f"  the oracle: {expected}")
        for how, answer in answers:
            print(f"  {how}: {answer}")
        print(f"  repeat: {command}\n", flush=True)
        if not self.arguments.keep_going:
            self.finish()

    def finish(self):
        skipped = sum(self.skipped.values())
        reasons = "".join(f", {n} {reason}" for reason, n in sorted(self.skipped.items()))
        notes = "".join(f"; {what} {n}" for what, n in sorted(self.notes.items()) if what != "compared")
        print(
            f"{self.name}: {self.compared} agree, {self.disagreed} disagree, {skipped} skipped{reasons}"
            f"{notes}; "
            f"{time.monotonic() - self.began:.0f} s",
            flush=True,
        )
        few = self.compared + self.disagreed == 0 or skipped > 4 * (self.compared + self.disagreed)
        if few:
            print(f"{self.name}: nearly all was skipped")
        sys.exit(1 if self.disagreed or few else 0)
