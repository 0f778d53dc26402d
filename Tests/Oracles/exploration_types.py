# SPDX-License-Identifier: MIT
"""Types of random specs: tuples ("bool",), ("int",), ("interval", name, low, high), ("bits", name, width),
("enum", name, cases), ("symmetric", name, count), ("struct", name, fields), ("optional", T), ("set", T),
("queue", T, n), ("range", T), ("array", I, T), ("lock",).
"""

BOOL, INT, LOCK = ("bool",), ("int",), ("lock",)


def type_text(t):
    match t[0]:
        case "bool":
            return "Bool"
        case "int":
            return "Int"
        case "lock":
            return "Lock"
        case "interval":
            return t[1] or f"{t[2]} ... {t[3]}"
        case "optional":
            return type_text(t[1]) + "?"
        case "set":
            return f"Set<{type_text(t[1])}>"
        case "queue":
            return f"Queue<{type_text(t[1])}, {t[2]}>"
        case "range":
            return f"Range<{type_text(t[1])}>"
        case "array":
            return f"[{type_text(t[1])}]{type_text(t[2])}"
    return t[1]


class Variable:
    """Something that can be read: a text and its type; `assignable` is a variable of the state or a `var`."""

    def __init__(self, text, kind, assignable=True, local=False):
        self.text, self.kind, self.assignable, self.local = text, kind, assignable, local
