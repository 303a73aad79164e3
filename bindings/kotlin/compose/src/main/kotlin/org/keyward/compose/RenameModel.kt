// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import kotlinx.coroutines.CoroutineScope
import org.keyward.Screen
import org.keyward.ScreenActionId
import org.keyward.ScreenFieldId

/** Another name for a session. */
public class RenameModel(
    private val deviceId: String,
    context: ScreenContext,
    scope: CoroutineScope,
    go: (Place) -> Unit,
) : ScreenModel(context, scope, go) {
    private val sessions = context.account.sessions()

    override val shown: Screen = context.texts.rename()

    /** The name that it has is there to be changed. */
    override suspend fun follow(): Unit =
        look {
            val list = sessions.list()
            val session = (listOf(list.current) + list.others).firstOrNull { it.deviceId == deviceId }
            if (input.text(ScreenFieldId.SESSION_NAME).isEmpty()) input.type(ScreenFieldId.SESSION_NAME, session?.name.orEmpty())
        }

    override fun again(): Unit = work { follow() }

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.SAVE ->
                work {
                    sessions.rename(deviceId, input.text(ScreenFieldId.SESSION_NAME).trim())
                    go(Place.Back)
                }
            else -> go(action.place())
        }
    }
}
