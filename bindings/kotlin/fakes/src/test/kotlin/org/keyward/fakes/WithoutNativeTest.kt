// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.junit.jupiter.api.Test
import org.keyward.Keyward
import org.keyward.Password
import kotlin.test.assertFailsWith
import kotlin.test.assertNull

/** That these tests tell whether the fakes need the native library: it cannot be found here. */
class WithoutNativeTest {
    @Test
    fun `the real library cannot be loaded`() {
        assertNull(javaClass.getResource("/linux-x86-64/libkeyward_ffi.so"))
        assertFailsWith<LinkageError> { Keyward.versions }
        assertFailsWith<LinkageError> { Password("text") }
    }
}
