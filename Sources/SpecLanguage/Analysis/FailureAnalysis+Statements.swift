// SPDX-License-Identifier: MIT

extension FailureAnalysis {
    /// What is known of a function's result, with what `variables` says of its parameters.
    ///
    /// The numbers of variables are found in passes: of one that still grows after some, its type says all there is.
    mutating func body(of function: Typed.Function) -> Facts {
        let body = function.definition.body
        for pass in 1... {
            let before = variables
            var facts = Facts()
            visit(body, into: &facts)
            if variables == before { return facts }
            guard pass >= Self.passesMax else { continue }
            for (number, bounds) in variables where before[number] != bounds {
                growing.insert(number)
                variables[number] = nil
            }
        }
        preconditionFailure("what is known of variables only shrinks")
    }

    /// Of a block of a function, whatever its variables are.
    package func rounds(of block: Typed.Block) -> Int {
        var copy = self
        copy.variables = [:]
        copy.growing = block.assignedNumbers
        var facts = Facts()
        copy.visit(block, into: &facts)
        return facts.rounds
    }

    private static var passesMax: Int { 4 }

    private mutating func visit(_ block: Typed.Block, into facts: inout Facts) {
        for statement in block.statements { visit(statement, into: &facts) }
    }

    /// Adds what a statement does; `facts.bounds` are those of what is returned.
    private mutating func visit(_ statement: Typed.Statement, into facts: inout Facts) {
        switch statement.kind {
        case .assign(let target, let value):
            let value = self.facts(of: value)
            facts.add(value)
            visit(target, into: &facts)
            if target.path.isEmpty { note(target.variable, value.bounds) }
        case .mutate(let target, let mutation, let arguments):
            visit(target, into: &facts)
            for argument in arguments {
                let argument = self.facts(of: argument)
                facts.add(argument)
                if mutation == .set(.insert), case .set(let element) = target.type,
                    let bounds = argument.bounds,
                    let members = NumberBounds.of(element), !bounds.isWithin(members)
                {
                    facts.canFail = true
                }
            }
            switch mutation {
            case .queue(.push), .queue(.pop): facts.canFail = true
            case .set(.insert), .set(.remove), .set(.clear), .queue(.clear): break
            }
        case .conditional(let condition, let then, let otherwise):
            switch condition {
            case .expression(let test): facts.add(self.facts(of: test))
            case .binding(let variable, let value):
                let value = self.facts(of: value)
                facts.add(value)
                note(variable, value.bounds)
            case .fault: break
            }
            visit(then, into: &facts)
            visit(otherwise, into: &facts)
        case .whileLoop(let condition, _, _, let body):
            facts.add(self.facts(of: condition))
            visit(body, into: &facts)
            // It may not end.
            facts.add(Facts(canFail: true, rounds: .max))
        case .forEach(let variable, let body):
            visit(body, repeated: variable.type.indexCount ?? .max, into: &facts)
        case .forInterval(let variable, let interval, let body):
            let range = self.facts(of: interval)
            facts.add(range)
            note(variable, range.bounds)
            // The loop variable takes each number as a value of its type.
            facts.canFail = facts.canFail || converted(range, to: variable.type).canFail
            let count = range.bounds.map { Int(clamping: $0.upper - $0.lower + 1) }
            visit(body, repeated: count ?? .max, into: &facts)
        case .forList(let variable, let list, let body):
            let values = self.facts(of: list)
            facts.add(values)
            note(variable, values.bounds)
            visit(body, repeated: list.listCount, into: &facts)
        case .returnValue(let value):
            guard let value else { return }
            let result = self.facts(of: value)
            facts.add(result)
            facts.bounds = NumberBounds.join(facts.bounds, result.bounds)
        case .callOperation, .step, .await, .withLock, .choose, .assert:
            preconditionFailure("functions take no steps")
        }
    }

    private mutating func visit(_ body: Typed.Block, repeated count: Int, into facts: inout Facts) {
        var round = Facts(bounds: facts.bounds)
        visit(body, into: &round)
        facts.add(round.repeated(count))
        facts.bounds = round.bounds
    }

    private mutating func visit(_ target: Typed.Target, into facts: inout Facts) {
        var type = target.variable.type
        for step in target.path {
            switch (step, type) {
            case (.element(let index), .array(_, let element)):
                facts.add(checkedIndex(index, of: type))
                type = element
            case (.everyElement, .array(_, let element)): type = element
            case (.field(let number), .structure(_, let fields)): type = fields[number].type
            case (.element, _), (.everyElement, _), (.field, _): preconditionFailure("the path was checked")
            }
        }
    }

    /// A variable also gets these numbers.
    private mutating func note(_ variable: Variable, _ bounds: NumberBounds?) {
        guard let bounds, let known = NumberBounds.of(variable.type), !growing.contains(variable.number)
        else { return }
        let values = bounds.isWithin(known) ? bounds : known
        variables[variable.number] = NumberBounds.join(variables[variable.number], values)
    }
}
