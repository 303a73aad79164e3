// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.foundation.lazy.LazyListState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableSharedFlow
import org.keyward.Advice
import org.keyward.Remedy
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
    go: (Place) -> Unit,
) : ScreenModel(context, scope, go) {
    private val texts = context.texts
    private val refreshes = MutableSharedFlow<Unit>(extraBufferCapacity = 1)
    private var snapshot by mutableStateOf<SessionsSnapshot?>(null)
    private var staleness by mutableStateOf<Advice?>(null)
    private var filter by mutableStateOf(SessionFilter.ALL)

    /** As long as the model: whoever looks at a session comes back to where it was. */
    private val position = LazyListState()

    override val shown: Screen?
        get() = snapshot?.let { texts.sessions(it.list, filter) }

    /** Why the list may be old. It is fetched again by itself. */
    override val problem: String?
        get() = super.problem ?: staleness?.let(texts::error)

    override val part: ScreenPart?
        get() =
            snapshot?.let {
                part(it, texts, filter, context.now(), { filter = it }, { id -> go(Place.Session(id)) }, position)
            }

    override suspend fun follow() {
        val ended = attempt { context.account.sessions().watch(refreshes).collect(::shows) }
        // It goes on by itself but for what another screen mends.
        if (ended != null) failed(ended)
    }

    private fun shows(update: SessionsUpdate) {
        when (update) {
            is SessionsUpdate.Snapshot -> {
                snapshot = update.snapshot
                staleness = null
            }
            is SessionsUpdate.Failed -> {
                val advice = update.error.advice()
                // Without a list there is nothing else to show.
                if (snapshot == null || advice.remedy == Remedy.LOG_IN_AGAIN) failed(advice) else staleness = advice
            }
        }
    }

    override fun again() =
        work {
            val list = context.account.sessions().list()
            snapshot = SessionsSnapshot(list, snapshot?.newLogins.orEmpty())
            staleness = null
        }

    override fun cameBack() {
        refreshes.tryEmit(Unit)
    }

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.SIGN_OUT_ALL_OTHERS ->
                snapshot?.let { go(Place.SignOut(it.list.othersShown(SessionFilter.ALL).map { other -> other.deviceId })) }
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
    position: LazyListState = LazyListState(),
): ScreenPart {
    // Each once, whatever a homeserver lists.
    val shown = (listOf(snapshot.list.current) + snapshot.list.othersShown(filter)).distinctBy { it.deviceId }
    return ScreenPart.Sessions(
        newLogins = snapshot.newLogins.distinctBy { it.deviceId }.map { NewLoginRow(it.deviceId) { texts.newLogin(it, now) } },
        filters = SessionFilter.entries.map { it to texts.filter(it) },
        filter = filter,
        rows = shown.map { SessionRow(it.deviceId) { texts.session(it, now) } },
        choose = choose,
        open = open,
        position = position,
    )
}
