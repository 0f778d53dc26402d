// SPDX-License-Identifier: MIT

import Foundation

/// The Swift compiler of this machine.
package struct SwiftCompiler: Sendable {
    /// As it stands in `PATH`: the name says what it is to do.
    let path: String
    /// Changes when the compiler or the machine's processor does: models are kept by it.
    let identity: String

    /// Of each process that it starts, whatever the check may use: the largest model that is shipped takes 10 s and a
    /// tenth of the space. A stranger's spec can make a source that no compiler is done with.
    static let addressSpaceBytesMax = 2 << 30
    static let processorSecondsMax = 60
    /// Exploring comes first: it is what one waits for.
    static let niceness = 5
    /// Of the wall clock, on a machine as busy as it may be.
    static let waitMax = Duration.seconds(600)

    /// The first `swiftc` in `PATH`; `nil` where there is none.
    package init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        guard
            let found = folders.lazy.map({ "\($0)/swiftc" }).first(where: {
                $0.hasPrefix("/") && FileManager.default.isExecutableFile(atPath: $0)
            })
        else { return nil }
        path = found
        let resolved = URL(fileURLWithPath: found).resolvingSymlinksInPath()
        // `swiftc` drives the compiler proper, which stands beside it.
        let frontend = resolved.deletingLastPathComponent().appendingPathComponent("swift-frontend")
        identity = [resolved, frontend].map(Self.file).joined(separator: ", ") + ", \(Self.processor)"
    }

    /// Path, size and time of a file.
    private static func file(_ url: URL) -> String {
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
        let size = (attributes?[.size] as? NSNumber)?.int64Value ?? 0
        let date = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return "\(url.path) \(size) \(date)"
    }

    private static var processor: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").first { $0.hasPrefix("model name") || $0.hasPrefix("CPU part") }
            .map(String.init) ?? "unknown processor"
    }

    /// Compiles one source file to a shared library.
    ///
    /// - Parameters:
    ///   - folder: where the compiler puts what it makes on the way, its cache (that of the user may not be writable) and its
    ///     messages.
    ///   - isWanted: asked about fifty times a second; false ends the compiler.
    /// - Returns: `nil`, or what went wrong.
    func compile(source: String, library: String, folder: String, isWanted: () -> Bool) -> String? {
        let messages = folder + "/messages"
        let compiler = ChildProcess(
            path,
            [
                "-Ounchecked", "-wmo", "-parse-as-library", "-suppress-warnings", "-module-name",
                "CompiledModel", "-module-cache-path", folder + "/modules", "-emit-library", "-o", library,
                source,
            ],
            limits: ChildProcess.Limits(
                addressSpaceBytes: Self.addressSpaceBytesMax, processorSeconds: Self.processorSecondsMax,
                niceness: Self.niceness, folder: folder),
            // A compiler that runs into its limits would read its own symbols to say where.
            environment: [
                "TMPDIR": folder, "LLVM_DISABLE_SYMBOLIZATION": "1", "SWIFT_BACKTRACE": "enable=no",
            ])
        // A compiler that waits, for a file system that does not answer, uses no processor time.
        let deadline = ContinuousClock.now + Self.waitMax
        func goesOn() -> Bool { isWanted() && ContinuousClock.now < deadline }
        switch compiler.run(errors: messages, isWanted: goesOn) {
        case .exited(0): return nil
        case .notFound: return "\(path) did not start"
        case .exited, .killed:
            guard goesOn() else { return "\(path) was not waited for" }
            let text = String(
                decoding: FileManager.default.contents(atPath: messages) ?? Data(), as: UTF8.self)
            if text.contains("out of memory") || text.contains("failed due to signal")
                || text.contains("bad_alloc")
            {
                return "\(path) did not get by with \(Self.addressSpaceBytesMax >> 30) GiB "
                    + "and \(Self.processorSecondsMax) s of processor time"
            }
            let line = text.split(separator: "\n").first { $0.contains("error") }
            return "\(path) failed: \(line ?? "no message")"
        }
    }
}
