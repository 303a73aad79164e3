// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.Flow
import org.keyward.Account
import org.keyward.FindingRemedy
import org.keyward.RemedyCode
import org.keyward.RoomKeyRepairState
import org.keyward.Screen
import org.keyward.ScreenAction
import org.keyward.ScreenActionId
import org.keyward.ScreenProgress
import org.keyward.ScreenRole
import org.keyward.makeBackup
import org.keyward.recoverRoomKeys
import org.keyward.uploadRoomKeysBehind
import java.time.Duration

/** Doing what helps against a finding, where that is no flow of its own. */
public class MendModel(
    private val account: Account,
    private val remedy: FindingRemedy,
    private val contacts: List<String>,
    context: ScreenContext,
    scope: CoroutineScope,
    go: (Place) -> Unit,
) : ScreenModel(context, scope, go) {
    private val texts = context.texts
    private val title = texts.remedyTitle(remedy.code)
    private var running by mutableStateOf<RoomKeyRepairState.Running?>(null)

    override val shown: Screen
        get() {
            // Asks for the key in the same words.
            val unlock = texts.unlock()
            val close = unlock.actions.filter { it.id == ScreenActionId.CLOSE }
            return unlock.copy(
                title = title,
                paragraphs = listOf(texts.remedy(remedy)),
                fields = if (remedy.code in NEEDS_KEY) unlock.fields else emptyList(),
                actions = listOf(ScreenAction(ScreenActionId.ACCEPT, title, ScreenRole.PRIMARY, true)) + close,
                progress = if (isBusy) ScreenProgress(title, running?.done ?: 0, running?.total ?: 0) else null,
                announcement = title,
            )
        }

    override fun again(): Unit = Unit

    override suspend fun follow(): Unit = awaitCancellation()

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.ACCEPT ->
                work {
                    mend()
                    go(Place.Back)
                }
            else -> go(action.place())
        }
    }

    private suspend fun mend() {
        when (remedy.code) {
            RemedyCode.ASK_OTHER_SESSIONS -> account.askOtherSessions(TIME_TO_ANSWER)
            RemedyCode.SIGN_THIS_SESSION -> account.signThisSession()
            RemedyCode.UPLOAD_ROOM_KEYS -> follow(account.uploadRoomKeysBehind())
            RemedyCode.SAY_BACKUP_IS_WANTED -> account.sayBackupIsWanted()
            RemedyCode.REMOVE_DEHYDRATED_DEVICE -> account.removeDehydratedDevice()
            RemedyCode.DISMISS_CONTACTS -> account.dismissContacts(contacts)
            RemedyCode.WRITE_SECRET_STORAGE -> withTypedKey { account.writeSecretStorage(it) }
            RemedyCode.MAKE_BACKUP -> withTypedKey { follow(account.makeBackup(it)) }
            RemedyCode.RECOVER_ROOM_KEYS -> withTypedKey { follow(account.recoverRoomKeys(it)) }
            else -> error("${remedy.code} is done on a screen of its own")
        }
    }

    private suspend fun follow(states: Flow<RoomKeyRepairState>) = states.collect { running = it as? RoomKeyRepairState.Running }

    private companion object {
        val NEEDS_KEY = setOf(RemedyCode.WRITE_SECRET_STORAGE, RemedyCode.MAKE_BACKUP, RemedyCode.RECOVER_ROOM_KEYS)

        /** How long another session may take to answer. */
        val TIME_TO_ANSWER: Duration = Duration.ofMinutes(2)
    }
}
