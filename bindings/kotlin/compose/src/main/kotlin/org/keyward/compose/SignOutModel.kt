// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.filterNotNull
import org.keyward.AccountManagement
import org.keyward.Advice
import org.keyward.Challenge
import org.keyward.Screen
import org.keyward.ScreenActionId
import org.keyward.ScreenFieldId
import org.keyward.ScreenProgress
import org.keyward.SessionsUpdate
import org.keyward.SignOut
import org.keyward.SignOutConsequences
import org.keyward.SignOutLinks
import org.keyward.watch

/** Signing sessions out: what that means, what the homeserver asks for, and how it went. */
public class SignOutModel(
    private val deviceIds: List<String>,
    context: ScreenContext,
    scope: CoroutineScope,
    go: (Place) -> Unit,
) : ScreenModel(context, scope, go) {
    private sealed interface At {
        class Before(
            val means: SignOutConsequences,
            val page: AccountManagement?,
        ) : At

        class Authorise(
            val challenge: Challenge,
        ) : At

        object Working : At

        object Done : At

        class Stopped(
            val advice: Advice,
        ) : At
    }

    private val sessions = context.account.sessions()
    private val texts = context.texts
    private val links = MutableStateFlow<SignOutLinks?>(null)
    private var signOut: SignOut? = null
    private var waiting: Job? = null
    private var opened: String? = null
    private var done by mutableStateOf<Int?>(null)
    private var at by mutableStateOf<At?>(null)
    private var isInBrowser by mutableStateOf(false)

    override val shown: Screen?
        get() {
            val count = deviceIds.size
            return when (val at = at) {
                null -> null
                is At.Before -> texts.signOutBegin(at.means, count, at.page != null).withProgress(count)
                is At.Authorise -> texts.signOutAuthorise(at.challenge, context.account.userId, isInBrowser)
                At.Working -> texts.signOutWorking()
                At.Done -> texts.signOutDone(count)
                is At.Stopped -> texts.signOutStopped(at.advice)
            }
        }

    /** On the homeserver's page: how many are signed out there. */
    private fun Screen.withProgress(count: Int) = done?.let { copy(progress = ScreenProgress(title, it, count)) } ?: this

    override suspend fun follow() {
        if (at == null) lookHowItStands()
        // What is signed out on the homeserver's page is listed no more.
        links.filterNotNull().collectLatest { links ->
            val ended =
                attempt {
                    sessions.watch().collect { update ->
                        if (update is SessionsUpdate.Snapshot) links.update(update.snapshot.list)
                        done = links.done()
                        if (links.current() == null) at = At.Done
                    }
                }
            if (ended != null) at = At.Stopped(ended)
        }
    }

    private suspend fun lookHowItStands() =
        look { at = At.Before(sessions.signOutConsequences(deviceIds), sessions.accountManagement()) }

    override fun again(): Unit = work { lookHowItStands() }

    override fun cameBack() {
        if (isInBrowser) waitForBrowser()
    }

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.SIGN_OUT -> work { stopping { begin() } }
            ScreenActionId.AUTHORISE ->
                work {
                    // Both at once it cannot ask.
                    waiting?.cancelAndJoin()
                    isInBrowser = false
                    val password = context.secrets.password(input.take(ScreenFieldId.PASSWORD))
                    signOut?.let { shows(it.authorise(password)) }
                }
            ScreenActionId.OPEN_BROWSER -> openBrowser()
            ScreenActionId.CHECK_NOW -> waitForBrowser()
            ScreenActionId.RETRY, ScreenActionId.LOOK_AGAIN -> again()
            ScreenActionId.CANCEL -> go(Place.Back)
            else -> go(action.place())
        }
    }

    private suspend fun begin() {
        at = At.Working
        val begun = obtain { sessions.signOut(deviceIds) }
        signOut?.close()
        signOut = begun
        shows(begun.begin())
    }

    private fun openBrowser() {
        when (val at = at) {
            is At.Before ->
                work {
                    val page = at.page ?: return@work
                    val links = links.value ?: page.signOutLinks(sessions.list(), deviceIds).also { links.value = it }
                    // Whoever left this one as it was may do so with others.
                    if (links.current()?.deviceId == opened) links.postpone()
                    links.current()?.let {
                        opened = it.deviceId
                        open(it.url)
                    }
                }
            is At.Authorise -> {
                at.challenge
                    .pages()
                    .firstOrNull()
                    ?.let { open(it.page) }
                waitForBrowser()
            }
            // It said that it is done on a page.
            else -> again()
        }
    }

    /** Asks at once, and then again and again, until the person is done there. */
    private fun waitForBrowser() {
        val signOut = signOut ?: return
        waiting?.cancel()
        isInBrowser = true
        waiting =
            beside {
                val ended = attempt { shows(signOut.authoriseInBrowser()) } ?: return@beside
                isInBrowser = false
                refused(ended)
            }
    }

    private fun shows(challenge: Challenge?) {
        comesTo(challenge == null)
        isInBrowser = false
        at = if (challenge == null) At.Done else At.Authorise(challenge)
    }

    /** What goes wrong here ends it. */
    private suspend fun stopping(block: suspend () -> Unit) {
        attempt(block)?.let { at = At.Stopped(it) }
    }

    override fun close() {
        super.close()
        signOut?.close()
        signOut = null
    }
}
