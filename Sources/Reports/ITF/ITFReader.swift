// SPDX-License-Identifier: MIT

package import Diagnostics
import Findings

/// Reads what `ITFTrace` writes: the steps of a run, and what is needed to take them again.
package struct ITFReader {
    /// 64 MiB: larger files are refused before they are looked at.
    package static let bytesMax = JSONReader.bytesMax

    /// Without a run there is exactly one error.
    package static func read(
        _ source: SourceFile, id: SourceFileID, bytesMax: Int = bytesMax
    ) -> (run: RecordedRun?, diagnostics: [Diagnostic]) {
        if source.bytes.isEmpty {
            let start = Span(file: id, start: 0, end: 0)
            return (
                nil, [Diagnostic("empty-file", "the file is empty", at: start, help: RaceDiagramReader.hint)]
            )
        }
        do throws(JSONReader.Failure) {
            let root = try JSONReader.read(source, id: id, bytesMax: bytesMax)
            return (try ITFReader(root: root).run(), [])
        } catch {
            return (nil, [error.diagnostic])
        }
    }

    private let root: JSONNode

    private func run() throws(JSONReader.Failure) -> RecordedRun {
        guard root.isObject else { throw mismatch(root, "a trace is an object") }
        let states = try array("states", of: root)
        guard let meta = root["#meta"], meta["source"]?.string == "iommu-check" else {
            throw failure(
                "foreign-trace", "this trace does not say which check it belongs to",
                at: root["#meta"] ?? root,
                help: "only traces that 'iommu-check check --traces' wrote can be run again")
        }
        guard meta["version"]?.integer == ITFTrace.version else {
            throw failure(
                "trace-version", "this trace has another format version than \(ITFTrace.version)",
                at: meta["version"] ?? meta,
                help: "run the check again to write the trace anew")
        }
        let action = try text("action", of: meta)
        let lane = try text("lane", of: meta)
        var steps: [RecordedRun.Step] = []
        for state in states.dropFirst() {
            guard state.isObject else { throw mismatch(state, "a state is an object") }
            steps.append(
                RecordedRun.Step(laneTitle: try text(lane, of: state), action: try text(action, of: state)))
        }
        guard !states.isEmpty else { throw failure("bad-trace", "a trace has at least one state", at: root) }
        let kind = try text("kind", of: meta)
        guard let kind = Violation.Kind(rawValue: kind) else {
            throw failure("bad-trace", "there is no kind of violation '\(kind)'", at: meta["kind"] ?? meta)
        }
        return RecordedRun(
            source: try runSource(meta), kind: kind, property: try text("property", of: meta), steps: steps,
            loopStart: try loopStart(stateCount: states.count))
    }

    private func runSource(_ meta: JSONNode) throws(JSONReader.Failure) -> RunSource {
        var settings: [ObservedField] = []
        for setting in try array("settings", of: meta) {
            guard setting.isObject else { throw mismatch(setting, "a setting is an object") }
            let value = ObservedValue(setting: try text("value", of: setting))
            settings.append(ObservedField(name: try text("name", of: setting), value: value))
        }
        return RunSource(
            spec: try text("spec", of: meta), check: try text("check", of: meta), settings: settings,
            platform: try optionalText("platform", of: meta), group: try optionalText("group", of: meta))
    }

    private func loopStart(stateCount: Int) throws(JSONReader.Failure) -> Int? {
        guard let loop = root["loop"] else { return nil }
        if case .null = loop.content { return nil }
        guard let index = loop.integer, (0..<stateCount).contains(index) else {
            throw failure("bad-trace", "'loop' is not the index of a state", at: loop)
        }
        return index
    }

    // MARK: Members

    private func member(_ name: String, of node: JSONNode) throws(JSONReader.Failure) -> JSONNode {
        guard let member = node[name] else {
            throw failure("bad-trace", "the member '\(name)' is missing here", at: node)
        }
        return member
    }

    private func array(_ name: String, of node: JSONNode) throws(JSONReader.Failure) -> [JSONNode] {
        let member = try member(name, of: node)
        guard let elements = member.elements else { throw mismatch(member, "'\(name)' is an array") }
        return elements
    }

    private func text(_ name: String, of node: JSONNode) throws(JSONReader.Failure) -> String {
        let member = try member(name, of: node)
        guard let text = member.string else { throw mismatch(member, "'\(name)' is a string") }
        return text
    }

    private func optionalText(_ name: String, of node: JSONNode) throws(JSONReader.Failure) -> String? {
        if let member = node[name], case .null = member.content { return nil }
        return node[name] == nil ? nil : try text(name, of: node)
    }

    private func mismatch(_ node: JSONNode, _ rule: String) -> JSONReader.Failure {
        failure("bad-trace", "\(rule), this is \(node.title)", at: node)
    }

    private func failure(
        _ name: String, _ message: String, at node: JSONNode,
        help: String = "use the file as 'iommu-check check --traces' wrote it"
    ) -> JSONReader.Failure {
        JSONReader.Failure(diagnostic: Diagnostic(name, message, at: node.span, help: help))
    }
}
