#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random contracts, decided by running the functions on all arguments, against what `check FILE PROOF` says
of them.

'proved' must be kept on every argument that meets `requires`, and the run must end; 'violated' must show
arguments that break the contract when they are run here; 'it says nothing' must be said where no arguments
meet `requires`, and only there. What the program leaves open is counted and bounded."""

import json
import random

import contracts_values as values
import contracts_wide
from contracts_functions import Functions, Spec
from contracts_pool import Case, run
from reference.errors import NotUnderstood, RunTimeError
from reference.program import Program

# How much may be left open: functions without loops are decided at these widths.
MOST_OPEN = {"simple": 0.03, "callee": 0.30, "loops": 0.45, "endless": 0.20, "wide": 0.20}

# On so many arguments of each function the reference is asked, too.
REFERENCE_RUNS = 6
MOST_BITS = 3


def generate(seed):
    """(kind, spec, function, what is true of all runs) of one seed."""
    rng = random.Random(seed)
    if rng.random() < 0.2:
        return contracts_wide.generate(rng, f"contract_{seed}")
    spec = Spec(rng, rng.choice((1, 2, 2, 2, 3)), f"contract_{seed}")
    functions = Functions(spec, rng)
    kind = "simple"
    for name in ("g", "h")[: rng.choice((0, 0, 1, 2))]:
        helper = functions.make(name, most=2)
        helper.contract = rng.random() < 0.4
        spec.add(helper)
        if helper.contract:
            functions.promise(helper)
            kind = "callee"
        else:
            spec.compile(helper)
        helper.total = all(spec.outcome(helper, a)[1] is None for a in helper.arguments())
    function = functions.make("f", loops=0.3)
    if function.loops:
        kind = "loops"
    spec.add(function)
    functions.promise(function)
    known = truth(spec, function)
    return "endless" if known[0] == "endless" else kind, spec, function, known


def truth(spec, function):
    """'kept', 'broken', 'endless' (broken by runs without an end alone) or 'nothing', and the arguments
    that show it."""
    met, endless = False, None
    for arguments in function.arguments():
        if not spec.met(function, arguments):
            continue
        met = True
        result, error = spec.outcome(function, arguments)
        if isinstance(error, values.Endless):
            endless = arguments
        elif error is not None or not spec.kept(function, arguments, result):
            return "broken", arguments
    if endless is not None:
        return "endless", endless
    return ("kept", None) if met else ("nothing", None)


def is_broken(spec, function, arguments):
    """Whether arguments break a contract, or that of a function called with them."""
    if not spec.met(function, arguments):
        return False
    result, error = spec.outcome(function, arguments, strict=True)
    return error is not None or not spec.kept(function, arguments, result)


def witness(spec, answer):
    """The function and the arguments that an answer shows, or None."""
    function = next((f for f in spec.functions if f.name == answer["property"]), None)
    if function is None:
        return None
    shown = dict(line.strip().split(" = ", 1) for line in answer["explanation"] if " = " in line)
    if not all(n in shown for n, _ in function.parameters):
        return None
    return function, tuple(values.read(t, shown[n]) for n, t in function.parameters)


def second_opinion(text, spec, function):
    """What the reference says otherwise of some arguments: then one of the two has misread the page."""
    if spec.word.width > MOST_BITS:
        return None
    try:
        other = Program.from_text(text).functions[function.name]
    except NotUnderstood as error:
        return f"the reference does not read it: {error}"
    every = list(function.arguments())
    for arguments in random.Random(text).sample(every, min(len(every), REFERENCE_RUNS)):
        given = [values.for_reference(t, v) for (_, t), v in zip(function.parameters, arguments)]
        result, error = spec.outcome(function, arguments)
        ours = [spec.met(function, arguments)]
        theirs = [other.requires(given)]
        if error is None:
            ours += [values.for_reference(function.result, result), spec.kept(function, arguments, result)]
        else:
            ours.append("error")
        try:
            value = other.call(given)
            theirs += [value, other.ensures(given, value)]
        except RunTimeError:
            theirs.append("error")
        if ours != theirs:
            return f"(requires, result, ensures) of {given} are {ours} here, {theirs} to the reference"
    return None


def judge(kind, spec, function, known, answer):
    """(what is wrong or None, whether it was left open)."""
    verdict, statement = answer["verdict"], answer["statement"]
    right, arguments = known
    says_nothing = "says nothing" in statement or right == "nothing" and "may say nothing" in statement
    if verdict == "holds":
        if right == "kept":
            return None, False
        return f"'{statement}', but {right} by all runs, as for {arguments}", False
    if verdict == "violated":
        try:
            found = witness(spec, answer)
        except (ValueError, KeyError) as error:
            return f"a witness that cannot be read: {error}: {answer['explanation']}", False
        if found is None:
            return f"'{statement}' without arguments that can be run: {answer['explanation']}", False
        if found[0] is spec.functions[-1] and right in ("kept", "nothing") and kind != "callee":
            return f"'{statement}', but {right} by all runs: {found[1]}", False
        if not is_broken(spec, *found):
            return (
                f"'{statement}', but {found[0].name}{found[1]} does not break it: {spec.outcome(*found)}",
                False,
            )
        return None, False
    if says_nothing != (right == "nothing"):
        if says_nothing or kind != "callee":
            return f"'{statement}', but {right} by all runs", False
    if "invariant may be too weak" in statement and not any(f.loops for f in spec.functions):
        return f"'{statement}', but there is no loop, so no invariant", False
    return None, right != "nothing"


def ask(checker, text, module):
    """The report of the proof `p`, or why there is none."""
    file, out = checker.write(text, module + ".spec"), checker.path / "answer.json"
    out.unlink(missing_ok=True)
    code, text, errors = checker.run(
        ["check", file.name, "p", "--threads", "1", "--timeout", "3s", "--json", out], timeout=120
    )
    file.unlink()
    if code is None:
        return None, None
    if code not in (0, 1, 3):
        return None, f"exit code {code}\n{text}{errors}"
    return json.loads(out.read_text()), text


def case(seed, checker):
    kind, spec, function, known = generate(seed)
    text = spec.text(f"proof p {{ prove {function.name}; expect proved }}")
    report, shown = ask(checker, text, spec.module)
    if shown is None:
        return Case(kind, skipped="no answer in time")
    wrong, left_open = judge(kind, spec, function, known, report) if report else ("no answer", False)
    return Case(
        kind, text, known[0], shown, wrong or second_opinion(text, spec, function), left_open=left_open
    )


if __name__ == "__main__":
    run("contracts", __doc__, case, MOST_OPEN, count=150, budget=60, long_count=2000)
