// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import org.keyward.Screen
import org.keyward.ScreenActionId

/** Everything known of one session. */
public class SessionModel(
    private val deviceId: String,
    context: ScreenContext,
    scope: CoroutineScope,
    go: (Place) -> Unit,
) : ScreenModel(context, scope, go) {
    private val sessions = context.account.sessions()
    private var details by mutableStateOf<Screen?>(null)

    override val shown: Screen? get() = details

    override suspend fun follow(): Unit = look(::read)

    override fun again(): Unit = work { look(::read) }

    private suspend fun read() {
        val list = sessions.list()
        val session = (listOf(list.current) + list.others).firstOrNull { it.deviceId == deviceId }
        // Signed out meanwhile, here or elsewhere.
        if (session == null) return go(Place.Back)
        val history = sessions.history().firstOrNull { it.deviceId == deviceId }
        details = context.texts.sessionDetails(session, session == list.current, context.now(), history)
    }

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.IT_WAS_ME ->
                work {
                    sessions.acknowledgeLogin(deviceId)
                    read()
                }
            ScreenActionId.VERIFY -> go(Place.Verify(deviceId))
            ScreenActionId.RENAME -> go(Place.Rename(deviceId))
            ScreenActionId.SIGN_OUT -> go(Place.SignOut(listOf(deviceId)))
            else -> go(action.place())
        }
    }
}
