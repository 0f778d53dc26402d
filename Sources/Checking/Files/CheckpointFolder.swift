// SPDX-License-Identifier: MIT

import ContentCache
import Diagnostics
import Exploration
import Foundation
import SpecLanguage

/// Where explorations are written down, to be taken up again: a file for each check.
package struct CheckpointFolder: Sendable {
    let path: String
    let interval: Duration

    /// - Parameter seconds: between two times that an exploration is written down.
    package init(path: String, everySeconds seconds: Double) {
        self.path = path
        interval = .milliseconds(Int64(seconds * 1000))
    }

    /// What an exploration has left there, and where to write.
    ///
    /// - Parameters:
    ///   - name: of the file, without its ending.
    ///   - identity: all that the states depend on.
    /// - Throws: `BadInput` where the folder cannot be used, or what is there is of something else.
    func checkpoint(named name: String, identity: String) throws(BadInput) -> Checkpoint {
        let file = "\(path)/\(name).checkpoint"
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Self.badInput("cannot make the folder '\(path)'", "name one that can be made or is there")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw Self.badInput("nothing can be written to '\(path)'", "name another folder")
        }
        sweepLeftovers()
        do throws(Checkpoint.Failure) {
            return try Checkpoint(path: file, identity: identity, interval: interval)
        } catch {
            throw Self.badInput("cannot go on from '\(file)': \(error.reason)", error.help)
        }
    }

    /// Runs that were killed while they wrote leave `NAME.checkpoint.PROCESS.tmp`.
    private func sweepLeftovers() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        where name.wholeMatch(of: #/.+\.checkpoint\.[0-9]+\.tmp/#) != nil {
            LockedFile.removeLeftover("\(path)/\(name)")
        }
    }

    /// The exploration is over: there is nothing to take up.
    func remove(_ checkpoint: Checkpoint) { unlink(checkpoint.path) }

    private static func badInput(_ message: String, _ help: String?) -> BadInput {
        BadInput([Diagnostic("bad-checkpoint", message, at: nil, help: help)], sources: SourceMap())
    }
}
