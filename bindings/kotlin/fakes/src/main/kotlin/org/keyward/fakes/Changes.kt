// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.KeyInput
import java.util.concurrent.atomic.AtomicInteger

/** What was done to an account. Drivers note it in the midst of a call, so nothing is locked here. */
internal class Changes {
    private val number = AtomicInteger()
    private val told = AtomicInteger()

    /** Called when something has changed, outside of every lock. */
    @Volatile
    var listener: () -> Unit = {}

    /** Whether a reset has put a new identity in force. It stays so, whatever comes of later ones. */
    @Volatile
    var isReset: Boolean = false
        private set

    /** Whether this session was verified, with the key or by another one. */
    @Volatile
    var isVerified: Boolean = false
        private set

    /** Other sessions that the present identity has signed. */
    @Volatile
    var signed: Set<String> = Data.signed
        private set

    /** What opens secret storage. */
    @Volatile
    private var opens = Opens(Samples.OLD_KEY, Samples.OLD_PHRASE)

    private class Opens(
        val key: String,
        val phrase: String?,
    )

    /** Whether there is a key that the person has saved here. */
    val hasNewKey: Boolean get() = opens.key == Samples.NEW_KEY

    /** A number that is another after each change of the keys. */
    fun now(): Int = number.get()

    private fun note() {
        number.incrementAndGet()
    }

    fun noteReset(phrase: String?) {
        isReset = true
        signed = emptySet()
        noteKey(phrase)
    }

    fun noteKey(phrase: String?) {
        opens = Opens(Samples.NEW_KEY, phrase)
        note()
    }

    /** @param other the session that this one and the identity agree on; null: it was done with the key. */
    fun noteVerified(other: String?) {
        isVerified = true
        if (other != null) signed += other
        note()
    }

    /** Lets the account know, unless it does already. */
    fun tell() {
        val now = number.get()
        if (told.getAndSet(now) != now) listener()
    }

    /** The code of the error with which [input] does not open secret storage. */
    fun objection(input: KeyInput): String? =
        when (input) {
            is KeyInput.RecoveryKey -> {
                objection(input.key.reveal().filterNot(Char::isWhitespace))
            }

            is KeyInput.Passphrase -> {
                when (opens.phrase) {
                    null -> "secret_storage.no_passphrase"
                    input.passphrase.fake() -> null
                    else -> WRONG
                }
            }
        }

    private fun objection(key: String): String? =
        when {
            key == opens.key.filterNot(Char::isWhitespace) -> null

            // So begins every key that is in order.
            key.startsWith("EsT") -> WRONG

            else -> "secret_storage.mistyped_key"
        }

    private companion object {
        const val WRONG = "secret_storage.wrong_key"
    }
}
