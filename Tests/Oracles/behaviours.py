#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random pairs of programs for `compare`, told apart by an own construction of their finite words.

The last word of the answer is compared with the inclusion of words in both directions, and the exit code
with the invariants of OLD, asked of NEW with the functions that OLD gives them."""

import copy
import json
import random

from behaviours_automaton import Behaviour, Failed, TooLarge, relation
from behaviours_changes import change, change_some_pages
from behaviours_pages import generate_pages, see_pages
from behaviours_programs import generate, observe
from contracts_pool import Case, run


def pair(seed):
    """(kind, OLD, NEW, texts: file name -> text, the two arguments)."""
    rng = random.Random(seed)
    focus = rng.choice((None, None, promise, see_pages))
    old, maker = generate_pages(rng) if focus is see_pages else generate(rng)
    if focus:
        focus(rng, old, maker)
    for _ in range(6):
        new = copy.deepcopy(old) if focus is see_pages and rng.random() < 0.8 else change(rng, old, maker)
        if focus is promise and "right" in old.invariants and rng.random() < 0.8:
            new.functions["is_right"] = (*old.functions["is_right"][:2], ("true", "True"))
        if focus is see_pages:
            change_some_pages(rng, new, maker)
        # Most small changes change nothing that is observed.
        if rng.random() < 0.1 or is_seen(old, new, focus):
            break
    kind = rng.choices(("change", "files", "observers"), (6, 3, 1))[0]
    if kind == "change":
        module = f"pair_{seed}"
        text = "\n".join(
            [
                old.text(module),
                old.change(new, module),
                f"check old {{ use {module}; expect holds }}",
                f"check new {{ use {module} with other; expect holds }}",
                "",
            ]
        )
        return kind, old, new, {f"{module}.spec": text}, [f"{module}.spec:old", f"{module}.spec:new"]
    if kind == "observers":
        observe(rng, new)
        if (new.observed, new.up_to) == (old.observed, old.up_to):
            kind = "files"
    texts = {
        f"{n}_{seed}.spec": p.text(f"{n}_{seed}") + "\ncheck c { expect holds }\n"
        for n, p in (("old", old), ("new", new))
    }
    return kind, old, new, texts, [f"{n}:c" for n in texts]


def promise(rng, old, maker):
    """An invariant that OLD keeps, and that is said by a function."""
    try:
        behaviour = Behaviour(old)
    except (Failed, TooLarge):
        return
    for _ in range(12):
        c = maker.condition([("is_right_a", "is_right_a", "Page")])
        python = f"all({c[1]} for is_right_a in range({old.pages}))"
        if c[1].count("s[") and behaviour.holds(python, behaviour.functions):
            old.functions["is_right"] = ([("is_right_a", "Page")], "Bool", c)
            old.invariants["right"] = (
                "forall(page: Page) is_right(page)",
                f"all(F['is_right'](s, page) for page in range({old.pages}))",
            )
            return


def is_seen(old, new, focus):
    """Whether a pair is worth asking for: NEW breaks a promise, or shows something else, or other pages."""
    try:
        if focus is see_pages:
            return relation(Behaviour(old, up_to=()), Behaviour(new, up_to=()))[0] != "equal"
        a, b = Behaviour(old), Behaviour(new)
        if focus is promise:
            return any(
                a.holds(c, a.functions) and not b.holds(c, a.functions) for _, c in old.invariants.values()
            )
        return relation(a, b)[0] != "equal"
    except (Failed, TooLarge):
        return False


def expected(kind, old, new):
    """(the words that are right, whether the exit code must be 1, whether it may be, what shows it)."""
    a, b = Behaviour(old), Behaviour(new)
    word, adds, removes = relation(a, b)
    words = {word}
    if kind == "observers":
        words = set()
        for observed, up_to in (
            (old.observed, old.up_to),
            (new.observed, new.up_to),
            (old.observed + new.observed, [t for t in old.up_to if t in new.up_to]),
            (old.observed + new.observed, sorted({*old.up_to, *new.up_to})),
        ):
            words.add(relation(Behaviour(old, observed, up_to), Behaviour(new, observed, up_to))[0])
    must = may = b.deadlock and not a.deadlock
    if a.deadlock:
        # Where runs of OLD end, nothing is said to hold of it.
        return words, False, True, (adds, removes)
    for n, (_, python) in old.invariants.items():
        if a.holds(python, a.functions):
            must = must or not b.holds(python, a.functions)
            may = may or not b.holds(new.invariants[n][1], b.functions)
    return words, must, may or must, (adds, removes)


def ask(checker, texts, arguments):
    for name, text in texts.items():
        checker.write(text, name)
    out = checker.path / "answer.json"
    out.unlink(missing_ok=True)
    code, text, errors = checker.run(
        ["compare", *arguments, "--threads", "1", "--engine", "interpreter", "--no-cache", "--json", out],
        timeout=120,
    )
    for name in texts:
        (checker.path / name).unlink()
    word = json.loads(out.read_text())["relation"] if code in (0, 1, 3) and out.exists() else None
    if word and text.split()[-1] != word:
        word = f"{word}, but the last word is '{text.split()[-1]}'"
    return {"code": code, "text": text + errors, "relation": word}


def judge(kind, known, answer):
    words, must, may, shows = known
    if kind == "observers" and answer["code"] == 2 and "observe" in answer["text"]:
        return None
    if answer["code"] not in (0, 1, 3):
        return f"no answer, exit code {answer['code']}"
    if answer["relation"] == "inconclusive":
        return None
    if answer["relation"] not in words:
        return f"'{answer['relation']}', but it is {' or '.join(sorted(words))}: (adds, removes) = {shows}"
    if must and answer["code"] == 0:
        return "exit code 0, but NEW deadlocks, or violates what held, with the functions that OLD gives it"
    if answer["code"] == 1 and not may:
        return "exit code 1, but no invariant that held is violated, and no deadlock is new"
    return None


def case(seed, checker):
    kind, old, new, texts, arguments = pair(seed)
    text = "\n".join(f"// {n}\n{t}" for n, t in texts.items())
    try:
        known = expected(kind, old, new)
    except Failed:
        return Case(kind, skipped="run-time error")
    except TooLarge:
        return Case(kind, skipped="too large")
    answer = ask(checker, texts, arguments)
    if answer["code"] is None:
        return Case(kind, skipped="no answer in time")
    return Case(
        kind,
        text,
        "/".join(sorted(known[0])),
        answer["text"],
        judge(kind, known, answer),
        left_open=answer["relation"] == "inconclusive",
    )


if __name__ == "__main__":
    run("behaviours", __doc__, case, {"change": 0.05, "files": 0.05}, count=150, budget=40, long_count=600)
