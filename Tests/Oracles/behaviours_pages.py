# SPDX-License-Identifier: MIT
"""Programs that fill what has pages inside, and report it `up to Page`: so renaming is asked for in sets, arrays,
queues and structs."""

from behaviours_programs import Maker, Program, parameters_of


def generate_pages(rng):
    """A program that fills what has pages inside, step by step, and reports it: `up to Page` leaves only
    which is which."""
    structures = (
        "Set<Page>",
        "Set<Page>",
        "[Dev][Page]Bool",
        "[Page]Bool",
        "Queue<Page, 2>",
        "[Page]Page?",
        "Entry",
    )
    state = {"alpha": "Num"} | {n: rng.choice(structures) for n in ("beta", "gamma")[: rng.randint(1, 2)]}
    program = Program(rng.choice((2, 2, 3)), state)
    maker = Maker(rng, program)
    program.functions["of_page"] = (
        [("of_page_a", "Page")],
        "Bool",
        maker.condition([("of_page_a", "of_page_a", "Page")], 0),
    )
    known = [t for n, t in state.items() if n != "alpha"]
    parameters = [
        (f"map_{n}", rng.choice((*known, *known, "Page", "[Page]Bool" if "[Page]Bool" in known else "Page")))
        for n in "ab"
    ]
    parameters = [(n, t) for n, t in parameters if t != "[Dev][Page]Bool"]
    result = rng.choice((None, "Page"))
    body = [["return", maker.expression("Page", parameters_of("map", parameters))]] if result else []
    program.ops["map"] = [parameters, result, body]
    arms = []
    for k in range(rng.randint(1, 2)):
        filled = [s for s in (maker.assignment([]) for _ in range(4)) if "alpha" not in str(s)][
            : rng.randint(1, 3)
        ]
        arms.append(
            [
                None,
                "Page",
                (f"alpha == {k}", f"s['alpha'] == {k}"),
                [*filled, maker.call([], "map"), ["do", f"alpha = {k + 1}", f"s['alpha'] = {k + 1}"]],
            ]
        )
    program.processes["cpu"] = [[], "CPU", [["choose", arms]]]
    return program, maker


def see_pages(rng, program, maker):
    """Observe what has pages inside, and not which."""
    inside = [n for n, t in program.state.items() if "Page" in t and t != "Page"]
    inside += [n for n, (parameters, _, _) in program.ops.items() if any("Page" in t for _, t in parameters)]
    program.observed = sorted(
        {*rng.sample(inside, min(len(inside), 2)), rng.choice([*program.ops, *program.state])}
    )
    program.up_to = rng.choice((["Page"], ["Page"], ["Page", "Dev"], ["Mode", "Page"]))
