# SPDX-License-Identifier: MIT
"""Expressions and types (language.md, 'Expressions', 'Types', 'Grammar')."""

from .syntax import Cursor, Node

# By rising precedence; `implies` and comparisons are treated on their own.
LEVELS = [
    ["||"],
    ["&&"],
    ["==", "!=", "<", "<=", ">", ">="],
    ["..."],
    ["|"],
    ["^"],
    ["&"],
    ["<<", ">>"],
    ["+", "-"],
    ["*", "/", "%"],
]
COMPARISON, RUN, BITWISE = 2, 3, 4


class ExpressionParser(Cursor):

    def expression(self):
        line = self.token.line
        left = self.binary(0)
        if self.take("implies"):
            return Node("implies", line, left=left, right=self.expression())
        return left

    def binary(self, level):
        """Binary operators of this level and above, to the left; comparisons and ranges do not chain."""
        if level == len(LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        while self.token.kind == "symbol" and self.at(*LEVELS[level]):
            operator = self.next()
            right = self.binary(level + 1)
            kind = "run" if level == RUN else "binary"
            left = Node(kind, operator.line, operator=operator.text, left=left, right=right)
            if level in (COMPARISON, RUN):
                break
        return left

    def unary(self):
        if self.token.kind == "symbol" and self.at("!", "-", "~"):
            operator = self.next()
            return Node("unary", operator.line, operator=operator.text, operand=self.unary())
        return self.postfix(self.primary())

    def postfix(self, node):
        while True:
            line = self.token.line
            if self.at("[") and not self.token.fresh:
                self.next()
                index = Node("all", line) if self.take("all") else self.expression()
                self.expect("]")
                node = Node("index", line, base=node, index=index)
            elif self.at(".") and self.token.kind == "symbol":
                self.next()
                name = self.word()
                if self.at("(") and not self.token.fresh:
                    node = Node("method", line, base=node, name=name, arguments=self.arguments())
                else:
                    node = Node("member", line, base=node, name=name)
            elif self.at("(") and not self.token.fresh and node.kind == "name":
                node = Node("call", line, name=node.name, arguments=self.arguments())
            else:
                return node

    def arguments(self):
        """Pairs of a label (or None) and an expression."""
        self.expect("(")
        found = []
        while not self.at(")"):
            label = None
            if (
                self.token.kind in ("name", "keyword")
                and self.ahead().text == ":"
                and self.ahead().kind == "symbol"
            ):
                label = self.word()
                self.next()
            found.append((label, self.expression()))
            if not self.take(","):
                break
        self.expect(")")
        return found

    def primary(self):
        token = self.token
        line = token.line
        if token.kind == "number":
            self.next()
            return Node(
                "number",
                line,
                value=int(token.text.replace("_", ""), 0 if token.text[:2] in ("0x", "0X") else 10),
            )
        if token.kind == "name":
            return Node("name", line, name=self.next().text)
        if token.kind == "keyword" and token.text in ("true", "false"):
            self.next()
            return Node("boolean", line, value=token.text == "true")
        if token.kind == "keyword" and self.take("none"):
            return Node("none", line)
        if token.kind == "keyword" and token.text in ("forall", "exists"):
            self.next()
            self.expect("(")
            return Node(
                "quantifier",
                line,
                all=token.text == "forall",
                variables=self.quantified(),
                body=self.expression(),
            )
        if token.kind == "keyword" and self.take("if"):
            return self.conditional(line)
        if self.take("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if self.take("["):
            items = []
            while not self.at("]"):
                items.append(self.expression())
                if not self.take(","):
                    break
            self.expect("]")
            return Node("list", line, items=items)
        return self.fail("an expression is missing")

    def quantified(self):
        """Variables after `forall(`: `a: A, b: B` or `r in LIST`, as (name, type or None, list or None)."""
        found = []
        while not self.at(")"):
            name = self.name()
            if self.take("in"):
                found.append((name, None, self.expression()))
            else:
                self.expect(":")
                found.append((name, self.type(), None))
            if not self.take(","):
                break
        self.expect(")")
        return found

    def conditional(self, line):
        """`if` as an expression, after the word."""
        binding = None
        if self.take("let"):
            binding = self.name()
            self.expect("=")
        condition = self.expression()
        self.expect("{")
        then = self.expression()
        self.expect("}")
        otherwise = None
        if self.take("else"):
            if self.at("if"):
                here = self.next().line
                otherwise = self.conditional(here)
            else:
                self.expect("{")
                otherwise = self.expression()
                self.expect("}")
        return Node("conditional", line, binding=binding, condition=condition, then=then, otherwise=otherwise)

    # Types

    def type(self):
        line = self.token.line
        if self.take("["):
            index = self.type()
            self.expect("]")
            return Node("array type", line, index=index, element=self.type())
        found = self.simple_type()
        while self.take("?"):
            found = Node("optional type", line, of=found)
        return found

    def simple_type(self):
        line = self.token.line
        if self.take("symmetric"):
            return Node("symmetric type", line, count=self.binary(BITWISE))
        if self.take("bits"):
            self.expect("(")
            width = self.expression()
            self.expect(")")
            return Node("bits type", line, width=width)
        if (
            self.token.kind == "name"
            and self.token.text in ("Set", "Range", "List", "Queue")
            and self.ahead().text == "<"
        ):
            kind = self.next().text
            self.next()
            of, length = self.type(), None
            if kind == "Queue":
                self.expect(",")
                length = self.binary(BITWISE)
            self.expect(">")
            return Node(kind.lower() + " type", line, of=of, length=length)
        low = self.binary(BITWISE)
        if self.at("..<", "..."):
            open_end = self.next().text == "..<"
            return Node("interval type", line, low=low, high=self.binary(BITWISE), open=open_end)
        if low.kind != "name":
            self.fail("a type is missing")
        return Node("named type", line, name=low.name)

    def bindings(self, end):
        """`name: Type`, separated by commas or new lines, up to `end`."""
        found = []
        while not self.at(end):
            name = self.word()
            self.expect(":")
            found.append((name, self.type()))
            self.take(",")
        self.expect(end)
        return found
