// SPDX-License-Identifier: MIT

import ContentCache
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Compiled models: the entries of the content cache that are libraries, made where there is none, and loaded.
///
/// What is loaded was made just now or has the hash it was written with. Its path has the key in it, which no other model
/// has, since the loader takes a library of a path that it knows for the one it knows; and it says itself which model it is.
package struct ModelCache: Sendable {
    /// `nil`: every model is compiled.
    private let cache: ContentCache?
    /// A larger source would take the compiler minutes and gigabytes.
    private static let sourceBytesMax = 2 << 20

    /// - Returns: `nil` where no private folder can be made.
    package init?(folder: String) {
        guard let cache = try? ContentCache(folder: folder) else { return nil }
        self.cache = cache
    }

    private init(cache: ContentCache?) { self.cache = cache }

    package static var standard: ModelCache { ModelCache(cache: .standard()) }

    /// The entry of a source, from the cache or compiled.
    ///
    /// - Parameter isWanted: false ends the compiler.
    func entry(
        of source: String, compiler: SwiftCompiler, isWanted: () -> Bool
    ) throws(NotCompilable) -> CompiledExpand {
        guard source.utf8.count <= Self.sourceBytesMax else {
            throw NotCompilable("it is too large to compile")
        }
        let key = key(source, compiler)
        if let cache, let library = cache.path(of: key) {
            if let entry = CompiledLibrary.entry(at: library, of: key) { return entry }
            // Of a machine with other libraries.
            cache.forget(key)
        }
        guard isWanted() else { throw NotCompilable("it was not waited for") }
        let folder: WorkFolder
        do throws(CacheFailure) {
            folder = try WorkFolder(near: cache)
        } catch { throw NotCompilable("nothing can be compiled: \(error)") }
        let (text, library) = ("\(folder.path)/model.swift", "\(folder.path)/\(key.text).so")
        do {
            try Data((source + CompiledLibrary.identification(key)).utf8).write(
                to: URL(fileURLWithPath: text))
        } catch { throw NotCompilable("'\(folder.path)' cannot be written") }
        // The folder goes with its owner, which has to live until the library is loaded.
        defer { withExtendedLifetime(folder) {} }
        if let failure = compiler.compile(
            source: text, library: library, folder: folder.path, isWanted: isWanted)
        {
            throw NotCompilable(failure)
        }
        if let cache, let content = FileManager.default.contents(atPath: library),
            cache.keep(content, for: key), let kept = cache.path(of: key),
            let entry = CompiledLibrary.entry(at: kept, of: key)
        {
            return entry
        }
        guard let entry = CompiledLibrary.entry(at: library, of: key) else {
            throw NotCompilable("the compiled model does not load")
        }
        return entry
    }

    /// Whether the library of a source seems to be there.
    func mayHold(_ source: String, _ compiler: SwiftCompiler) -> Bool {
        cache?.mayHold(key(source, compiler)) ?? false
    }

    private func key(_ source: String, _ compiler: SwiftCompiler) -> CacheKey {
        CacheKey(.library, [("source", source), ("compiler", compiler.identity)])
    }
}
