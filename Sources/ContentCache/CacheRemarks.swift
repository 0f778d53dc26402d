// SPDX-License-Identifier: MIT

import Synchronization

/// Remarks on a cache that cannot be used, each once, printed at the end of a report. No verdict depends on the cache.
package enum CacheRemarks {
    private static let texts = Mutex<[String]>([])

    package static var all: [String] { texts.withLock { $0 } }

    static func add(_ text: String) {
        texts.withLock { if !$0.contains(text) { $0.append(text) } }
    }
}
