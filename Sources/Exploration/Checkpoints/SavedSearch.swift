// SPDX-License-Identifier: MIT

import Glibc

/// A search as a checkpoint has it: read and found whole.
package final class SavedSearch: Sendable {
    let record: SearchRecord
    private let descriptor: Int32
    private let tableStart: Int64
    private let statesStart: Int64
    private let stateBytes: Int

    /// States found, and the level being expanded.
    package var stateCount: Int { record.stateCount }
    package var depth: Int { record.depth }

    private static let wordsMax: UInt64 = 1 << 20
    private static let remedy = "remove the file to begin anew, or name another place"

    /// - Returns: `nil` where there is no such file.
    init?(path: String, identity: String) throws(Checkpoint.Failure) {
        // A pipe is not waited for.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw Checkpoint.Failure(systemError())
        }
        do throws(Checkpoint.Failure) {
            let size = try Self.size(of: descriptor)
            let (record, tableStart) = try Self.record(in: descriptor, size: size, identity: identity)
            self.record = record
            self.tableStart = tableStart
            guard record.isPlausible else { throw Self.damaged }
            let format = BucketFormat(wordsPerState: record.wordsPerState, bitsPerState: record.bitsPerState)
            stateBytes = format.stateBytes
            statesStart = try Self.end(of: tableStart, record.bucketEnd, format.bucketBytes)
            let waitingEnd = try Self.end(of: statesStart, record.waitingCount, stateBytes)
            let statesEnd = try Self.end(of: waitingEnd, record.foundCount, stateBytes)
            guard statesEnd <= size - 8, (statesEnd + 7) / 8 * 8 + 8 == size else { throw Self.damaged }
            try Self.verify(descriptor, size: size)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    // MARK: Reading

    func readTable(into memory: UnsafeMutableRawPointer, count: Int) -> Bool {
        readAll(descriptor, memory, count: count, at: tableStart)
    }

    /// - Parameter first: of the states that wait and then of those found.
    func readStates(into memory: UnsafeMutableRawPointer, first: Int, count: Int) -> Bool {
        readAll(
            descriptor, memory, count: count * stateBytes,
            at: statesStart + Int64(first) * Int64(stateBytes))
    }

    // MARK: Opening

    private static var damaged: Checkpoint.Failure { Checkpoint.Failure("it is damaged", help: remedy) }

    private static var foreign: Checkpoint.Failure {
        Checkpoint.Failure("it is of another spec, other constants or other reductions", help: remedy)
    }

    private static func size(of descriptor: Int32) throws(Checkpoint.Failure) -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Checkpoint.Failure(systemError()) }
        // States are taken as they are: another user must not have made them.
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
            throw Checkpoint.Failure("it is no file of this user", help: remedy)
        }
        return Int64(status.st_size)
    }

    private static func record(
        in descriptor: Int32, size: Int64, identity: String
    ) throws(Checkpoint.Failure) -> (SearchRecord, end: Int64) {
        let magic = CheckpointWriter.magic
        let start = try words(in: descriptor, at: 0, count: magic.count / 8 + 2)
        guard start.withUnsafeBytes({ $0.prefix(magic.count).elementsEqual(magic) }) else {
            throw Checkpoint.Failure("it is no checkpoint of this version of iommu-check", help: remedy)
        }
        let (identityBytes, wordCount) = (start[magic.count / 8], start[magic.count / 8 + 1])
        guard wordCount <= wordsMax else { throw damaged }
        guard identityBytes == identity.utf8.count else { throw foreign }
        let identityWords = (Int(identityBytes) + 7) / 8
        let rest = try words(
            in: descriptor, at: Int64(8 * start.count), count: Int(wordCount) + identityWords)
        let isSame = rest[Int(wordCount)...].withUnsafeBufferPointer {
            UnsafeRawBufferPointer($0).prefix(Int(identityBytes)).elementsEqual(identity.utf8)
        }
        guard isSame else { throw foreign }
        guard let record = SearchRecord(words: Array(rest.prefix(Int(wordCount)))) else { throw damaged }
        return (record, Int64(8 * (start.count + rest.count)))
    }

    private static func words(
        in descriptor: Int32, at offset: Int64, count: Int
    ) throws(Checkpoint.Failure) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: count)
        let isRead = words.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readAll(descriptor, $0, count: bytes.count, at: offset) } ?? true
        }
        guard isRead else { throw damaged }
        return words
    }

    private static func end(of start: Int64, _ count: Int, _ bytes: Int) throws(Checkpoint.Failure) -> Int64 {
        let (product, isTooLarge) = Int64(count).multipliedReportingOverflow(by: Int64(bytes))
        let (end, overflows) = start.addingReportingOverflow(product)
        guard count >= 0, !isTooLarge, !overflows else { throw damaged }
        return end
    }

    private static func verify(_ descriptor: Int32, size: Int64) throws(Checkpoint.Failure) {
        var checksum = Checksum()
        var offset: Int64 = 0
        while offset < size - 8 {
            let count = Int(min(size - 8 - offset, 1 << 20))
            let part = try words(in: descriptor, at: offset, count: count / 8)
            part.withUnsafeBytes { checksum.add($0) }
            offset += Int64(count)
        }
        guard try words(in: descriptor, at: size - 8, count: 1) == [checksum.value] else { throw damaged }
    }
}
