// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `cargo xtask swift` runs the tests of the fakes a second time, with a library in front of the native one whose
/// functions end the program.
@Suite struct WithoutNativeTests {
    @Test(
        "In the second run the stub has taken the place of the native library",
        .enabled(if: ProcessInfo.processInfo.environment["KEYWARD_STUB"] != nil))
    func stub() throws {
        let stub = try #require(ProcessInfo.processInfo.environment["KEYWARD_STUB"])
        let library = try #require(dlopen(stub, RTLD_LAZY))
        let function = try #require(dlsym(library, "uniffi_keyward_ffi_fn_func_versions"))
        #expect(dlsym(nil, "uniffi_keyward_ffi_fn_func_versions") == function)
    }
}
