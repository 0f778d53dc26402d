// SPDX-License-Identifier: MIT

import Checking

/// One line on a terminal, rewritten in place; nothing in a pipe.
enum ProgressLine {
    static func forTerminal() -> (@Sendable (ProgressReport) -> Void)? {
        guard Terminal.showsProgress else { return nil }
        return { report in
            // An empty report clears the line.
            Terminal.error("\r\u{1B}[K" + report.line)
        }
    }
}
