// SPDX-License-Identifier: Apache-2.0

package org.keyward

import java.security.SecureRandom
import kotlin.test.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse

/** Secrets show themselves to nobody who does not ask for it. */
class SecretsTest {
    @Test
    fun `secrets print as redacted`() {
        val key = StoreKey.generate()
        for (secret in listOf(Password(SECRET), Passphrase(SECRET), RecoveryKey(SECRET), key)) {
            assertEquals(REDACTED, secret.toString())
            assertEquals("a $REDACTED", "a $secret")
        }
    }

    @Test
    fun `what holds a secret prints it as redacted`() {
        val holders =
            listOf(
                KeyInput.RecoveryKey(RecoveryKey(SECRET)),
                KeyInput.Passphrase(Passphrase(SECRET)),
                Confirmation.Retyped(RecoveryKey(SECRET)),
                ResetState.SaveKey(RecoveryKey(SECRET)),
                ResetExport("room-keys.txt", Passphrase(SECRET)),
                ResetOptions(passphrase = Passphrase(SECRET)),
            )
        for (holder in holders) {
            assertFalse(SECRET in holder.toString(), "$holder")
            assertEquals(1, holder.toString().split(REDACTED).size - 1, "$holder")
        }
    }

    @Test
    fun `a recovery key reveals what it was made of`() {
        assertEquals(SECRET, RecoveryKey(SECRET).reveal())
        RecoveryKey("").use { assertEquals("", it.reveal()) }
    }

    @Test
    fun `a store key comes back from its bytes`() {
        val bytes = ByteArray(32).also(SecureRandom()::nextBytes)
        assertContentEquals(bytes, StoreKey.fromBytes(bytes).reveal())
        val key = StoreKey.generate()
        assertContentEquals(key.reveal(), StoreKey.fromBytes(key.reveal()).reveal())
        assertFalse(key.reveal().contentEquals(StoreKey.generate().reveal()))
    }

    @Test
    fun `bytes of another length are no store key`() {
        for (length in listOf(0, 31, 33, 64)) {
            val error = fails<StoreKeyException.WrongLength> { StoreKey.fromBytes(ByteArray(length)) }
            assertEquals("A store key has 32 bytes.", error.message)
        }
    }

    @Test
    fun `a closed secret reveals nothing, and is closed as often as one likes`() {
        val recoveryKey = RecoveryKey(SECRET)
        val storeKey = StoreKey.generate()
        repeat(2) {
            recoveryKey.close()
            storeKey.close()
        }
        assertFailsWith<IllegalStateException> { recoveryKey.reveal() }
        assertFailsWith<IllegalStateException> { storeKey.reveal() }
    }

    private companion object {
        const val SECRET = "correct horse battery staple"
        const val REDACTED = "[redacted]"
    }
}
