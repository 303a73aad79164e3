// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableSharedFlow
import org.keyward.Advice
import org.keyward.Screen
import org.keyward.ScreenActionId
import org.keyward.SessionFilter
import org.keyward.SessionsSnapshot
import org.keyward.SessionsUpdate
import org.keyward.Texts
import org.keyward.othersShown
import org.keyward.watch
import java.time.Instant

/** The list of sessions, which keeps itself up to date. */
public class SessionsModel(
    context: ScreenContext,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : ScreenModel(context, scope) {
    private val texts = context.texts
    private val refreshes = MutableSharedFlow<Unit>(extraBufferCapacity = 1)
    private var snapshot by mutableStateOf<SessionsSnapshot?>(null)
    private var failure by mutableStateOf<Advice?>(null)
    private var filter by mutableStateOf(SessionFilter.ALL)

    override val screen: Screen?
        get() = snapshot?.let { texts.sessions(it.list, filter) } ?: failure?.let(texts::stopped)

    /** Why the list may be old. It is fetched again by itself. */
    override val problem: String?
        get() = super.problem ?: failure?.takeIf { snapshot != null }?.let(texts::error)

    override val content: ScreenPart?
        get() = snapshot?.let { part(it, texts, filter, context.now(), { filter = it }, { id -> go(Place.Session(id)) }) }

    override suspend fun follow() {
        val advice =
            attemptQuietly {
                context.account.sessions().watch(refreshes).collect { update ->
                    when (update) {
                        is SessionsUpdate.Snapshot -> {
                            snapshot = update.snapshot
                            failure = null
                        }
                        is SessionsUpdate.Failed -> failure = update.error.advice()
                    }
                }
            }
        if (advice != null) failure = advice
    }

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.SIGN_OUT_ALL_OTHERS ->
                snapshot?.let { go(Place.SignOut(it.list.othersShown(SessionFilter.ALL).map { other -> other.deviceId })) }
            ScreenActionId.RETRY, ScreenActionId.LOOK_AGAIN -> {
                refreshes.tryEmit(Unit)
            }
            else -> go(action.place())
        }
    }
}

/** The list: this session first, then those that the filter shows. */
internal fun part(
    snapshot: SessionsSnapshot,
    texts: Texts,
    filter: SessionFilter,
    now: Instant,
    choose: (SessionFilter) -> Unit,
    open: (String) -> Unit,
): ScreenPart {
    val shown = listOf(snapshot.list.current) + snapshot.list.othersShown(filter)
    return ScreenPart.Sessions(
        newLogins = snapshot.newLogins.map { NewLoginRow(it.deviceId, texts.newLogin(it, now)) },
        filters = SessionFilter.entries.map { it to texts.filter(it) },
        filter = filter,
        rows = shown.map { SessionRow(it.deviceId, texts.session(it, now)) },
        choose = choose,
        open = open,
    )
}
