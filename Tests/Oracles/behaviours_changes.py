# SPDX-License-Identifier: MIT
"""Small changes of a program, as somebody would make them who proposes another one."""

import copy
import re

from behaviours_programs import parameters_of


def bodies(program):
    """(owner, environment, body) of all blocks of statements."""
    found = []

    def inside(owner, env, body):
        found.append((owner, env, body))
        for statement in body:
            match statement:
                case ["if", _, then, otherwise] | ["fault", then, otherwise]:
                    inside(owner, env, then)
                    inside(owner, env, otherwise)
                case ["choose", arms]:
                    for variable, t, _, arm in arms:
                        own = [(variable, f"l['{owner}.{variable}']", t)] if variable else []
                        inside(owner, env + own, arm)

    for n, (parameters, _, body) in [*program.ops.items(), *program.processes.items()]:
        inside(n, parameters_of(n, parameters), body)
    return found


def swapped(value, a, b):
    """The same with two pages for each other."""
    if isinstance(value, str):
        return re.sub(rf"\b({a}|{b})\b", lambda m: b if m[0] == a else a, value)
    if isinstance(value, (list, tuple)):
        return type(value)(swapped(v, a, b) for v in value)
    return {k: swapped(v, a, b) for k, v in value.items()} if isinstance(value, dict) else value


def change(rng, old, maker):
    """NEW: a copy of OLD with one or two small changes."""
    new = copy.deepcopy(old)
    maker.program = new
    titles = [title for _, title, _ in new.processes.values()]
    if len(set(titles)) < len(titles) and rng.random() < 0.35:
        change_processes(rng, new, maker)
        return new
    for _ in range(rng.choice((1, 1, 2, 3))):
        rng.choice(CHANGES)(rng, new, maker)
    return new


def change_pages(rng, new, maker):
    """What `up to Page` takes for the same, if it is done everywhere that is observed."""
    for part in (new.ops, new.processes):
        part.update(swapped(part, "PAGE_0", "PAGE_1"))


def change_some_pages(rng, new, maker):
    """Other pages in one place: seen where two of them are told apart."""
    _, _, body = rng.choice(bodies(new))
    for i, statement in enumerate(body):
        if rng.random() < 0.6:
            body[i] = swapped(statement, "PAGE_0", "PAGE_1")


def change_statement(rng, new, maker):
    owner, env, body = rng.choice(bodies(new))
    places = [
        i for i, s in enumerate(body) if s[0] not in ("return", "choose") and not (s[0] == "call" and s[1])
    ]
    k = rng.random()
    if places and k < 0.35:
        body[rng.choice(places)] = maker.assignment(env)
    elif places and k < 0.6:
        del body[rng.choice(places)]
    elif body and body[0][0] == "choose":
        body.insert(1, rng.choice((["step"], maker.assignment(env))))
    elif k < 0.8:
        body.insert(rng.randint(0, len(places)), ["step"])
    else:
        body.insert(0, maker.assignment(env))


def change_argument(rng, new, maker):
    calls = [(env, s) for _, env, body in bodies(new) for s in body if s[0] == "call" and s[3]]
    if calls:
        env, call = rng.choice(calls)
        call[3] = maker.call(env, call[2])[3]


def change_result(rng, new, maker):
    returns = [(owner, env, s) for owner, env, body in bodies(new) for s in body if s[0] == "return"]
    if returns:
        owner, env, statement = rng.choice(returns)
        statement[1] = maker.expression(new.ops[owner][1], env)


def change_arms(rng, new, maker):
    name = rng.choice(list(new.processes))
    arms = new.processes[name][2][0][1]
    env = parameters_of(name, new.processes[name][0])
    k = rng.random()
    if k < 0.25 and len(arms) > 1:
        del arms[rng.randrange(len(arms))]
    elif k < 0.5:
        arms.append(copy.deepcopy(rng.choice(arms)))
    elif k < 0.75:
        arms.append(maker.arm(name, env, 2))
    else:
        arm = rng.choice(arms)
        arm[2] = maker.condition(env)


def change_function(rng, new, maker):
    if new.functions:
        n = rng.choice(list(new.functions))
        parameters, result, _ = new.functions[n]
        # What it calls stands before it.
        before = dict(list(new.functions.items())[: list(new.functions).index(n)])
        every, new.functions = new.functions, before
        env = [(p, p, t) for p, t in parameters]
        weak = {"Bool": [("true", "True"), ("false", "False")], "Page?": [("none", "None")]}[result]
        expression = rng.choice(weak) if rng.random() < 0.6 else maker.expression(result, env)
        new.functions = every | {n: (parameters, result, expression)}


def change_invariant(rng, new, maker):
    """OLD's is asked of NEW all the same."""
    if new.invariants:
        n = rng.choice(list(new.invariants))
        new.invariants[n] = ("true", "True") if rng.random() < 0.5 else maker.condition([], 0)


def change_parameters(rng, new, maker):
    new.renamed.add(rng.choice(list(new.ops)))


def change_processes(rng, new, maker):
    """Each does what the other did: told apart by which process it is, not by its title."""
    if len(new.processes) == 2 and not any(p[0] for p in new.processes.values()):
        a, b = new.processes
        new.processes[a][2], new.processes[b][2] = (
            as_owner(new.processes[b][2], b, a),
            as_owner(new.processes[a][2], a, b),
        )


def as_owner(value, old, new):
    if isinstance(value, str):
        return value.replace(f"l['{old}.", f"l['{new}.")
    return type(value)(as_owner(v, old, new) for v in value) if isinstance(value, (list, tuple)) else value


CHANGES = [change_statement] * 5 + [
    change_argument,
    change_result,
    change_arms,
    change_arms,
    change_function,
    change_function,
    change_invariant,
    change_parameters,
    change_parameters,
    change_pages,
    change_pages,
    change_processes,
]
