import CheckerTesting
import Foundation
import Testing

@testable import CompiledModel

/// What is kept of compiled models: found again by its source and compiler, in a folder that nobody else can
/// open. The compiler of these tests is a shell script that counts how often it ran.
@Suite struct ModelCacheTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// A `swiftc` in a folder of its own: `$1` to `$N` are the compiler's words, `-o` is followed by the
    /// library.
    private func compiler(_ name: String, _ script: String) throws -> SwiftCompiler {
        let path = try folder.write(
            """
            #!/bin/sh
            echo run >> "\(folder.path)/\(name).runs"
            while [ "$1" != "-o" ]; do shift; done
            library="$2"; source="$3"
            \(script)
            """, as: "\(name)/swiftc")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return try #require(SwiftCompiler(environment: ["PATH": "/nowhere:\(folder.path)/\(name)"]))
    }

    private func runs(_ name: String) -> Int {
        let text = try? String(contentsOfFile: "\(folder.path)/\(name).runs", encoding: .utf8)
        return text?.split(separator: "\n").count ?? 0
    }

    private func library(
        _ source: String, _ compiler: SwiftCompiler, _ cache: ModelCache, isWanted: () -> Bool = { true }
    ) -> Result<String, NotCompilable> {
        do throws(NotCompilable) {
            return .success(try cache.library(of: source, compiler: compiler, isWanted: isWanted))
        } catch {
            return .failure(error)
        }
    }

    private func cache(_ name: String = "cache") throws -> ModelCache {
        try #require(ModelCache(folder: "\(folder.path)/\(name)"))
    }

    private func entries(_ cache: ModelCache) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: cache.folder).sorted()
    }

    // MARK: Entries

    @Test func aSourceIsCompiledOnce() throws {
        let cache = try cache()
        let compiler = try compiler("good", "cp \"$source\" \"$library\"")
        #expect(!cache.holds("let a = 1\n", compiler))
        let first = try library("let a = 1\n", compiler, cache).get()
        // What the compiler was given is the source.
        #expect(try String(contentsOfFile: first, encoding: .utf8).hasSuffix("let a = 1\n"))
        #expect(cache.holds("let a = 1\n", compiler))
        #expect(try library("let a = 1\n", compiler, cache).get() == first)
        #expect(runs("good") == 1)
        let other = try library("let a = 2\n", compiler, cache).get()
        #expect(other != first)
        #expect(runs("good") == 2)
        // Two entries, and no temporary files.
        #expect(try entries(cache).count == 4)
        #expect(try entries(cache).filter { $0.hasSuffix(".so") }.count == 2)
    }

    @Test func anotherCompilerCompilesAgain() throws {
        let cache = try cache()
        let (one, other) = (
            try compiler("one", "echo one > \"$library\""), try compiler("other", "echo other > \"$library\"")
        )
        let first = try library("let a = 1\n", one, cache).get()
        let second = try library("let a = 1\n", other, cache).get()
        #expect(try String(contentsOfFile: first, encoding: .utf8) == "one\n")
        #expect(try String(contentsOfFile: second, encoding: .utf8) == "other\n")
        #expect(cache.holds("let a = 1\n", one) && cache.holds("let a = 1\n", other))
    }

    @Test func whatIsForgottenIsCompiledAgain() throws {
        let cache = try cache()
        let compiler = try compiler("good", "cp \"$source\" \"$library\"")
        _ = try library("let a = 1\n", compiler, cache).get()
        _ = try library("let a = 2\n", compiler, cache).get()
        cache.forget("let a = 1\n", compiler)
        #expect(!cache.holds("let a = 1\n", compiler))
        #expect(cache.holds("let a = 2\n", compiler))
        _ = try library("let a = 1\n", compiler, cache).get()
        #expect(runs("good") == 3)
    }

    /// An entry is no entry without its library.
    @Test func anEntryWithoutItsLibraryIsNone() throws {
        let cache = try cache()
        let compiler = try compiler("good", "cp \"$source\" \"$library\"")
        let library = try library("let a = 1\n", compiler, cache).get()
        try FileManager.default.removeItem(atPath: library)
        #expect(!cache.holds("let a = 1\n", compiler))
        #expect(try self.library("let a = 1\n", compiler, cache).get() == library)
        #expect(runs("good") == 2)
    }

    // MARK: Compilers that fail

    @Test func aCompilerThatFails() throws {
        let cache = try cache()
        let loud = try compiler("loud", "echo 'x: warning: w' >&2; echo 'x: error: bad' >&2; exit 1")
        #expect(
            library("let a = 1\n", loud, cache)
                == .failure(NotCompilable("\(folder.path)/loud/swiftc failed: x: error: bad")))
        let silent = try compiler("silent", "echo partly > \"$library\"; exit 3")
        #expect(
            library("let a = 1\n", silent, cache)
                == .failure(NotCompilable("\(folder.path)/silent/swiftc failed: no message")))
        #expect(!cache.holds("let a = 1\n", loud) && !cache.holds("let a = 1\n", silent))
        #expect(try entries(cache).isEmpty)
    }

    /// Who is not waited for any more is ended, with all that it started.
    @Test func aCompilerThatIsNotWanted() throws {
        let cache = try cache()
        let slow = try compiler(
            "slow", "(sleep 20; touch \"\(folder.path)/survived\") & sleep 20; cp \"$source\" \"$library\"")
        let start = ContinuousClock.now
        let result = library("let a = 1\n", slow, cache) {
            // Not before it has begun.
            runs("slow") == 0
        }
        #expect(result == .failure(NotCompilable("\(folder.path)/slow/swiftc failed: no message")))
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(try entries(cache).isEmpty)
    }

    @Test func aSourceThatIsTooLarge() throws {
        let compiler = try compiler("good", "cp \"$source\" \"$library\"")
        let most = String(repeating: "a", count: 2 << 20)
        #expect(
            library(most + "a", compiler, try cache())
                == .failure(NotCompilable("it is too large to compile")))
        #expect(runs("good") == 0)
        #expect(try library(most, compiler, try cache()).get().hasSuffix(".so"))
    }

    @Test func noCompiler() throws {
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/folder/swiftc", withIntermediateDirectories: true)
        try folder.write("no program", as: "text/swiftc")
        #expect(SwiftCompiler(environment: [:]) == nil)
        #expect(SwiftCompiler(environment: ["PATH": ""]) == nil)
        #expect(SwiftCompiler(environment: ["PATH": "\(folder.path)/none:\(folder.path)/text"]) == nil)
    }

    // MARK: Folders

    @Test func theFolderIsPrivate() throws {
        let cache = try cache("new/deep")
        let attributes = try FileManager.default.attributesOfItem(atPath: cache.folder)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o700)
        // The same folder again.
        #expect(ModelCache(folder: cache.folder) != nil)
    }

    @Test(arguments: [0o701, 0o770, 0o755, 0o777])
    func aFolderThatOthersCanOpenIsRefused(mode: Int) throws {
        let path = "\(folder.path)/open"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(ModelCache(folder: path) == nil)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        #expect(ModelCache(folder: path) != nil)
    }

    @Test func aLinkOrAFileIsNoFolder() throws {
        let real = try cache("real")
        let link = "\(folder.path)/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real.folder)
        #expect(ModelCache(folder: link) == nil)
        #expect(ModelCache(folder: try folder.write("x", as: "file")) == nil)
        #expect(ModelCache(folder: "\(folder.path)/file/below") == nil)
    }
}
