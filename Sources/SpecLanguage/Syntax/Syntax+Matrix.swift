// SPDX-License-Identifier: MIT

extension Syntax {
    /// `matrix proposals { column … row … }`: a program for each row in each column, and what is asked of them.
    package struct Matrix: Sendable {
        /// What all programs have.
        package var composition = Composition()
        package var columns: [Heading] = []
        package var rows: [Heading] = []
        /// The order in which properties are shown; empty: that of the programs.
        package var properties: [Name] = []
        package var exclusions: [Exclusion] = []

        package init() {}

        /// `column vtd as "VT-d" { on vtd }`, `row ranges as "alloc_iova_range()" { with driver_bitmap }`
        package struct Heading: Sendable {
            package let name: Name
            package let title: String?
            /// What its programs have: a column the platform, a row the module and its changes.
            package var composition = Composition()
            /// Of a row only.
            package var exceptions: [Exception] = []

            package init(name: Name, title: String?) {
                self.name = name
                self.title = title
            }
        }

        /// `on gart, amd with next_fit set CPUS = 1 expect violates within_mask`: what a row has in some columns.
        package struct Exception: Sendable {
            /// Empty: in all.
            package var columns: [Name] = []
            package var changes: [Name] = []
            package var settings: [Setting] = []
            /// Properties that are violated there.
            package var violated: [Name] = []

            package init() {}
        }

        /// `not applicable isolation on gart: "there is no protection"`
        package struct Exclusion: Sendable {
            /// Properties, or rows.
            package let names: [Name]
            /// Empty: in all.
            package let columns: [Name]
            package let reason: String

            package init(names: [Name], columns: [Name], reason: String) {
                self.names = names
                self.columns = columns
                self.reason = reason
            }
        }
    }

    /// `observe driver: dma_map_page, hardware_reaches up to Page`: what somebody outside can tell of a run.
    package struct Observer: Sendable {
        /// Operations, functions and state variables.
        package let names: [Name]
        /// Types whose values are all alike.
        package let alike: [Name]

        package init(names: [Name], alike: [Name]) {
            self.names = names
            self.alike = alike
        }
    }
}
