# SPDX-License-Identifier: MIT
"""The observations of a small program as a finite automaton, and the inclusion of finite words by its
subsets.

A body is flattened into instructions, operations in place of their calls. A transition runs from one
boundary to the next; what is observed on the way becomes a chain of edges. What may be looked at in a
state is an edge from it to itself."""

import itertools
from functools import lru_cache

MOST_STATES = 1500
MOST_PAIRS = 60000


class TooLarge(Exception):
    """More states than an oracle should look at."""


class Failed(Exception):
    """A run-time error: what is observed after it is nowhere said."""


def put(array, index, value):
    return (*array[:index], value, *array[index + 1 :])


class Code:
    """The instructions of one body."""

    def __init__(self, program, space, owner, body):
        self.program, self.space, self.out = program, space, []
        self.block(owner, body, None)
        self.out.append(("end",))

    def value(self, expression):
        return eval(f"lambda s, l: {expression[1]}", self.space)

    def effect(self, python):
        code = compile(python, "statement", "exec")

        def run(s, l):
            exec(code, self.space, {"s": s, "l": l})

        return run

    def block(self, owner, body, returned):
        """`returned` collects the jumps of `return`."""
        for statement in body:
            self.statement(owner, statement, returned)

    def statement(self, owner, statement, returned):
        out = self.out
        match statement:
            case ["do", _, python]:
                out.append(("do", self.effect(python)))
            case ["step"]:
                out.append(("step",))
            case ["await", condition]:
                out.append(("await", self.value(condition)))
            case ["if", condition, then, otherwise]:
                self.fork(("unless", self.value(condition)), owner, then, otherwise, returned)
            case ["fault", then, otherwise]:
                self.fork(("fork",), owner, then, otherwise, returned)
            case ["choose", arms]:
                self.choose(owner, arms, returned)
            case ["call", local, op, arguments]:
                self.call(owner, local, op, arguments)
            case ["return", expression]:
                out.append(("leave", owner, self.value(expression)))
                returned.append(len(out))
                out.append(None)

    def fork(self, head, owner, then, otherwise, returned):
        at = len(self.out)
        self.out.append(None)
        self.block(owner, then, returned)
        jump = len(self.out)
        self.out.append(None)
        self.out[at] = (*head, len(self.out))
        self.block(owner, otherwise, returned)
        self.out[jump] = ("jump", len(self.out))

    def choose(self, owner, arms, returned):
        at, heads, jumps = len(self.out), [], []
        self.out.append(None)
        for variable, t, condition, body in arms:
            domain = range(self.program.size(t)) if variable else (None,)
            heads.append(
                (f"{owner}.{variable}" if variable else None, domain, self.value(condition), len(self.out))
            )
            self.block(owner, body, returned)
            jumps.append(len(self.out))
            self.out.append(None)
        self.out[at] = ("choose", heads)
        for jump in jumps:
            self.out[jump] = ("jump", len(self.out))

    def call(self, owner, local, op, arguments):
        parameters, result, body = self.program.ops[op]
        self.out.append(
            ("enter", op, [self.value(a) for a in arguments], [f"{op}.{p}" for p, _ in parameters])
        )
        returned = []
        self.block(op, body, returned)
        if not result:
            self.out.append(("leave", op, None))
        for jump in returned:
            self.out[jump] = ("jump", len(self.out))
        self.out.append(("forget", op, f"{owner}.{local}" if local else None))


class Behaviour:
    """The automaton of a program."""

    def __init__(self, program, observed=None, up_to=None):
        self.program = program
        self.observed = set(program.observed if observed is None else observed)
        self.up_to = tuple(program.up_to if up_to is None else up_to)
        space = {f"PAGE_{i}": i for i in range(program.pages)}
        space |= {"put": put, "F": {}}
        for n, (parameters, _, expression) in program.functions.items():
            names = "".join(f", {p}" for p, _ in parameters)
            space["F"][n] = eval(f"lambda s{names}: {expression[1]}", space)
        self.functions, self.space = space["F"], space
        self.names = list(program.state)
        self.instances = []
        for n, (parameters, _, body) in program.processes.items():
            code = Code(program, space, n, body).out
            for values in itertools.product(*(range(program.size(t)) for _, t in parameters)):
                own = tuple((f"{n}.{p}", v) for (p, _), v in zip(parameters, values))
                self.instances.append(((n, values), code, own))
        self.explore()

    def explore(self):
        start = {n: self.program.initial_value(t) for n, t in self.program.state.items()}
        code = Code(self.program, self.space, "init", self.program.initial).out
        idle = tuple((0, own) for _, _, own in self.instances)
        self.states, self.edges, self.initial = {}, [], set()
        # Nobody can go on, and somebody is inside a round.
        self.deadlock = False
        todo = []

        def known(state):
            if state not in self.states:
                if len(self.states) >= MOST_STATES:
                    raise TooLarge
                self.states[state] = self.node()
                todo.append(state)
            return self.states[state]

        for s, _, _, _ in self.run(None, code, 0, start, {}):
            self.initial.add(known((self.packed(s), idle)))
        while todo:
            state = todo.pop()
            node, values, controls = self.states[state], *state
            self.look(node, dict(zip(self.names, values)))
            stands = True
            for i, (who, code, own) in enumerate(self.instances):
                pc, locals_ = controls[i]
                for s, l, at, events in self.run(who, code, pc, dict(zip(self.names, values)), dict(locals_)):
                    stands = False
                    control = (0, own) if code[at][0] == "end" else (at, tuple(sorted(l.items(), key=repr)))
                    target = known((self.packed(s), put(controls, i, control)))
                    here = node
                    for label in events[:-1]:
                        following = self.node()
                        self.edges[here].append((label, following))
                        here = following
                    self.edges[here].append((events[-1] if events else None, target))
            self.deadlock = self.deadlock or stands and any(pc for pc, _ in controls)

    def node(self):
        self.edges.append([])
        return len(self.edges) - 1

    def packed(self, s):
        return tuple(s[n] for n in self.names)

    def look(self, node, s):
        """All that may be looked at in a state."""
        p = self.program
        for n in sorted(self.observed):
            if n in p.functions:
                parameters, result, _ = p.functions[n]
                for arguments in itertools.product(*(range(p.size(t)) for _, t in parameters)):
                    types = tuple(t for _, t in parameters)
                    self.edges[node].append(
                        (
                            (
                                "look",
                                n,
                                self.seen((*types, result), (*arguments, self.functions[n](s, *arguments))),
                            ),
                            node,
                        )
                    )
            elif n in p.state and p.state[n].startswith("["):
                index, _, of = p.state[n][1:].partition("]")
                for i, value in enumerate(s[n]):
                    self.edges[node].append((("look", n, self.seen((index, of), (i, value))), node))
            elif n in p.state:
                self.edges[node].append((("look", n, self.seen((p.state[n],), (s[n],))), node))

    def seen(self, types, values):
        return least(self.up_to, self.program.pages, types, values)

    def run(self, who, code, pc, s, l):
        """(state, locals, place, observations) of each transition from a boundary."""
        found, todo = [], [(pc, s, l, [], True)]
        while todo:
            pc, s, l, events, first = todo.pop()
            for _ in range(500):
                instruction = code[pc]
                kind = instruction[0]
                if kind == "end":
                    found.append((s, l, pc, events))
                    break
                if kind == "step":
                    found.append((s, l, pc + 1, events))
                    break
                if kind == "jump":
                    pc = instruction[1]
                    continue
                if kind == "await" and not first:
                    found.append((s, l, pc, events))
                    break
                if kind == "await":
                    if not instruction[1](s, l):
                        break
                    pc += 1
                elif kind == "do":
                    instruction[1](s, l)
                    pc += 1
                elif kind == "unless":
                    pc = pc + 1 if instruction[1](s, l) else instruction[2]
                elif kind == "fork":
                    todo.append((instruction[1], dict(s), dict(l), list(events), False))
                    pc += 1
                elif kind == "choose":
                    enabled = self.enabled(instruction[1], s, l)
                    if not enabled and not first:
                        raise Failed("no arm is enabled")
                    todo += [(at, dict(s), own, list(events), False) for at, own in enabled]
                    break
                else:
                    self.call(who, instruction, s, l, events)
                    pc += 1
                first = False
            else:
                raise Failed("endless")
        return found

    @staticmethod
    def enabled(heads, s, l):
        found = []
        for variable, domain, condition, at in heads:
            for value in domain:
                own = {**l, variable: value} if variable else l
                if condition(s, own):
                    found.append((at, dict(own)))
        return found

    def call(self, who, instruction, s, l, events):
        op = instruction[1]
        parameters, result, _ = self.program.ops[op]
        match instruction:
            case ("enter", _, arguments, names):
                values = tuple(a(s, l) for a in arguments)
                l.update(zip(names, values))
                if op in self.observed:
                    events.append(("call", who, op, self.seen(tuple(t for _, t in parameters), values)))
            case ("leave", _, value):
                if value:
                    l["result"] = value(s, l)
                if op in self.observed:
                    seen = self.seen((result,), (l["result"],)) if result else None
                    events.append(("return", who, op, seen))
            case ("forget", _, local):
                value = l.pop("result", None)
                for n in [n for n in l if n.startswith(op + ".")]:
                    del l[n]
                if local:
                    l[local] = value

    def holds(self, python, functions):
        """Whether a condition holds in all states, with the functions of another program."""
        condition = eval(f"lambda s: {python}", {**self.space, "F": functions})
        return all(condition(dict(zip(self.names, values))) for values, _ in self.states)


@lru_cache(maxsize=200000)
def least(up_to, pages, types, values):
    """What is left of values when those of some types count only by which is which: the least of all
    renamings."""
    sizes = {"Page": pages, "Dev": 2, "Mode": 2}
    found = []
    for orders in itertools.product(*(itertools.permutations(range(sizes[t])) for t in up_to)):
        names = dict(zip(up_to, orders))
        found.append(repr(tuple(renamed(t, v, names) for t, v in zip(types, values))))
    return min(found)


def renamed(t, value, names):
    if t.startswith("["):
        index, _, of = t[1:].partition("]")
        out = [None] * len(value)
        for i, v in enumerate(value):
            out[names[index][i] if index in names else i] = renamed(of, v, names)
        return tuple(out)
    match t:
        case "Page?":
            return None if value is None else renamed("Page", value, names)
        case "Set<Page>":
            return tuple(sorted(renamed("Page", v, names) for v in value))
        case "Queue<Page, 2>":
            return tuple(renamed("Page", v, names) for v in value)
        case "Entry":
            return (renamed("Page", value[0], names), value[1])
    return names[t][value] if t in names else value


def closed(behaviour, nodes):
    """With all that is reached without an observation."""
    seen, todo = set(nodes), list(nodes)
    while todo:
        for label, target in behaviour.edges[todo.pop()]:
            if label is None and target not in seen:
                seen.add(target)
                todo.append(target)
    return frozenset(seen)


def determinized(behaviour):
    """subset -> {label: subset}, and the first subset."""
    first = closed(behaviour, behaviour.initial)
    table, todo = {}, [first]
    while todo:
        subset = todo.pop()
        if subset in table:
            continue
        if len(table) > MOST_STATES:
            raise TooLarge
        moves = {}
        for node in subset:
            for label, target in behaviour.edges[node]:
                if label is not None:
                    moves.setdefault(label, set()).add(target)
        table[subset] = {label: closed(behaviour, targets) for label, targets in moves.items()}
        todo += table[subset].values()
    return table, first


def missing(one, other):
    """A shortest word of one that the other does not have, or None."""
    (left, a), (right, b) = one, other
    seen, level = {(a, b)}, [(a, b, ())]
    while level:
        following = []
        for x, y, word in level:
            for label, target in sorted(left[x].items(), key=lambda item: repr(item[0])):
                if label not in right[y]:
                    return [*word, label]
                pair = (target, right[y][label])
                if pair not in seen:
                    seen.add(pair)
                    following.append((*pair, (*word, label)))
            if len(seen) > MOST_PAIRS:
                raise TooLarge
        level = following
    return None


def relation(old, new):
    """(word, what NEW adds, what it removes)."""
    a, b = determinized(old), determinized(new)
    adds, removes = missing(b, a), missing(a, b)
    word = {
        (False, False): "equal",
        (True, False): "weaker",
        (False, True): "stricter",
        (True, True): "incomparable",
    }[adds is not None, removes is not None]
    return word, adds, removes
