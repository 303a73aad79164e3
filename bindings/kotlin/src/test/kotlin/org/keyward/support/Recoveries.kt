// SPDX-License-Identifier: Apache-2.0

package org.keyward.support

import kotlinx.coroutines.flow.first
import org.keyward.Confirmation
import org.keyward.KeyInput
import org.keyward.Recovery
import org.keyward.RecoveryKey
import org.keyward.RecoveryOutcome
import org.keyward.RecoveryState
import org.keyward.states

/** What a person types. */
fun keyInput(key: String): KeyInput = KeyInput.RecoveryKey(RecoveryKey(key))

/** Waits for a state of this type; fails with what stopped the making of the key before. */
suspend inline fun <reified T : RecoveryState> Recovery.awaitState(): T {
    val state = states().first { it is T || it is RecoveryState.Stopped }
    if (state is RecoveryState.Stopped && state !is T) throw state.error
    return state as T
}

/** The new key, when it is shown. */
suspend fun Recovery.untilNewKey(): String = awaitState<RecoveryState.SaveKey>().recoveryKey.reveal()

/** Waits for the end. */
suspend fun Recovery.untilDone(): RecoveryOutcome = awaitState<RecoveryState.Done>().outcome

/** Says that the key that is shown is saved, and waits for the end. */
suspend fun Recovery.finish(): RecoveryOutcome {
    confirmSaved(Confirmation.Acknowledged)
    return untilDone()
}
