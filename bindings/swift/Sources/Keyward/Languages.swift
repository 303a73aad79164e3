// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeywardBindings

extension Texts {
    /// The texts in the language that the person has chosen for this device, or in English. Make it once and keep it.
    public static func forThisDevice() -> Texts {
        forLanguages(languages: Locale.preferredLanguages)
    }
}
