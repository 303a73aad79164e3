// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import org.keyward.KeyInput
import org.keyward.Passphrase
import org.keyward.Password
import org.keyward.RecoveryKey
import org.keyward.Texts
import java.time.Instant

/**
 * What all screens of an account share.
 *
 * @property texts in which language they speak.
 * @property secrets what they make of what was typed.
 * @property now the time, from which the screens say how long ago something was.
 */
public class ScreenContext(
    account: ScreenAccount,
    public val texts: Texts,
    internal val secrets: Secrets = Secrets(),
    internal val now: () -> Instant = Instant::now,
) {
    /** Whose screens they are. A composable may make it anew around the same account. */
    public var account: ScreenAccount = account
        internal set

    /** Of the composition that shows them now: on Android the activity is another after each turn of the screen. */
    internal var host: ScreenHost = Nobody
}

/** What screens ask of the app around them. */
public interface ScreenHost {
    /**
     * Opens a page in a browser: one of the homeserver's, to allow something or to sign a session out.
     *
     * @return whether there is a browser. Otherwise the person is shown the address.
     */
    public fun open(page: String): Boolean

    /** Copies the recovery key as something that is not to be kept: Android's `EXTRA_IS_SENSITIVE`. */
    public fun copy(key: RecoveryKey)

    /** A recovery key comes onto the screen, or is gone from it. While it is there, pictures of the screen are to be prevented. */
    public fun showsSecret(isShown: Boolean) {
    }
}

/** No screen is shown. */
private object Nobody : ScreenHost {
    override fun open(page: String) = false

    override fun copy(key: RecoveryKey) = Unit
}

/**
 * Makes what the flows take of what was typed. Fakes have secrets of their own, which need no native library:
 * `Secrets(::FakeRecoveryKey, ::FakePassphrase, ::FakePassword)`.
 */
public class Secrets(
    internal val recoveryKey: (String) -> RecoveryKey = ::RecoveryKey,
    internal val passphrase: (String) -> Passphrase = ::Passphrase,
    internal val password: (String) -> Password = ::Password,
) {
    internal fun recoveryKeyInput(typed: String): KeyInput = KeyInput.RecoveryKey(recoveryKey(typed))

    internal fun passphraseInput(typed: String): KeyInput = KeyInput.Passphrase(passphrase(typed))

    /** Uses what was typed as a recovery key or, if it cannot be one, as a Security Phrase. */
    internal suspend fun <R> keyOrPhrase(
        typed: String,
        use: suspend (KeyInput) -> R,
    ): R {
        try {
            return use(recoveryKeyInput(typed))
        } catch (noKey: Exception) {
            if (noKey.advice().code != MISTYPED_KEY) throw noKey
            try {
                return use(passphraseInput(typed))
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
