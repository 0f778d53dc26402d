// SPDX-License-Identifier: MIT

import Core
import SpecLanguage
import TransitionSystem

/// The steps of one process declaration: a function for each region of its control graph, shared by its instances.
final class ProcessWriter {
    private let system: TransitionSystem
    private let process: Int
    private let graph: ControlGraph
    let types: TypeWriter
    let functions: FunctionWriter
    private let stateRoots: [Int: PackedPlace]
    let nodes: StepNodes
    /// Rounds at most, nodes among them, of a way past all nodes that none of them counts.
    private(set) var weight = 0
    private var waiting: [Region.Start] = []
    private var requested: [Int: ControlNode] = [:]
    private var known: Set<Region.Start> = []
    private(set) var declarations: [SourceText] = []

    init(
        _ system: TransitionSystem, process: Int, nodes: StepNodes, types: TypeWriter,
        functions: FunctionWriter, stateRoots: [Int: PackedPlace]
    ) throws(NotCompilable) {
        self.system = system
        self.process = process
        self.nodes = nodes
        graph = system.graphs[process]
        self.types = types
        self.functions = functions
        self.stateRoots = stateRoots
        weight = graph.entry.reachable.reduce(0) { $0 + uncountedRounds(of: $1) }
    }

    /// Instances of the process, by number among all.
    private var instances: [Int] {
        system.instances.indices.filter { system.instances[$0].process == process }
    }

    func write() throws(NotCompilable) {
        for location in graph.locations.indices {
            try writeArrival(at: location)
            _ = request(.leave(location: location), graph.locations[location])
        }
        while let start = waiting.popLast() { try write(start) }
        for instance in instances { try writeDispatch(instance) }
    }

    // MARK: Names

    private func request(_ start: Region.Start, _ node: ControlNode) -> String {
        if known.insert(start).inserted { waiting.append(start) }
        switch start {
        case .leave(let location): return "p\(process)_leave\(location)"
        case .run(let number, let waits):
            requested[number] = node
            return Identifiers.name(node.owner, number) + (waits ? "_waits" : "") + "_p\(process)"
        }
    }

    static func stepName(_ instance: Int) -> String { "step\(instance)" }
    static func holderName(_ instance: Int) -> String { "holder\(instance)" }

    private func arrivalName(_ location: Int) -> String { "p\(process)_arrive\(location)" }

    private func parameters(_ variables: [Core.Variable]) throws(NotCompilable) -> String {
        var texts = ["_ s: State"]
        for variable in variables {
            texts.append("_ \(Identifiers.name(variable)): \(try types.swiftType(variable.kind))")
        }
        return (texts + ["_ i: Int", "_ m: Model"]).joined(separator: ", ")
    }

    private func arguments(_ variables: [Core.Variable], instance: String = "i") -> String {
        (["s"] + variables.map { Identifiers.name($0) } + [instance, "m"]).joined(separator: ", ")
    }

    func call(_ node: ControlNode, waits: Bool) -> String {
        "\(request(.run(node: node.number, waits: waits), node))(\(arguments(nodes.live(at: node))))"
    }

    // MARK: Arrival and departure

    /// The instance comes to rest: its location and what is live there replace what was packed before.
    private func writeArrival(at location: Int) throws(NotCompilable) {
        let variables = nodes.live(atLocation: location)
        let parameters = try parameters(variables)
        var source = SourceText()
        source.line("@inline(__always)")
        source.block("func \(arrivalName(location))(\(parameters))") { source in
            source.line("var s = s")
            source.block("switch i") { source in
                for (position, number) in instances.enumerated() {
                    source.line(position == instances.count - 1 ? "default:" : "case \(number):")
                    writeLocals(of: system.layout.instances[number], location, variables, &source)
                }
            }
            source.line("emit(s, m)")
        }
        declarations.append(source)
    }

    private func writeLocals(
        of packed: StateLayout.Instance, _ location: Int, _ variables: [Core.Variable],
        _ source: inout SourceText
    ) {
        var masks: [Int: UInt64] = [:]
        for leaf in packed.liveLeaves.joined() + [packed.locationLeaf] {
            masks[leaf.word, default: 0] |= leaf.mask << leaf.shift
        }
        for (word, mask) in masks.sorted(by: { $0.key < $1.key }) where mask != 0 {
            source.line("    s.w\(word) &= 0x\(String(~mask, radix: 16))")
        }
        if location != 0 {
            source.line(
                "    s.w\(packed.locationLeaf.word) |= 0x\(String(UInt64(location) << packed.locationLeaf.shift, radix: 16))"
            )
        }
        for (variable, place) in zip(variables, packed.livePlaces[location]) {
            source.line(
                "    " + types.store(Identifiers.name(variable), variable.kind, to: PlaceText(place)))
        }
        source.line("    break")
    }

    /// From the packed location to the region that leaves it.
    private func writeDispatch(_ instance: Int) throws(NotCompilable) {
        let packed = system.layout.instances[instance]
        let leaf = packed.locationLeaf
        let location = "(s.w\(leaf.word) &>> \(leaf.shift)) & \(leaf.mask)"
        var cases = SourceText()
        var holders = SourceText()
        for number in graph.locations.indices {
            let node = graph.locations[number]
            var loads = SourceText()
            for variable in nodes.live(at: node) {
                loads.line(
                    "let \(Identifiers.name(variable)): \(try types.swiftType(variable.kind)) = \(try initialValue(variable, instance, number))"
                )
            }
            cases.line("case \(number):")
            cases.append(loads)
            cases.line(
                "\(request(.leave(location: number), node))(\(arguments(nodes.live(at: node), instance: "\(instance)")))"
            )
            if number > 0, case .acquire(let place, _) = nodes.departure(from: node) {
                let writer = makeWriter()
                let lock = try writer.packedPlace(of: place)
                holders.line("case \(number):")
                holders.append(loads)
                holders.append(writer.body)
                holders.line("return \(try types.load(.lock, from: lock)) - 1")
            }
        }
        var source = SourceText()
        source.line("@inline(__always)")
        source.block("func \(Self.stepName(instance))(_ s: State, _ m: Model) throws(Trouble)") { source in
            source.block("switch \(location)") { source in
                source.append(cases)
                source.line("default: break")
            }
        }
        if !holders.isEmpty {
            source.line(
                "/// The instance that holds the lock this one waits for; -1 where it waits for none.")
            source.block("func \(Self.holderName(instance))(_ s: State, _ m: Model) throws(Trouble) -> Int") {
                source in
                source.block("switch \(location)") { source in
                    source.append(holders)
                    source.line("default: return -1")
                }
            }
        }
        declarations.append(source)
    }

    private func initialValue(
        _ variable: Core.Variable, _ instance: Int, _ location: Int
    ) throws(NotCompilable) -> String {
        let parameters = system.spec.processes[process].parameters
        if let number = parameters.firstIndex(where: { $0.number == variable.number }) {
            let value = system.instances[instance].arguments[number]
            let constant = Core.Constant(value, parameters[number].type)
            return try makeWriter().literal(constant, variable.kind).text
        }
        guard
            let number = nodes.live(atLocation: location).firstIndex(where: { $0.number == variable.number })
        else {
            // Live at the start of a round only where no path reads it.
            return try types.zero(variable.kind)
        }
        return try types.load(
            variable.kind, from: PlaceText(system.layout.instances[instance].livePlaces[location][number]))
    }

    /// Whether some location of this process waits for a lock.
    var hasLocks: Bool {
        graph.locations.dropFirst().contains { if case .acquire = $0.kind { true } else { false } }
    }

    // MARK: Regions

    func makeWriter() -> ExpressionWriter {
        ExpressionWriter(types: types, functions: functions, stateRoots: stateRoots)
    }

    private func write(_ start: Region.Start) throws(NotCompilable) {
        let writer = makeWriter()
        let name: String
        let node: ControlNode
        switch start {
        case .leave(let location):
            node = graph.locations[location]
            name = request(start, node)
            try writeDeparture(from: node, writer)
        case .run(let number, let waits):
            guard let known = requested[number] else { preconditionFailure("requested with its node") }
            node = known
            name = request(start, node)
            try writeRegion(Region(from: node), waits: waits, writer)
        }
        let live = nodes.live(at: node)
        var source = SourceText()
        source.block("func \(name)(\(try parameters(live)))") { source in
            guard writer.canFail else { return source.append(writer.body) }
            source.block("do throws(Trouble)") { $0.append(writer.body) }
            source.line("catch { fail(m, error) }")
        }
        declarations.append(source)
    }

    private func writeDeparture(from location: ControlNode, _ writer: ExpressionWriter) throws(NotCompilable)
    {
        writer.isCounting = departureRounds(of: location) > CountedRounds.uncountedInNodeMax
        switch nodes.departure(from: location) {
        case .step(let next): writer.body.line(call(next, waits: true))
        case .acquire(let place, let next):
            writer.body.line("var s = s")
            let lock = try writer.packedPlace(of: place)
            writer.body.line("if \(try types.load(.lock, from: lock)) != 0 { return }")
            writer.body.line(types.store("(i + 1)", .lock, to: lock))
            writer.body.line(call(next, waits: false))
        case .await(let condition, let next):
            let test = try writer.value(condition)
            writer.body.line("if \(test.text) { \(call(next, waits: false)) }")
        case .start: writer.body.line(call(location, waits: true))
        }
    }

    private func writeRegion(_ region: Region, waits: Bool, _ writer: ExpressionWriter) throws(NotCompilable)
    {
        writer.body.line("var s = s")
        let live = Set(nodes.live(at: region.start).map(\.number))
        for variable in assigned(in: region).sorted(by: { $0.number < $1.number }) {
            let name = Identifiers.name(variable)
            let initial = live.contains(variable.number) ? name : try types.zero(variable.kind)
            writer.body.line("var \(name): \(try types.swiftType(variable.kind)) = \(initial)")
        }
        guard !region.blocks.isEmpty else { return try write(region.start, region, waits: waits, writer) }
        writer.body.line("var block = \(region.blocks[region.start.number] ?? 0)")
        let (cases, _) = try writer.aside { () throws(NotCompilable) in
            if region.blocks[region.start.number] == nil {
                writer.body.line("case 0:")
                try write(region.start, region, waits: waits, writer)
            }
            for (index, node) in region.blockNodes.enumerated() {
                writer.body.line(index == region.blockNodes.count - 1 ? "default:" : "case \(index + 1):")
                if region.hasLoop { writer.count(weight(of: region)) }
                try write(node, region, waits: false, isBlock: true, writer)
            }
        }
        writer.body.block("run: while true") { source in
            source.block("switch block") { $0.append(cases) }
        }
    }

    private func assigned(in region: Region) -> [Core.Variable] {
        var variables: [Int: Core.Variable] = [:]
        func note(_ statements: [Core.Statement]) {
            Core.Block(statements).visit { statement in
                for variable in statement.writtenVariables where variable.role == .local {
                    variables[variable.number] = variable
                }
            }
        }
        for node in region.nodes {
            switch nodes[node] {
            case .run(let statements, _): note(statements)
            case .enter(_, let arguments, _):
                for (parameter, _) in arguments { variables[parameter.number] = parameter }
            case .branch(let branch): note(branch.before + branch.taken)
            case .finish, .location, .release, .choose, .fault: break
            }
        }
        return Array(variables.values)
    }

    /// Writes a node and what follows, up to a jump or a return.
    private func write(
        _ node: ControlNode, _ region: Region, waits: Bool, isBlock: Bool = false, _ writer: ExpressionWriter
    ) throws(NotCompilable) {
        if !isBlock, let block = region.blocks[node.number] {
            writer.body.line("block = \(block)")
            writer.body.line("continue run")
            return
        }
        writer.isCounting = rounds(of: node) > CountedRounds.uncountedInNodeMax
        func go(_ next: ControlNode) throws(NotCompilable) { try write(next, region, waits: false, writer) }
        switch nodes[node] {
        case .finish: writer.body.line("\(arrivalName(0))(s, i, m); return")
        case .location:
            let location = graph.locationNumber(of: node)
            writer.body.line(
                "\(arrivalName(location))(\(arguments(nodes.live(atLocation: location)))); return")
        case .run(let statements, let next):
            try writer.write(statements)
            try go(next)
        case .release(let place, let next):
            let lock = try writer.packedPlace(of: place)
            writer.require(Operand("\(try types.load(.lock, from: lock)) == i + 1"))
            writer.body.line(types.store("0", .lock, to: lock))
            try go(next)
        case .branch(let branch):
            try writer.write(branch.before)
            let test = try writer.value(branch.condition)
            if test.isTrue {
                try writer.write(branch.taken)
                return try go(branch.then)
            }
            try writer.block("if \(test.text)") { () throws(NotCompilable) in
                try writer.write(branch.taken)
                try go(branch.then)
            }
            try go(branch.otherwise)
        case .enter(let operation, let arguments, let next):
            try writeEntry(node, operation, arguments, next, waits: waits, writer)
        case .fault(let strikes, let passes):
            try guardingDepth(node, writer) { () throws(NotCompilable) in
                writer.body.line(call(passes, waits: false))
                writer.body.line(call(strikes, waits: false))
            }
        case .choose(let arms):
            try guardingDepth(node, writer) { () throws(NotCompilable) in
                try writeChoice(arms, waits: waits, writer)
            }
        }
    }
}
