import CompiledModel
import Foundation
import Proofs

#if canImport(Glibc)
    import Glibc
#endif

/// Conditions proved before, in the folder of compiled models, which only this user can read or write.
///
/// An entry is `KEY.proved`: the solver's full version and the condition's text. The key is a hash of both;
/// the text decides. Writers use temporary names and rename, so that two runs at once do no harm.
struct ProofCache: Sendable {
    private let folder: String
    private let solver: String

    /// Older entries go when there are more.
    private static let entriesMax = 20_000
    /// Larger conditions are proved anew.
    private static let textBytesMax = 4 << 20

    /// - Returns: `nil` where no private folder can be made.
    init?(folder: String = ModelCache.standardFolder, solverIdentity: String) {
        guard let cache = ModelCache(folder: folder) else { return nil }
        self.folder = cache.folder
        solver = solverIdentity
    }

    var memory: ProofMemory {
        ProofMemory(isProved: { holds($0) }, remember: { keep($0) })
    }

    private func holds(_ script: String) -> Bool {
        guard script.utf8.count <= Self.textBytesMax else { return false }
        let (path, content) = entry(script)
        guard let known = FileManager.default.contents(atPath: path) else { return false }
        return known == Data(content.utf8)
    }

    private func keep(_ script: String) {
        guard script.utf8.count <= Self.textBytesMax else { return }
        let (path, content) = entry(script)
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max))"
        defer { unlink(temporary) }
        guard
            FileManager.default.createFile(
                atPath: temporary, contents: Data(content.utf8), attributes: [.posixPermissions: 0o600])
        else { return }
        rename(temporary, path)
    }

    private func entry(_ script: String) -> (path: String, content: String) {
        let content = "; so says \(solver)\n" + script
        return ("\(folder)/\(String(ModelCache.hash(content), radix: 16)).proved", content)
    }

    /// Removes the oldest entries where there are too many.
    func prune() {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            $0.hasSuffix(".proved")
        }
        guard names.count > Self.entriesMax else { return }
        let dated = names.map { name -> (String, Date) in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            return (name, attributes?[.modificationDate] as? Date ?? .distantPast)
        }
        for (name, _) in dated.sorted(by: { $0.1 < $1.1 }).prefix(names.count - Self.entriesMax) {
            unlink("\(folder)/\(name)")
        }
    }
}
