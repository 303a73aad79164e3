// SPDX-License-Identifier: Apache-2.0

import KeywardBindings

extension SessionList {
    /// The other sessions that a filter shows, in the order of the list. As
    /// ``KeywardBindings/SessionFilter/shows(session:)``, for a whole list and without the native library, which a
    /// preview does not have.
    public func othersShown(_ filter: SessionFilter) -> [Session] {
        switch filter {
        case .all: others
        case .verified: others.filter { $0.trust == .verified }
        case .unverified: others.filter { $0.trust == .unverified }
        case .inactive: others.filter(\.inactive)
        case .unverifiable: others.filter { $0.trust == .unverifiable }
        }
    }
}
