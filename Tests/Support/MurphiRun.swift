// SPDX-License-Identifier: MIT

/// A Murphi text, generated to C by Rumur, compiled and run.
package struct MurphiRun {
    package static let isPossible = Commands.has("rumur", "gcc")

    package let stateCount: Int
    package let errorCount: Int

    /// - Parameter errorsMax: it goes on after as many.
    package init(_ text: String, errorsMax: Int = 1) throws {
        let commands = try Commands()
        defer { commands.remove() }
        try commands.write(text, to: "model.m")
        _ = try commands.run(
            "rumur", "model.m", "-o", "model.c", "--threads", "1", "--symmetry-reduction", "off",
            "--deadlock-detection", "off", "--max-errors", "\(errorsMax)")
        _ = try commands.run("gcc", "-O1", "-mcx16", "-w", "model.c", "-o", "model", "-lpthread")
        let output = try commands.run("./model", mayFail: true)
        guard let states = output.firstMatch(of: #/([0-9]+) states,/#).flatMap({ Int($0.output.1) }) else {
            throw Commands.Failure(description: String(output.suffix(1000)))
        }
        stateCount = states
        errorCount = output.firstMatch(of: #/([0-9]+) error\(s\) found/#).flatMap { Int($0.output.1) } ?? 0
    }
}
