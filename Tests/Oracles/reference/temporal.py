# SPDX-License-Identifier: MIT
"""Properties of endless runs, by a search for fair cycles (language.md, 'Endless runs').

Every property says: from each state where it begins to speak, no fair run is bad. Bad are runs on which q
never holds (`eventually q`), on which it does not hold from some state on (`always eventually q`), or fails
again and again (`eventually always q`). `always q` fails in a finite run, and every finite run goes on to a
fair one.
"""

from .errors import NotUnderstood


class Graph:
    """All reachable states, numbered, with what fairness asks: who can move, who moves, and into which
    operations."""

    def __init__(self, program, result):
        self.program = program
        self.states = list(result.graph)
        self.number = {state: i for i, state in enumerate(self.states)}
        self.initial = [self.number[state] for state in result.initial]
        # Edges (process or None, operations entered, target). A state without transitions stays for ever.
        self.edges = []
        for state in self.states:
            found = []
            for t in result.graph[state]:
                entered = frozenset(name for kind, name, _ in t.events if kind == "call")
                found.append((t.process, entered, self.number[t.state]))
            self.edges.append(found or [(None, frozenset(), self.number[state])])
        self.machines = program.machines(merged=True)

    def can_move(self, i, process):
        return any(p == process for p, _, _ in self.edges[i])

    def can_enter(self, i, process, operation):
        return any(p == process and operation in entered for p, entered, _ in self.edges[i])

    def stands_before_lock(self, i, machine):
        at, _ = self.states[i][1][machine.index]
        return machine.body.code[at].wait == "lock"

    def reachable(self, starts, allowed=None):
        """All that can be reached from `starts` through states that are allowed; these included."""
        seen = {i for i in starts if allowed is None or i in allowed}
        queue = list(seen)
        while queue:
            for _, _, j in self.edges[queue.pop()]:
                if j not in seen and (allowed is None or j in allowed):
                    seen.add(j)
                    queue.append(j)
        return seen

    def components(self, within):
        """The strongly connected components of the graph restricted to `within` (Tarjan), that have an edge
        inside."""
        index, low, on_stack, stack, found = {}, {}, set(), [], []
        for root in within:
            if root in index:
                continue
            work = [(root, iter(self.edges[root]))]
            index[root] = low[root] = len(index)
            stack.append(root)
            on_stack.add(root)
            while work:
                node, edges = work[-1]
                for _, _, j in edges:
                    if j not in within:
                        continue
                    if j not in index:
                        index[j] = low[j] = len(index)
                        stack.append(j)
                        on_stack.add(j)
                        work.append((j, iter(self.edges[j])))
                        break
                    if j in on_stack:
                        low[node] = min(low[node], index[j])
                else:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[node])
                    if low[node] == index[node]:
                        component = set()
                        while True:
                            j = stack.pop()
                            on_stack.discard(j)
                            component.add(j)
                            if j == node:
                                break
                        if len(component) > 1 or any(j == node for _, _, j in self.edges[node]):
                            found.append(component)
        return found

    def fair_states(self, within, fair, again=None):
        """The states of `within` that lie on a fair cycle inside it; the cycle meets `again`, if that is
        given."""
        found, open_parts = set(), [set(within)]
        while open_parts:
            for component in self.components(open_parts.pop()):
                if again is not None and not component & again:
                    continue
                verdict = self.fairness(component, fair)
                if verdict is None:
                    found |= component
                elif verdict:
                    open_parts.append(component - verdict)
        return found

    def fairness(self, component, fair):
        """None if a cycle through the whole component is fair; else the states to leave out, empty if that is
        no help."""
        inside = [(i, p, entered) for i in component for p, entered, j in self.edges[i] if j in component]
        moves = {p for _, p, _ in inside}
        for name in fair:
            for machine in self.machines:
                if machine.name == name and machine.index not in moves:
                    # It stands where it is all along.
                    able = {i for i in component if self.can_move(i, machine.index)}
                    if able and self.stands_before_lock(next(iter(component)), machine):
                        return able
                    if able == component:
                        return set()
                if name in self.program.operations:
                    if any(p == machine.index and name in entered for _, p, entered in inside):
                        continue
                    if all(self.can_enter(i, machine.index, name) for i in component):
                        return set()
        return None


def violated(program, result):
    """The names of the properties that some fair run breaks; `result` is an exploration with its graph."""
    graph = Graph(program, result)
    return {node.name for node in program.composition.of_kind("property") if breaks(program, graph, node)}


def holds_in(program, graph, condition):
    run = program.condition(condition)
    return {i for i, state in enumerate(graph.states) if run(state)}


def breaks(program, graph, node):
    formula, everything = node.formula, set(range(len(graph.states)))
    match formula.kind:
        case "leads_to":
            starts = holds_in(program, graph, formula.left)
            goal = holds_in(program, graph, formula.right)
            return never(graph, starts, goal, node.fair)
        case "always" if formula.of.kind == "temporal implies":
            starts = holds_in(program, graph, formula.of.left)
            return fails(program, graph, starts, formula.of.right, node.fair)
        case "always":
            return fails(program, graph, everything, formula.of, node.fair)
        case "temporal implies":
            starts = holds_in(program, graph, formula.left) & set(graph.initial)
            return fails(program, graph, starts, formula.right, node.fair)
        case "now":
            return bool(set(graph.initial) - holds_in(program, graph, formula.condition))
    return fails(program, graph, set(graph.initial), formula, node.fair)


def never(graph, starts, goal, fair):
    """Whether from one of these states a fair run exists on which the goal is never met."""
    outside = set(range(len(graph.states))) - goal
    reached = graph.reachable(starts, outside)
    return bool(graph.fair_states(reached, fair))


def fails(program, graph, starts, formula, fair):
    """Whether a fair run from one of the states breaks the formula there."""
    everything = set(range(len(graph.states)))
    if formula.kind == "now":
        return bool(starts - holds_in(program, graph, formula.condition))
    if formula.kind == "eventually" and formula.of.kind == "now":
        return never(graph, starts, holds_in(program, graph, formula.of.condition), fair)
    if formula.kind == "always" and formula.of.kind == "now":
        return bool(graph.reachable(starts) - holds_in(program, graph, formula.of.condition))
    if formula.kind == "always" and formula.of.kind == "eventually" and formula.of.of.kind == "now":
        outside = everything - holds_in(program, graph, formula.of.of.condition)
        return bool(graph.fair_states(graph.reachable(starts) & outside, fair))
    if formula.kind == "eventually" and formula.of.kind == "always" and formula.of.of.kind == "now":
        outside = everything - holds_in(program, graph, formula.of.of.condition)
        return bool(graph.fair_states(graph.reachable(starts), fair, again=outside))
    raise NotUnderstood("this form of a property")
