// swift-tools-version: 6.0
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackageDescription

// The generated targets, `KeywardBindings` and `KeywardFFI`, are written by `cargo xtask codegen`; Git does not have
// them.

#if os(Linux)
    // The folder of libkeyward_ffi.so: what the variable says, else the folder that `cargo xtask swift` packs, else
    // where Cargo builds. SwiftPM lets a package say this if it is used by its path.
    let packed = Context.packageDirectory + "/lib"
    let libraryFolder =
        Context.environment["KEYWARD_LIBRARY_FOLDER"]
        ?? (FileManager.default.fileExists(atPath: packed) ? packed : Context.packageDirectory + "/../../target/debug")
    let native = Target.systemLibrary(name: "KeywardFFI")
    // An entry for Apple's shops.
    let privacy: (exclude: [String], resources: [Resource]) = (["PrivacyInfo.xcprivacy"], [])
    let linkNative: [LinkerSetting] = [
        .unsafeFlags(["-L", libraryFolder, "-Xlinker", "-rpath", "-Xlinker", libraryFolder])
    ]
#else
    // `cargo xtask apple` makes it.
    let native = Target.binaryTarget(name: "KeywardFFI", path: "KeywardFFI.xcframework")
    let linkNative: [LinkerSetting] = []
    let privacy: (exclude: [String], resources: [Resource]) = ([], [.copy("PrivacyInfo.xcprivacy")])
#endif

let package = Package(
    name: "Keyward",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [
        .library(name: "Keyward", targets: ["Keyward"]),
        // A library of its own, for apps whose linker counts too many personality routines (docs/ios.md).
        .library(name: "KeywardDynamic", type: .dynamic, targets: ["Keyward", "KeywardModels"]),
        // What stands behind each screen.
        .library(name: "KeywardModels", targets: ["KeywardModels"]),
        // For previews and UI tests.
        .library(name: "KeywardFakes", targets: ["KeywardFakes"]),
        .executable(name: "KeywardSample", targets: ["KeywardSample"]),
    ],
    targets: [
        native,
        // What UniFFI writes is not ready for language mode 6.
        .target(
            name: "KeywardBindings",
            dependencies: ["KeywardFFI"],
            swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: linkNative
        ),
        .target(
            name: "Keyward",
            dependencies: ["KeywardBindings"],
            exclude: privacy.exclude,
            resources: privacy.resources
        ),
        .target(name: "KeywardModels", dependencies: ["Keyward"]),
        .target(name: "KeywardFakes", dependencies: ["Keyward", "KeywardModels"]),
        .executableTarget(name: "KeywardSample", dependencies: ["Keyward"]),
    ]
)

// The package that `cargo xtask swift` packs for others is without.
if FileManager.default.fileExists(atPath: Context.packageDirectory + "/Tests") {
    package.targets += [
        // A program for tests to kill.
        .executableTarget(name: "KeywardCrash", dependencies: ["Keyward"], path: "Tests/KeywardCrash"),
        .testTarget(
            name: "KeywardTests", dependencies: ["Keyward", "KeywardModels", "KeywardCrash", "KeywardSample"]),
        .testTarget(name: "KeywardFakesTests", dependencies: ["Keyward", "KeywardFakes"]),
        .testTarget(name: "KeywardModelsTests", dependencies: ["Keyward", "KeywardModels", "KeywardFakes"]),
    ]
}
