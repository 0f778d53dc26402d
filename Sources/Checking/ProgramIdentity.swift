import Foundation

/// Which program this is: verdicts of another one are not this one's.
package enum ProgramIdentity {
    package static let version = "0.1.0"

    /// Version, size and time of the executable.
    static let text: String = {
        let attributes = try? FileManager.default.attributesOfItem(atPath: "/proc/self/exe")
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let real = (try? FileManager.default.attributesOfItem(atPath: path)) ?? attributes ?? [:]
        let date = (real[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return "iommu-check \(version), \(real[.size] ?? 0) bytes of \(date)"
    }()
}
