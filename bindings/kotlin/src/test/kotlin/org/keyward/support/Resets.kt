// SPDX-License-Identifier: Apache-2.0

package org.keyward.support

import kotlinx.coroutines.flow.first
import org.keyward.Account
import org.keyward.Challenge
import org.keyward.Confirmation
import org.keyward.KeyInput
import org.keyward.Password
import org.keyward.RecoveryKey
import org.keyward.Reset
import org.keyward.ResetOptions
import org.keyward.ResetOutcome
import org.keyward.ResetState
import org.keyward.states

/** Verifies the session with the key that the person had from the beginning. */
suspend fun Account.unlock(person: Person) {
    check(unlock(KeyInput.RecoveryKey(RecoveryKey(person.recoveryKey))).keyBackup) { "the old key opens the backup" }
}

/** Plans and starts a reset. */
suspend fun Account.startReset(options: ResetOptions = ResetOptions()): Reset = startReset(planReset(), options)

/** Waits for a state of this type; fails with what stopped the reset before. */
suspend inline fun <reified T : ResetState> Reset.await(): T {
    val state = states().first { it is T || it is ResetState.Stopped }
    if (state is ResetState.Stopped && state !is T) throw state.error
    return state as T
}

/** The new key, when it is shown. */
suspend fun Reset.untilKey(): String = await<ResetState.SaveKey>().recoveryKey.reveal()

/** Says that the key that is shown is saved; what the server asks for then. */
suspend fun Reset.untilAuthorise(): Challenge {
    confirmSaved(Confirmation.Acknowledged)
    return await<ResetState.Authorise>().challenge
}

/** The new key, when the server asks for the password. */
suspend fun Reset.untilPassword(): String = untilKey().also { untilAuthorise() }

/** Does what is asked for, to the end. */
suspend fun Reset.finish(user: User): ResetOutcome {
    while (true) {
        when (
            val state = states().first { it !is ResetState.Working }
        ) {
            is ResetState.SaveKey -> confirmSaved(Confirmation.Acknowledged)
            is ResetState.Authorise -> authorise(Password(user.password))
            is ResetState.Stopped -> throw state.error
            is ResetState.Done -> return state.outcome
            is ResetState.Cancelled, is ResetState.HandOver, is ResetState.Working -> error("the reset is $state")
        }
    }
}
