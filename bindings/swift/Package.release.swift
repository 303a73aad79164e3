// swift-tools-version: 6.0
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// What apps depend on: the sources of the façade and of the generated bindings, and the native library as a download.
// `cargo xtask release` puts the address and the checksum in the place of the words in capitals.

let package = Package(
    name: "Keyward",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [
        .library(name: "Keyward", targets: ["Keyward"]),
        // A library of its own, for apps whose linker counts too many personality routines: one of Apple's programs or
        // libraries can have three.
        .library(name: "KeywardDynamic", type: .dynamic, targets: ["Keyward", "KeywardModels"]),
        // What stands behind each screen.
        .library(name: "KeywardModels", targets: ["KeywardModels"]),
        // For previews and UI tests.
        .library(name: "KeywardFakes", targets: ["KeywardFakes"]),
    ],
    targets: [
        .binaryTarget(
            name: "KeywardFFI",
            url: "FRAMEWORK_URL",
            checksum: "FRAMEWORK_CHECKSUM"
        ),
        // What UniFFI writes is not ready for language mode 6.
        .target(
            name: "KeywardBindings",
            dependencies: ["KeywardFFI"],
            swiftSettings: [.swiftLanguageMode(.v5)]
        ),
        .target(
            name: "Keyward",
            dependencies: ["KeywardBindings"],
            resources: [.copy("PrivacyInfo.xcprivacy")]
        ),
        .target(name: "KeywardModels", dependencies: ["Keyward"]),
        .target(name: "KeywardFakes", dependencies: ["Keyward", "KeywardModels"]),
    ]
)
