import Foundation

/// The Swift compiler of this machine.
package struct SwiftCompiler: Sendable {
    /// Resolved: symbolic links followed.
    let path: String
    /// Changes when the compiler or the machine's processor does: models are kept by it.
    let identity: String
    /// A model that takes longer is not worth waiting for.
    static let secondsMax = 120.0

    /// The first `swiftc` in `PATH`; `nil` where there is none.
    package init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        guard
            let found = folders.lazy.map({ "\($0)/swiftc" }).first(where: {
                $0.hasPrefix("/") && FileManager.default.isExecutableFile(atPath: $0)
            })
        else { return nil }
        path = found
        let resolved = URL(fileURLWithPath: found).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
        let size = (attributes?[.size] as? NSNumber)?.int64Value ?? 0
        let date = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        identity = "\(resolved) \(size) \(Int64(date)) \(Self.processor)"
    }

    private static var processor: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").first { $0.hasPrefix("model name") || $0.hasPrefix("CPU part") }
            .map(String.init) ?? "unknown processor"
    }

    /// Compiles one source file to a shared library.
    ///
    /// - Parameters:
    ///   - messages: file for the compiler's messages.
    ///   - isWanted: asked about fifty times a second; false ends the compiler.
    /// - Returns: `nil`, or what went wrong.
    func compile(
        source: String, library: String, messages: String, isWanted: () -> Bool
    ) -> String? {
        let compiler = ChildProcess(
            path,
            [
                "-Ounchecked", "-wmo", "-parse-as-library", "-suppress-warnings", "-module-name",
                "CompiledModel", "-emit-library", "-o", library, source,
            ])
        let deadline = ContinuousClock.now + .seconds(Self.secondsMax)
        let end = compiler.run(errors: messages) { isWanted() && ContinuousClock.now < deadline }
        switch end {
        case .exited(0): return nil
        case .notFound: return "\(path) did not start"
        case .exited, .killed:
            let text = (try? String(contentsOfFile: messages, encoding: .utf8)) ?? ""
            return
                "\(path) failed: \(text.split(separator: "\n").first { $0.contains("error") } ?? "no message")"
        }
    }
}
