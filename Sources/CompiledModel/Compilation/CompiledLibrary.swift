// SPDX-License-Identifier: MIT

import ContentCache

#if canImport(Glibc)
    import Glibc
#endif

/// A compiled model as a shared library.
enum CompiledLibrary {
    /// Source text appended to the model's: an exported function that returns the cache key, so that a loaded library is
    /// known to be the requested model's.
    static func identification(_ key: CacheKey) -> String {
        """

        @_cdecl("iommu_check_model")
        public func iommuCheckModel() -> UnsafePointer<UInt8> {
            let key: StaticString = "\(key.text)"
            return key.utf8Start
        }

        """
    }

    /// Loads a library; it is never closed, since expanders of other threads may still run it.
    ///
    /// - Returns: `nil` where it does not load, or is the model of another key.
    static func entry(at path: String, of key: CacheKey) -> CompiledExpand? {
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL),
            let model = dlsym(handle, "iommu_check_model"), let expand = dlsym(handle, "iommu_check_expand")
        else { return nil }
        let identify = unsafeBitCast(model, to: (@convention(c) () -> UnsafePointer<CChar>).self)
        guard String(cString: identify()) == key.text else { return nil }
        return unsafeBitCast(expand, to: CompiledExpand.self)
    }
}
