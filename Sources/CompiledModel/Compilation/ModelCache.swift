import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Compiled libraries by the source they were made of, in a folder that only this user can read or write.
///
/// An entry is `KEY.swift` and `KEY.so`. The key is a hash; the source decides: an entry whose source differs is made
/// anew. Writers use temporary names and rename, so that two runs at once do no harm.
package struct ModelCache: Sendable {
    package let folder: String
    /// Older entries go when there are more.
    private static let entriesMax = 200
    /// A larger source would take the compiler minutes and gigabytes.
    private static let sourceBytesMax = 2 << 20

    /// - Returns: `nil` where no private folder can be made: it exists and belongs to somebody else, or is open to
    ///   others.
    package init?(folder: String = ModelCache.standardFolder) {
        self.folder = folder
        let parent = (folder as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(
            atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        mkdir(folder, 0o700)
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            status.st_mode & 0o077 == 0
        else { return nil }
    }

    /// `$XDG_CACHE_HOME/iommu-check`, or `~/.cache/iommu-check`.
    package static var standardFolder: String {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") {
            return folder + "/iommu-check"
        }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.cache/iommu-check"
    }

    /// The library of a source, from the cache or compiled.
    ///
    /// - Parameter isWanted: false ends the compiler.
    func library(
        of source: String, compiler: SwiftCompiler, isWanted: () -> Bool
    ) throws(NotCompilable) -> String {
        guard source.utf8.count <= Self.sourceBytesMax else {
            throw NotCompilable("it is too large to compile")
        }
        let (content, key) = entry(source, compiler)
        let (kept, library) = ("\(folder)/\(key).swift", "\(folder)/\(key).so")
        if holds(source, compiler) { return library }
        let temporary = "\(folder)/\(key).\(getpid()).\(UInt32.random(in: 0 ... .max))"
        defer {
            for suffix in [".swift", ".so", ".log"] { unlink(temporary + suffix) }
        }
        guard
            FileManager.default.createFile(
                atPath: temporary + ".swift", contents: Data(content.utf8),
                attributes: [.posixPermissions: 0o600])
        else { throw NotCompilable("'\(folder)' cannot be written") }
        if let failure = compiler.compile(
            source: temporary + ".swift", library: temporary + ".so", messages: temporary + ".log",
            isWanted: isWanted)
        {
            throw NotCompilable(failure)
        }
        // The library first: whoever sees a source finds its library, and not that of one with the same key.
        unlink(kept)
        guard rename(temporary + ".so", library) == 0, rename(temporary + ".swift", kept) == 0 else {
            throw NotCompilable("'\(folder)' cannot be written")
        }
        prune()
        return library
    }

    /// Takes out a library that does not load: it was cut off, or this machine lacks what it needs.
    func forget(_ source: String, _ compiler: SwiftCompiler) {
        let (_, key) = entry(source, compiler)
        unlink("\(folder)/\(key).swift")
        unlink("\(folder)/\(key).so")
    }

    /// Whether the library of a source is there.
    func holds(_ source: String, _ compiler: SwiftCompiler) -> Bool {
        let (content, key) = entry(source, compiler)
        guard let known = try? String(contentsOfFile: "\(folder)/\(key).swift", encoding: .utf8) else {
            return false
        }
        return known == content && FileManager.default.fileExists(atPath: "\(folder)/\(key).so")
    }

    private func entry(_ source: String, _ compiler: SwiftCompiler) -> (content: String, key: String) {
        let content = "// \(compiler.identity)\n" + source
        return (content, String(Self.hash(content), radix: 16))
    }

    private func prune() {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            $0.hasSuffix(".so")
        }
        guard names.count > Self.entriesMax else { return }
        let dated = names.map { name -> (String, Date) in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            return (name, attributes?[.modificationDate] as? Date ?? .distantPast)
        }
        for (name, _) in dated.sorted(by: { $0.1 < $1.1 }).prefix(names.count - Self.entriesMax) {
            unlink("\(folder)/\(name)")
            unlink("\(folder)/\(name.dropLast(3)).swift")
        }
    }

    /// FNV-1a.
    package static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
