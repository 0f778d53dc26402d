// SPDX-License-Identifier: MIT

/// A range of memory that firmware wants some devices to reach untranslated.
package struct FirmwareRange: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        /// VT-d: reserved memory region.
        case rmrr
        /// AMD: mapped 1-1.
        case unity
        /// AMD: taken out of translation by the exclusion registers; Linux maps it 1-1.
        case exclusion
        /// AMD: neither flag is set.
        case unflagged
        /// Arm: reserved memory range.
        case rmr
    }

    /// As the table gives it: it may end before it starts.
    package enum Extent: Hashable, Sendable {
        case limit(first: UInt64, last: UInt64)
        case length(first: UInt64, bytes: UInt64)
    }

    package let source: Source
    /// `RMRR 2`, counted from 1 within its table.
    package let title: String
    package let extent: Extent
    package let segment: UInt16
    package let devices: [DeviceSelector]
    /// Arm: drivers of the operating system may move it.
    package let isRelaxable: Bool
    package let place: FilePlace

    package init(
        source: Source, title: String, extent: Extent, segment: UInt16, devices: [DeviceSelector],
        isRelaxable: Bool = false, place: FilePlace
    ) {
        self.source = source
        self.title = title
        self.extent = extent
        self.segment = segment
        self.devices = devices
        self.isRelaxable = isRelaxable
        self.place = place
    }

    package var first: UInt64 {
        switch extent {
        case .limit(let first, _), .length(let first, _): first
        }
    }

    /// `nil` where it ends before it starts, is empty, or runs past the highest address.
    package var range: AddressRange? {
        switch extent {
        case .limit(let first, let last): AddressRange(first: first, last: last)
        case .length(let first, let bytes): AddressRange(first: first, length: bytes)
        }
    }

    /// As the table writes it, right or wrong.
    package var text: String {
        switch extent {
        case .limit(let first, let last): "\(hexadecimal(first))-\(hexadecimal(last))"
        case .length(let first, let bytes):
            range?.description ?? "\(hexadecimal(first)) with \(hexadecimal(bytes)) bytes"
        }
    }

    /// The whole pages that Linux maps 1-1 for it; `nil` where it maps none. Both ends are rounded up, so that a base
    /// within a page loses the first part of its page.
    package var mappedPages: AddressRange? {
        guard let range else { return nil }
        let mask = pageMask
        let (start, startWraps) = range.first.addingReportingOverflow(mask)
        let (beyond, wraps) = range.last.addingReportingOverflow(1)
        guard !startWraps else { return nil }
        let first = start & ~mask
        let last = wraps ? UInt64.max : (beyond &+ mask) & ~mask &- 1
        return AddressRange(first: first, last: last)
    }
}
