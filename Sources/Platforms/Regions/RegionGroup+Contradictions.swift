// SPDX-License-Identifier: MIT

package import Diagnostics

extension RegionGroup {
    /// What cannot be true of one group at once: errors, then warnings, at most
    /// `ReservedRegionsFile.diagnosticsMax` of each, by the regions' addresses.
    ///
    /// - `direct` over `reserved` or a hardware `msi` window is an error: the same address would have to be
    ///   mapped 1-1 and
    ///   never be translated.
    /// - `direct-relaxable` over these is a warning: the relaxable part may be given up, so the stricter
    ///   kind wins.
    /// - Software MSI regions contradict nothing: DMA domains have none, and a domain that has one is a
    ///   user's, who
    ///   keeps out of both. A real SolidRun LX2160A has such a region inside a `direct-relaxable` one.
    /// - `direct` over `direct-relaxable`, or two regions of one kind, want the same thing.
    package func contradictions() -> [Diagnostic] {
        let sorted = regions.filter(\.kind.isReservedInDMADomains)
            .sorted { ($0.first, $0.kind, $0.last) < ($1.first, $1.kind, $1.last) }
        var errors: [Diagnostic] = []
        var warnings: [Diagnostic] = []
        for (index, region) in sorted.enumerated() {
            for other in sorted[(index + 1)...] {
                guard other.first <= region.last else { break }
                guard errors.count < ReservedRegionsFile.diagnosticsMax else { return errors }
                guard let diagnostic = contradiction(region, other) else { continue }
                if diagnostic.severity == .error {
                    errors.append(diagnostic)
                } else if warnings.count < ReservedRegionsFile.diagnosticsMax {
                    warnings.append(diagnostic)
                }
            }
        }
        return errors + warnings
    }

    private func contradiction(_ one: ReservedRegion, _ other: ReservedRegion) -> Diagnostic? {
        guard one.kind.isMappedOneToOne != other.kind.isMappedOneToOne else { return nil }
        let (mapped, closed) = one.kind.isMappedOneToOne ? (one, other) : (other, one)
        let (earlier, later) = one.span.start < other.span.start ? (one, other) : (other, one)
        let isRelaxable = mapped.kind == .directRelaxable
        let first = max(one.first, other.first)
        let last = min(one.last, other.last)
        return Diagnostic(
            isRelaxable ? "overlapping-regions" : "contradicting-regions",
            severity: isRelaxable ? .warning : .error,
            "in \(title), \(hexadecimal(first))-\(hexadecimal(last)) is '\(mapped.kind.word)' and "
                + "'\(closed.kind.word)' at once",
            at: later.span, label: "overlaps the other region",
            notes: [
                Diagnostic.Note(
                    message: "the other region is here: \(earlier.description)", span: earlier.span)
            ],
            help: isRelaxable
                ? "it is taken as '\(closed.kind.word)', the stricter of the two"
                : "a '\(mapped.kind.word)' region is mapped 1-1, a '\(closed.kind.word)' one is never translated: "
                    + "correct one of the two lines")
    }
}
