// SPDX-License-Identifier: MIT

import Diagnostics
import Foundation
import SpecLanguage

/// The directory that imports of a spec may not leave: the nearest one, at or above the file, that holds a
/// file named
/// `spec-root`; without one, the file's own.
struct SpecRoot {
    static let markerName = "spec-root"

    /// Absolute, symbolic links resolved.
    let path: String

    /// - Parameter file: absolute and resolved path of the spec.
    init(of file: String) {
        let own = URL(fileURLWithPath: file).deletingLastPathComponent().path
        var directory = own
        while true {
            if FileManager.default.fileExists(atPath: directory + "/" + Self.markerName) {
                path = directory
                return
            }
            let parent = URL(fileURLWithPath: directory).deletingLastPathComponent().path
            guard parent != directory else { break }
            directory = parent
        }
        path = own
    }

    /// Absolute path with symbolic links resolved; `nil` where nothing is there.
    static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    func contains(_ resolved: String) -> Bool {
        resolved == path || resolved.hasPrefix(path == "/" ? "/" : path + "/")
    }

    /// Reads an import, or says why not. What lies outside is not even looked at.
    ///
    /// - Parameter shownRoot: the root as the user would write it, for messages.
    func answer(_ wanted: Syntax.Import, shownRoot: String) -> ModuleLibrary.ImportAnswer {
        guard !wanted.isAbsolute else { return .outsideRoot }
        var depth = 0
        for component in wanted.components {
            depth += component == ".." ? -1 : 1
            if depth < 0 { return .outsideRoot }
        }
        let relative = wanted.components.joined(separator: "/") + ".spec"
        guard let resolved = Self.resolve(path + "/" + relative) else { return .unreadable("no such file") }
        guard contains(resolved) else { return .outsideRoot }
        do {
            let bytes = try InputFile.read(resolved, bytesMax: InputFile.specBytesMax)
            let shown = shownRoot.isEmpty ? relative : shownRoot + "/" + relative
            return .found(identity: resolved, SourceFile(path: shown, bytes: bytes))
        } catch {
            return .unreadable(error.description)
        }
    }
}
