// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import org.keyward.Confirmation
import org.keyward.KeyInput
import org.keyward.Passphrase
import org.keyward.Password
import org.keyward.RecoveryKey
import org.keyward.ScreenFieldId

/**
 * Makes what the flows take of what was typed. Fakes have secrets of their own, which need no native library:
 * `Secrets(::FakeRecoveryKey, ::FakePassphrase, ::FakePassword)`.
 */
public class Secrets(
    internal val recoveryKey: (String) -> RecoveryKey = ::RecoveryKey,
    internal val passphrase: (String) -> Passphrase = ::Passphrase,
    internal val password: (String) -> Password = ::Password,
) {
    /** Uses what was typed as a Security Phrase. */
    internal suspend fun <R> phrase(
        typed: String,
        use: suspend (KeyInput) -> R,
    ): R = KeyInput.Passphrase(passphrase(typed)).forgotten(use)

    /** A secret is in memory as long as it is used, or as somebody waits for that, and not until the collector comes. */
    private suspend fun <R> KeyInput.forgotten(use: suspend (KeyInput) -> R): R =
        try {
            use(this)
        } finally {
            destroy()
        }

    /** Uses what was typed as a recovery key or, if it cannot be one, as a Security Phrase. */
    internal suspend fun <R> keyOrPhrase(
        typed: String,
        use: suspend (KeyInput) -> R,
    ): R {
        try {
            return KeyInput.RecoveryKey(recoveryKey(typed)).forgotten(use)
        } catch (noKey: Exception) {
            if (noKey.advice().code != MISTYPED_KEY) throw noKey
            try {
                return phrase(typed, use)
            } catch (noPhrase: Exception) {
                // Where there is no phrase it was meant as the key.
                throw if (noPhrase.advice().code == NO_PASSPHRASE) noKey else noPhrase
            }
        }
    }

    private companion object {
        const val MISTYPED_KEY = "secret_storage.mistyped_key"
        const val NO_PASSPHRASE = "secret_storage.no_passphrase"
    }
}

/** The Security Phrase that the person has chosen for a new key. Null: none. */
internal fun ScreenModel.newPassphrase(): Passphrase? =
    input.text(ScreenFieldId.NEW_PASSPHRASE).ifEmpty { null }?.let(context.secrets.passphrase)

/** That the new key is saved, with what was typed of it. */
internal fun ScreenModel.confirmation(): Confirmation {
    val typed = input.text(ScreenFieldId.RETYPED_KEY)
    return if (typed.isBlank()) Confirmation.Acknowledged else Confirmation.Retyped(context.secrets.recoveryKey(typed))
}

/** Uses the recovery key or the Security Phrase, whichever was typed. The fields are empty once it has done what it is for. */
internal suspend fun <R> ScreenModel.withTypedKey(use: suspend (KeyInput) -> R): R {
    val key = input.text(ScreenFieldId.RECOVERY_KEY)
    val result =
        when {
            key.isBlank() -> context.secrets.phrase(input.text(ScreenFieldId.PASSPHRASE), use)
            else -> context.secrets.keyOrPhrase(key, use)
        }
    input.clear()
    return result
}
