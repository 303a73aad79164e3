// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.awaitCancellation
import org.keyward.Account
import org.keyward.Screen
import org.keyward.ScreenActionId
import org.keyward.Unlocked

/** Verifying this session with the recovery key or the Security Phrase. */
public class UnlockModel(
    private val account: Account,
    context: ScreenContext,
    scope: CoroutineScope,
    go: (Place) -> Unit,
) : ScreenModel(context, scope, go) {
    private val texts = context.texts
    private var unlocked by mutableStateOf<Unlocked?>(null)

    override val shown: Screen
        get() = unlocked?.let(texts::unlockDone) ?: if (isBusy) texts.unlockWorking() else texts.unlock()

    override fun again(): Unit = Unit

    override suspend fun follow(): Unit = awaitCancellation()

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.UNLOCK -> work { unlocked = withTypedKey(account::unlock) }
            else -> go(action.place())
        }
    }
}
