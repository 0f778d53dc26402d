// SPDX-License-Identifier: MIT

import Diagnostics
import Foundation

/// Which files a trace may name. A trace comes from a mail or from a stranger's tree: what it names is opened only below
/// the current directory or the trace's own folder, symbolic links followed. Whoever runs the program can name any file.
struct TraceReach {
    private let roots: [String]

    /// - Parameter trace: its path, as the user wrote it.
    init(of trace: String) {
        let folder = trace.folderOfPath
        roots = [".", folder.isEmpty ? "." : folder].compactMap { SpecRoot.resolve($0) }
    }

    /// - Throws: where the file lies elsewhere; nothing of it has been read.
    func verify(_ path: String, what: String, option: String) throws(BadInput) {
        let lexical = URL(fileURLWithPath: path).standardizedFileURL.path
        let resolved = SpecRoot.resolve(path) ?? lexical
        let isInside = roots.contains { resolved.hasPrefix($0 == "/" ? "/" : $0 + "/") }
        guard !isInside else { return }
        throw BadInput(
            Diagnostic(
                "outside-root",
                "the trace names the \(what) '\(path)', which is neither below the current directory nor beside the trace",
                at: nil, help: "if you trust it, name it yourself: \(option) \(path)"))
    }
}
