import Synchronization

/// What is wrong with the cache, each once, for the end of a report: no verdict depends on it.
package enum CacheRemarks {
    private static let texts = Mutex<[String]>([])

    package static var all: [String] { texts.withLock { $0 } }

    static func add(_ text: String) {
        texts.withLock { if !$0.contains(text) { $0.append(text) } }
    }
}
