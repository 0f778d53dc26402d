#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random proofs by induction for any size. What is 'proved' must hold in every state that the reference
reaches at the sizes 1, 2 and 3, and there must be an initial state to speak of."""

import json
import random

from contracts_pool import Case, run
from induction_programs import program
from reference.errors import NotUnderstood, RunTimeError, TooLarge
from reference.program import Program

SIZES = (1, 2, 3)
MOST_STATES = 1500


def explored(text, names, size):
    """(whether there is an initial state, which conditions fail somewhere). Steps that end in an error are
    left out."""
    p = Program.from_text(text, settings={"N": size})
    try:
        todo = list(p.initial_states())
    except RunTimeError:
        return False, set()
    seen, broken = set(todo), set()
    is_some = bool(todo)
    while todo:
        state = todo.pop()
        broken |= {n for n in names - broken if not p.evaluate(state, n, [])}
        for transition in p.successors(state):
            if transition.state is not None and transition.state not in seen:
                if len(seen) >= MOST_STATES:
                    raise TooLarge("states")
                seen.add(transition.state)
                todo.append(transition.state)
    return is_some, broken


def chosen(rng, text, candidates):
    """Some conditions for a proof, and what is true of them: mostly those that hold at size 2."""
    functions = {f"says_{i}": c for i, c in enumerate(candidates)}
    whole = text + "\n".join(f"fn {n}() -> Bool = {c}" for n, c in functions.items()) + "\n"
    results = {size: explored(whole, set(functions), size) for size in SIZES}
    holding = [n for n in functions if n not in results[2][1]]
    names = rng.sample(holding, min(len(holding), rng.choice((1, 2, 2, 3)))) if rng.random() < 0.85 else []
    names = names or [rng.choice(list(functions))]
    broken = {size: sorted(set(names) & found) for size, (_, found) in results.items()}
    return {n: functions[n] for n in names}, broken, any(some for some, _ in results.values())


def case(seed, checker):
    rng = random.Random(seed)
    module = f"induction_{seed}"
    text, candidates = program(rng, module)
    try:
        invariants, broken, is_some = chosen(rng, text, candidates)
    except (TooLarge, NotUnderstood) as error:
        return Case("proof", skipped=f"{type(error).__name__}: {error}"[:60])
    text += "\n".join(f"invariant {n}: {c}" for n, c in invariants.items())
    text += "\ncheck c { expect holds }\nproof p { unbounded N; "
    text += f"prove invariant {', '.join(invariants)}; expect proved }}\n"
    file, out = checker.write(text, module + ".spec"), checker.path / "answer.json"
    out.unlink(missing_ok=True)
    code, shown, errors = checker.run(
        ["check", file.name, "p", "--threads", "1", "--timeout", "3s", "--json", out]
    )
    file.unlink()
    wrong = None
    known = "nothing" if not is_some else "broken" if any(broken.values()) else "kept"
    if code is None:
        return Case("proof", skipped="no answer in time")
    if code not in (0, 1, 3):
        return Case("proof", text, known, f"exit code {code}\n{shown}{errors}", "no answer")
    report = json.loads(out.read_text())
    if report["verdict"] == "holds" and known == "broken":
        wrong = f"'{report['statement']}', but these are violated at the sizes: {broken}"
    elif report["verdict"] == "holds" and known == "nothing":
        wrong = f"'{report['statement']}', but there is no initial state at the sizes {SIZES}"
    elif "says nothing" in report["statement"] and known != "nothing":
        wrong = f"'{report['statement']}', but there are initial states"
    return Case(
        "proof",
        text,
        f"{known}, {report['verdict']}",
        shown,
        wrong,
        left_open=report["verdict"] == "inconclusive" and known != "nothing",
    )


if __name__ == "__main__":
    run("induction", __doc__, case, {"proof": 0.5}, count=80, budget=40, long_count=500)
