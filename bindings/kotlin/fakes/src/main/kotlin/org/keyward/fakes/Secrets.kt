// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.KeyInput
import org.keyward.NoHandle
import org.keyward.Passphrase
import org.keyward.Password
import org.keyward.RecoveryKey

/** A recovery key for the fakes. Screens that make a [RecoveryKey] of what was typed take this one in their place. */
public class FakeRecoveryKey(
    private val base58: String = Samples.NEW_KEY,
) : RecoveryKey(NoHandle) {
    override fun reveal(): String {
        check(!uniffiIsDestroyed) { "The recovery key was closed" }
        return base58
    }

    override fun toString(): String = REDACTED
}

/** A password for the fakes. Screens that make a [Password] of what was typed take this one in their place. */
public class FakePassword(
    internal val text: String,
) : Password(NoHandle) {
    override fun toString(): String = REDACTED
}

/** A Security Phrase for the fakes. Screens that make a [Passphrase] of what was typed take this one in their place. */
public class FakePassphrase(
    internal val text: String,
) : Passphrase(NoHandle) {
    override fun toString(): String = REDACTED
}

private const val REDACTED = "[redacted]"

/** The text of a password that the fakes can read. */
internal fun Password.fake(): String = (this as? FakePassword)?.text ?: throw notFake("password", "FakePassword")

/** The text of a phrase that the fakes can read. */
internal fun Passphrase.fake(): String =
    (this as? FakePassphrase)?.text ?: throw notFake("Security Phrase", "FakePassphrase")

private fun notFake(
    what: String,
    name: String,
) = IllegalArgumentException("Nobody can read a real $what: give the fakes a $name")

/** Whether it is this key, as people type it. */
internal fun RecoveryKey.isKey(key: String): Boolean =
    reveal().filterNot(Char::isWhitespace) == key.filterNot(Char::isWhitespace)

/** Whether it is the old key, or the old phrase, of the samples. */
internal fun KeyInput.isOld(): Boolean =
    when (this) {
        is KeyInput.RecoveryKey -> key.isKey(Samples.OLD_KEY)
        is KeyInput.Passphrase -> passphrase.fake() == Samples.OLD_PHRASE
    }
