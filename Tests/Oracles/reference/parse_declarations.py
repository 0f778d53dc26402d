# SPDX-License-Identifier: MIT
"""Declarations and files (language.md, 'Declarations', 'Programs', 'Endless runs', 'Grammar')."""

from .errors import NotUnderstood
from .parse_statements import StatementParser
from .syntax import Node


class DeclarationParser(StatementParser):

    def file(self):
        """The module of a file: name, imports (lists of parts), declarations."""
        line = self.token.line
        self.expect("module")
        name, imports = self.name(), []
        if self.take("implements"):
            self.names()
        while self.take("import"):
            absolute = self.take("/")
            parts = [self.import_part()]
            while self.at("/") and not self.token.fresh:
                self.next()
                parts.append(self.import_part())
            imports.append((absolute, parts))
        declarations = []
        while self.token.kind != "end":
            if not self.take(";"):
                declarations.append(self.declaration())
        return Node("module", line, name=name, imports=imports, declarations=declarations)

    def import_part(self):
        if self.at("."):
            self.next()
            self.expect(".")
            return ".."
        return self.word()

    def names(self):
        found = [self.name()]
        while self.take(","):
            found.append(self.name())
        return found

    def declaration(self):
        token = self.token
        method = getattr(self, "declare_" + token.text, None)
        if token.kind != "keyword" or method is None:
            self.fail("a declaration is missing")
        self.next()
        return method(token.line)

    def declare_const(self, line):
        name, kind = self.name(), None
        if self.take(":"):
            kind = self.type()
        self.expect("=")
        return Node("const", line, name=name, type=kind, value=self.expression())

    def declare_type(self, line):
        name = self.name()
        self.expect("=")
        return Node("type", line, name=name, type=self.type())

    def declare_enum(self, line):
        name = self.name()
        self.expect("{")
        cases = []
        while not self.at("}"):
            cases.append(self.name())
            self.take(",")
        self.expect("}")
        return Node("enum", line, name=name, cases=cases)

    def declare_struct(self, line):
        name = self.name()
        self.expect("{")
        return Node("struct", line, name=name, fields=self.bindings("}"))

    def declare_fault(self, line):
        return Node("fault", line, name=self.name())

    def declare_state(self, line):
        self.expect("{")
        variables = []
        while not self.at("}"):
            here, name, value = self.token.line, self.name(), None
            self.expect(":")
            kind = self.type()
            if self.take("="):
                value = self.expression()
            self.take(",")
            variables.append(Node("variable", here, name=name, type=kind, value=value))
        self.expect("}")
        return Node("state", line, name=None, variables=variables)

    def declare_init(self, line):
        return Node("init", line, name=None, body=self.block())

    def declare_fn(self, line):
        name = self.name()
        self.expect("(")
        parameters = self.bindings(")")
        self.expect("->")
        result, requires, ensures, body = self.type(), [], [], None
        while self.at("requires", "ensures"):
            if self.take("requires"):
                requires.append(self.expression())
            else:
                self.next()
                ensures.append(self.ensures())
        if self.take("="):
            here = self.token.line
            body = [Node("return", here, value=self.expression())]
        elif self.at("{"):
            body = self.block()
        return Node(
            "fn",
            line,
            name=name,
            parameters=parameters,
            result=result,
            requires=requires,
            ensures=ensures,
            body=body,
        )

    def ensures(self):
        """(case, name of the value, condition): case is some, none or None."""
        if (
            self.at("some")
            and self.ahead().text == "("
            and self.ahead(3).text == ")"
            and self.ahead(4).text == ":"
        ):
            self.next()
            self.next()
            name = self.name()
            self.next()
            self.next()
            return ("some", name, self.expression())
        if self.at("none") and self.ahead().text == ":":
            self.next()
            self.next()
            return ("none", None, self.expression())
        return (None, "result", self.expression())

    def declare_op(self, line):
        name = self.name()
        self.expect("(")
        parameters, result, body = self.bindings(")"), None, None
        if self.take("->"):
            result = self.type()
        if self.at("{"):
            body = self.block()
        return Node("op", line, name=name, parameters=parameters, result=result, body=body)

    def declare_process(self, line):
        name, parameters, title = self.name(), [], None
        if self.take("("):
            parameters = self.bindings(")")
        if self.take("as"):
            title = self.next().text[1:-1]
        return Node("process", line, name=name, parameters=parameters, title=title, body=self.block())

    def declare_invariant(self, line):
        name = self.name()
        self.expect(":")
        return Node("invariant", line, name=name, condition=self.expression())

    def declare_reachable(self, line):
        node = self.declare_invariant(line)
        node.kind = "reachable"
        return node

    def declare_property(self, line):
        name, fair = self.name(), []
        self.expect(":")
        formula = self.temporal()
        if self.take("under"):
            self.expect("fair")
            fair = self.names()
        return Node("property", line, name=name, formula=formula, fair=fair)

    def temporal(self):
        """`always`, `eventually`, `leads_to`, `implies` above conditions on one state (kind `now`)."""
        line = self.token.line
        if self.at("always", "eventually"):
            kind = self.next().text
            return Node(kind, line, of=self.temporal())
        here = self.position
        try:
            left = Node("now", line, condition=self.binary(0))
        except NotUnderstood:
            self.position = here
            self.expect("(")
            left = self.temporal()
            self.expect(")")
            return left
        if self.take("leads_to"):
            return Node("leads_to", line, left=left.condition, right=self.expression())
        if self.take("implies"):
            right = self.temporal()
            if right.kind == "now":
                whole = Node("implies", line, left=left.condition, right=right.condition)
                return Node("now", line, condition=whole)
            return Node("temporal implies", line, left=left.condition, right=right)
        return left

    def declare_observe(self, line):
        name, types = self.name(), []
        self.expect(":")
        shown = self.names()
        if self.take("up"):
            self.expect("to")
            types = self.names()
        return Node("observe", line, name=name, shown=shown, types=types)

    def declare_interface(self, line):
        name = self.name()
        self.expect("{")
        signatures = []
        while not self.at("}"):
            if not self.take(";"):
                signatures.append(self.declaration())
        self.expect("}")
        return Node("interface", line, name=name, signatures=signatures)

    def declare_change(self, line):
        """`edits` are pairs of a verb (add, replace, remove) and a declaration (remove: its kind and name).
        """
        name = self.name()
        self.expect("on")
        module, edits = self.name(), []
        self.expect("{")
        while not self.at("}"):
            if self.take(";"):
                continue
            if self.take("remove"):
                kind = self.word()
                edits.append(("remove", Node("removal", self.token.line, of=kind, name=self.name())))
            else:
                verb = "replace" if self.take("replace") else "add"
                edits.append((verb, self.declaration()))
        self.expect("}")
        return Node("change", line, name=name, module=module, edits=edits)

    def declare_check(self, line):
        node = Node(
            "check", line, name=self.word(), use=None, on=None, changes=[], settings=[], expected=None
        )
        self.expect("{")
        while not self.at("}"):
            if self.take(";"):
                continue
            if self.take("use"):
                node.use = self.name()
                if self.take("on"):
                    node.on = self.name()
                if self.take("with"):
                    node.changes += self.names()
            elif self.take("set"):
                node.settings.append(self.setting())
                while self.take(","):
                    node.settings.append(self.setting())
            else:
                self.expect("expect")
                node.expected = self.expectation()
        self.expect("}")
        return node

    def setting(self):
        name = self.name()
        self.expect("=")
        return (name, self.expression())

    def expectation(self):
        verb, words = self.word(), []
        if verb == "violates":
            words = [self.word()]
            if self.take("within"):
                words.append(self.next().text)
                self.expect("steps")
        return (verb, *words)

    def skipped(self, line, kind):
        """A proof or a matrix: this implementation does not look at them."""
        name, depth = self.word(), 0
        while True:
            token = self.next()
            depth += (token.text == "{") - (token.text == "}") if token.kind == "symbol" else 0
            if depth == 0:
                return Node(kind, line, name=name)

    def declare_proof(self, line):
        return self.skipped(line, "proof")

    def declare_matrix(self, line):
        return self.skipped(line, "matrix")


def parse(text):
    return DeclarationParser(text).file()
