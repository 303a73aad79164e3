// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.SideEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateListOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.rememberUpdatedState
import androidx.compose.ui.Modifier
import kotlinx.coroutines.CoroutineScope
import org.keyward.Texts
import org.keyward.forLocales

/**
 * All screens of an account: the sessions, what is wrong and what helps, a new recovery key, the reset. Each leads to the others.
 *
 * ```
 * KeywardSecurity(ScreenAccount.Own(account)) { place -> navigate(place) }
 * ```
 *
 * @param leave where the person wants to go from here: [Place.Back], or a place that is the app's own. It is called on the main
 *   thread.
 * @param start the first screen.
 * @param camera as of [KeywardScreen], like [host] and [isVisible].
 */
@Composable
public fun KeywardSecurity(
    account: ScreenAccount,
    modifier: Modifier = Modifier,
    texts: Texts = remember { Texts.forLocales() },
    host: ScreenHost = rememberScreenHost(),
    secrets: Secrets = remember { Secrets() },
    start: Place = Place.Overview,
    camera: Camera? = null,
    isVisible: Boolean = true,
    leave: (Place) -> Unit,
) {
    val scope = rememberCoroutineScope()
    val currentLeave by rememberUpdatedState(leave)
    // A composable makes account and host anew each time; the screens stay where they are.
    val screens =
        remember(account.same, texts) {
            SecurityScreens(ScreenContext(account, texts, secrets), scope, start) { currentLeave(it) }
        }
    SideEffect { screens.context.account = account }
    DisposableEffect(screens) { onDispose(screens::close) }
    KeywardScreen(screens.top, modifier, camera, host, isVisible)
}

/** The screens that were come through. The last one is shown. An app that outlives its composition holds it, and closes it. */
public class SecurityScreens(
    internal val context: ScreenContext,
    private val scope: CoroutineScope,
    start: Place = Place.Overview,
    private val leave: (Place) -> Unit,
) {
    private class Shown(
        val place: Place,
        val model: ScreenModel,
    )

    private val stack = mutableStateListOf<Shown>()

    init {
        stack += Shown(start, checkNotNull(model(start)) { "$start is no screen of an account" })
    }

    /** What is shown. */
    public val top: ScreenModel get() = stack.last().model

    /**
     * To another screen, or back from this one: Android's back gesture. Back from the first one the app is asked once, and again
     * when [KeywardScreen] has shown it anew.
     */
    public fun go(place: Place) {
        if (place == Place.Back) return back()
        val known = stack.indexOfFirst { it.place.isSameAs(place) }
        // One that was come through is gone back to: a flow is there once.
        if (known >= 0) return goBackTo(known, place)
        val model = model(place) ?: return leave(place)
        stack += Shown(place, model)
    }

    /** There is one doctor, who hears of a lost key sooner or later. */
    private fun Place.isSameAs(other: Place) = this == other || this is Place.Doctor && other is Place.Doctor

    private fun goBackTo(
        index: Int,
        place: Place,
    ) {
        val isShown = index == stack.lastIndex
        closeAbove(index)
        val doctor = (top as? DoctorModel)?.takeIf { place == Place.Doctor(lostKey = true) } ?: return
        doctor.keyIsLost()
        // Who comes back to it looks anyway.
        if (isShown) doctor.again()
    }

    private fun back() {
        if (stack.size > 1) return closeAbove(stack.lastIndex - 1)
        // Who presses it twice would leave the app's screen below as well.
        if (context.isLeft) return
        context.isLeft = true
        leave(Place.Back)
    }

    private fun closeAbove(index: Int) {
        while (stack.lastIndex > index) stack.removeAt(stack.lastIndex).model.close()
    }

    private fun model(place: Place): ScreenModel? {
        val own = (context.account as? ScreenAccount.Own)?.account
        return when (place) {
            Place.Overview -> OverviewModel(context, scope, ::go)
            Place.Sessions -> SessionsModel(context, scope, ::go)
            is Place.Session -> SessionModel(place.deviceId, context, scope, ::go)
            is Place.Rename -> RenameModel(place.deviceId, context, scope, ::go)
            is Place.SignOut -> SignOutModel(place.deviceIds, context, scope, ::go)
            is Place.Doctor -> DoctorModel(context, scope, place.lostKey, ::go)
            Place.Reset -> ResetModel(context, scope, ::go)
            Place.Recovery -> RecoveryModel(context, scope, ::go)
            // What an attached session cannot do is done with its own SDK.
            is Place.Verify -> own?.let { account ->
                val begin = suspend { place.deviceId?.let { account.verifySession(it) } ?: account.verifyThisSession() }
                VerificationModel(begin, null, context, scope, ::go)
            }
            Place.Unlock -> own?.let { UnlockModel(it, context, scope, ::go) }
            is Place.Mend -> own?.let { MendModel(it, place.remedy, place.contacts, context, scope, ::go) }
            Place.Back, Place.LogInAgain, Place.LogOut, Place.ExportRoomKeys, Place.OtherProgram, Place.Contacts -> null
        }
    }

    /** The screens are left for good. */
    public fun close(): Unit = stack.forEach { it.model.close() }
}
