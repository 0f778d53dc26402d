// SPDX-License-Identifier: MIT

/// An address at which something begins or ends that is not a reserved region: the aperture, a DMA mask.
package struct LayoutBoundary: Hashable, Sendable {
    package enum Address: Hashable, Sendable {
        /// The first byte of something. In the middle of a page, the thing begins with the next whole page.
        case first(UInt64)
        /// The last byte of something. In the middle of a page, the thing ends with the last whole page.
        case last(UInt64)
    }

    package let name: String
    package let address: Address

    package init(name: String, address: Address) {
        self.name = name
        self.address = address
    }

    /// Page 0, which no allocator hands out.
    package static let pageZero = LayoutBoundary(name: "page 0", address: .last(0xfff))
    /// Where 32-bit devices end.
    package static let fourGiB = LayoutBoundary(name: "4 GiB", address: .first(1 << 32))

    /// The highest byte a device can address.
    package static func mask(_ last: UInt64) -> LayoutBoundary {
        LayoutBoundary(name: "DMA mask", address: .last(last))
    }

    package static func apertureFirst(_ first: UInt64) -> LayoutBoundary {
        LayoutBoundary(name: "aperture first", address: .first(first))
    }

    package static func apertureLast(_ last: UInt64) -> LayoutBoundary {
        LayoutBoundary(name: "aperture last", address: .last(last))
    }

    /// Number of the page that begins where the boundary is: the first page of what begins here, or the one
    /// after the last
    /// page of what ends here.
    var cut: Int {
        switch address {
        case .first(let byte): Int(byte >> pageBits) + (isWholePage ? 0 : 1)
        case .last(let byte): Int(byte >> pageBits) + (isWholePage ? 1 : 0)
        }
    }

    /// The first whole page of what begins here, or the last of what ends here; `nil` where there is none.
    package var page: Int? {
        switch address {
        case .first: cut < pagesOfSpace ? cut : nil
        case .last: cut > 0 ? cut - 1 : nil
        }
    }

    var isWholePage: Bool {
        switch address {
        case .first(let byte): byte & pageMask == 0
        case .last(let byte): byte & pageMask == pageMask
        }
    }
}

/// Pages have 4 KiB: the unit of every table in the scope, and of the kernel's own list.
let pageBits: UInt64 = 12
let pageMask: UInt64 = (1 << pageBits) - 1
/// Number of pages of the whole 64-bit space.
let pagesOfSpace = 1 << 52
