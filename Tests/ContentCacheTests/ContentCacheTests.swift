// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import Testing

@testable import ContentCache

/// The cache says what it was told, or nothing.
@Suite struct ContentCacheTests {
    private static func content(_ number: Int) -> Data {
        Data("content \(number) ".utf8) + Data(count: number)
    }

    private static func key(_ kind: CacheKey.Kind, _ number: Int) -> CacheKey {
        CacheKey(kind, [("number", "\(number)")])
    }

    private static func folder() throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        chmod(folder.path, 0o700)
        return folder
    }

    private static func mode(_ path: String) -> UInt32 {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test func knowsWhatItWasTold() throws {
        let folder = try Self.folder()
        let cache = try ContentCache(folder: folder.path)
        for kind in CacheKey.Kind.allCases {
            #expect(cache.keep(Self.content(1), for: Self.key(kind, 1)))
            #expect(cache.content(of: Self.key(kind, 1)) == Self.content(1))
            #expect(cache.content(of: Self.key(kind, 2)) == nil)
            let path = try #require(cache.path(of: Self.key(kind, 1)))
            #expect(Self.mode(path) == 0o600)
        }
        #expect(Self.mode(cache.folder) == 0o700)
        let again = try ContentCache(folder: folder.path)
        #expect(again.content(of: Self.key(.verdict, 1)) == Self.content(1))
    }

    @Test func partsAreToldApart() {
        let lists: [[(String, String)]] = [
            [], [("a", "")], [("a", "b")], [("ab", "")], [("a", "b1\nc 1")], [("a", "b"), ("c", "1")],
            [("a", "bc"), ("", "")],
        ]
        #expect(Set(lists.map { CacheKey(.verdict, $0) }).count == lists.count)
        #expect(
            ContentHash(of: Data("abc".utf8)).description
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    /// Cut off, lengthened, with other bits, emptied, or that of another key: it is not there, and goes.
    @Test(arguments: CacheKey.Kind.allCases)
    func whatWasAlteredIsNotThere(kind: CacheKey.Kind) throws {
        let folder = try Self.folder()
        let cache = try ContentCache(folder: folder.path)
        var numbers = SeededNumbers(seed: 17)
        let (key, other) = (Self.key(kind, 1), Self.key(kind, 2))
        cache.keep(Self.content(200), for: key)
        cache.keep(Self.content(200), for: other)
        let path = "\(cache.folder)/\(key.fileName)"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let others = try Data(contentsOf: URL(fileURLWithPath: "\(cache.folder)/\(other.fileName)"))
        for round in 0..<300 {
            var file = whole
            switch round % 5 {
            case 0: file = whole.prefix(Int.random(in: 0..<whole.count, using: &numbers))
            case 1:
                file[Int.random(in: 0..<whole.count, using: &numbers)] ^=
                    1 << UInt8.random(in: 0..<8, using: &numbers)
            case 2: file.append(Data(whole.prefix(Int.random(in: 1...whole.count, using: &numbers))))
            case 3:
                let start = Int.random(in: 0..<whole.count - 1, using: &numbers)
                let end = Int.random(in: start + 1...whole.count, using: &numbers)
                file.removeSubrange(start..<end)
            default: file = round % 2 == 0 ? others : Data(count: whole.count)
            }
            try file.write(to: URL(fileURLWithPath: path))
            chmod(path, 0o600)
            #expect(cache.content(of: key) == nil, "round \(round)")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
        try whole.write(to: URL(fileURLWithPath: path))
        chmod(path, 0o600)
        #expect(cache.content(of: key) == Self.content(200))
    }

    @Test func whatOthersCouldHaveWrittenIsNotRead() throws {
        let folder = try Self.folder()
        let cache = try ContentCache(folder: folder.path)
        let key = Self.key(.verdict, 1)
        cache.keep(Self.content(1), for: key)
        let path = "\(cache.folder)/\(key.fileName)"
        chmod(path, 0o644)
        #expect(cache.content(of: key) == nil)
        chmod(path, 0o600)
        #expect(cache.content(of: key) != nil)
        rename(path, path + ".moved")
        symlink(path + ".moved", path)
        #expect(cache.content(of: key) == nil)
        unlink(path)
        mkfifo(path, 0o600)
        #expect(cache.content(of: key) == nil)

        chmod(folder.path, 0o755)
        #expect(throws: CacheFailure.self) { try ContentCache(folder: folder.path) }
        chmod(folder.path, 0o700)
        let link = try TemporaryDirectory().path
        try? FileManager.default.removeItem(atPath: link)
        symlink(folder.path, link)
        defer { unlink(link) }
        #expect(throws: CacheFailure.self) { try ContentCache(folder: link) }
        let file = try folder.write("not a folder", as: "file")
        #expect(throws: CacheFailure.self) { try ContentCache(folder: file) }
    }

    @Test func whatCannotBeWrittenIsARemark() throws {
        let folder = try Self.folder()
        let cache = try ContentCache(folder: folder.path)
        cache.keep(Self.content(1), for: Self.key(.verdict, 1))
        try FileManager.default.removeItem(atPath: "\(cache.folder)/making")
        for number in 2..<5 { #expect(!cache.keep(Self.content(2), for: Self.key(.verdict, number))) }
        #expect(CacheRemarks.all.filter { $0.contains(folder.path) }.count == 1)
        #expect(cache.content(of: Self.key(.verdict, 1)) == Self.content(1))
        #expect(cache.workPlace == nil)
        let elsewhere = try WorkFolder(near: cache)
        #expect(FileManager.default.fileExists(atPath: elsewhere.path))
    }

    /// What a killed run was making, and what programs kept before format 2; nothing else.
    @Test func leftoversAreSwept() throws {
        let folder = try Self.folder()
        let cache = try ContentCache(folder: folder.path)
        let inUse = try WorkFolder(near: cache)
        let gone = ["v2/making/left", "v2/making/left.iommu-check-work/model.swift"]
        let old = [
            "1003c27cd97cbedc.verdict", "5.proved", "513b60a38619c3fe.24152.4052655578.swift", "1a.so",
            "1a.77.5.log",
            "1a.verdict.77.123.tmp", "1a.proved.77.5",
        ]
        let kept = ["first.json", "notes.swift", "abc.txt", "1003c27cd97cbedc.json", "a.b.so"]
        for name in gone + old + kept { try folder.write("left", as: name) }
        _ = try ContentCache(folder: folder.path)
        #expect(try folder.names == (kept + ["v2"]).sorted())
        let making = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/v2/making")
        #expect(making == [(inUse.path as NSString).lastPathComponent])
    }

    @Test func whatWasUsedLastStays() throws {
        let folder = try Self.folder()
        let cache = try ContentCache(
            folder: folder.path, bounds: ContentCache.Bounds(entriesMax: 32, bytesMax: 1 << 20))
        func age(_ number: Int, days: Int) {
            let past = timespec(tv_sec: time(nil) - days * 86_400, tv_nsec: 0)
            utimensat(AT_FDCWD, "\(cache.folder)/\(Self.key(.verdict, number).fileName)", [past, past], 0)
        }
        for number in 0..<32 {
            cache.keep(Self.content(1), for: Self.key(.verdict, number))
            age(number, days: 100 - number)
        }
        // Used again: the oldest is the youngest.
        #expect(cache.content(of: Self.key(.verdict, 0)) != nil)
        for number in 100..<103 { cache.keep(Self.content(1), for: Self.key(.verdict, number)) }
        let count = try FileManager.default.contentsOfDirectory(atPath: cache.folder)
            .filter { $0.hasSuffix(".verdict") }.count
        #expect(count <= 33)
        #expect(cache.mayHold(Self.key(.verdict, 0)) && cache.mayHold(Self.key(.verdict, 102)))
        #expect(!cache.mayHold(Self.key(.verdict, 1)))
        // By size: a few large ones take the place of all.
        for number in 200..<203 { cache.keep(Self.content(500_000), for: Self.key(.library, number)) }
        #expect(!cache.mayHold(Self.key(.verdict, 31)) && cache.mayHold(Self.key(.library, 202)))
    }

    /// As of several processes: what one reads is what one of them wrote.
    @Test func writersAndEvictionsAtOnceDoNoHarm() async throws {
        let folder = try Self.folder()
        await withTaskGroup(of: Int.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    var numbers = SeededNumbers(seed: UInt64(writer))
                    let bounds = ContentCache.Bounds(entriesMax: 32, bytesMax: 1 << 20)
                    guard let cache = try? ContentCache(folder: folder.path, bounds: bounds) else { return 1 }
                    var wrong = 0
                    for _ in 0..<100 {
                        let number = Int.random(in: 0..<64, using: &numbers)
                        let key = Self.key(.condition, number)
                        if !cache.keep(Self.content(number), for: key) { wrong += 1 }
                        if let known = cache.content(of: key), known != Self.content(number) { wrong += 1 }
                    }
                    return wrong
                }
            }
            for await wrong in group { #expect(wrong == 0) }
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/v2/making")
        #expect(left.isEmpty)
    }
}
