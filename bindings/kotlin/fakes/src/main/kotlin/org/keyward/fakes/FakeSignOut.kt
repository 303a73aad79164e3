// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.first
import org.keyward.AccountManagement
import org.keyward.Challenge
import org.keyward.NoHandle
import org.keyward.Password
import org.keyward.SessionList
import org.keyward.SignOut
import org.keyward.SignOutException
import org.keyward.SignOutLink
import org.keyward.SignOutLinks

/** A sign-out as the script of the sessions has it. What is signed out is not listed any more. */
public class FakeSignOut internal constructor(
    private val book: SessionBook,
    private val selected: List<String>,
) : SignOut(NoHandle) {
    private val isApproved = MutableStateFlow(false)

    override fun deviceIds(): List<String> {
        checkIsNotDestroyed()
        return selected
    }

    override suspend fun begin(): Challenge? {
        checkIsOpen()
        if (selected.isEmpty()) return null
        book.failsAt(SignOutCall.BEGIN)
        if (book.script.onPage) throw FakeErrors.signOut("sign_out.account_management")
        return book.script.challenge ?: done()
    }

    override suspend fun authorise(password: Password): Challenge? {
        checkIsOpen()
        if (selected.isEmpty()) return null
        val challenge = book.script.challenge
        if (challenge?.answerableByPassword() == false) {
            throw SignOutException.BrowserNeeded(challenge.pages(), adviceOf("auth.browser_needed"))
        }
        if (password.fake() != book.script.password) throw FakeErrors.signOut("auth.wrong_password")
        book.failsAt(SignOutCall.AUTHORISE)
        return done()
    }

    override suspend fun authoriseInBrowser(): Challenge? {
        checkIsOpen()
        if (book.script.challenge
                ?.pages()
                .isNullOrEmpty()
        ) {
            throw FakeErrors.signOut("auth.unsupported")
        }
        // Until then, or until nobody waits for it any more.
        combine(isApproved, book.shown) { isApproved, shown -> isApproved || shown.isLast }.first { it }
        checkIsOpen()
        book.failsAt(SignOutCall.AUTHORISE_IN_BROWSER)
        return done()
    }

    /** The person is done in the browser: [authoriseInBrowser] returns. */
    public fun finishInBrowser() {
        checkIsNotDestroyed()
        isApproved.value = true
    }

    private fun done(): Challenge? {
        book.signOut(selected)
        return null
    }

    private fun checkIsOpen() {
        checkIsNotDestroyed()
        if (book.isShutDown()) throw SignOutException.Closed(CLOSED)
    }

    private fun checkIsNotDestroyed() = check(!uniffiIsDestroyed) { "FakeSignOut object has already been destroyed" }
}

/** The account page of a fake homeserver. [FakeSessions.signOutElsewhere] does what the person does there. */
public class FakeAccountManagement : AccountManagement(NoHandle) {
    override fun page(): String = PAGE

    override fun signOutLink(deviceId: String): String = link("device_delete", deviceId)

    override fun sessionLink(deviceId: String): String = link("device_view", deviceId)

    override fun sessionsLink(): String = link("devices_list")

    override fun profileLink(): String = link("profile")

    private fun link(
        action: String,
        deviceId: String? = null,
    ): String = "$PAGE?action=org.matrix.$action" + deviceId?.let { "&device_id=$it" }.orEmpty()

    override fun signOutLinks(
        list: SessionList,
        deviceIds: List<String>,
    ): SignOutLinks {
        val others = list.others.map { it.deviceId }
        val selected = deviceIds.distinct().filter { it in others }
        return FakeSignOutLinks(selected.map { SignOutLink(it, signOutLink(it)) })
    }

    internal companion object {
        const val PAGE = "https://account.example.org/"
    }
}

private class FakeSignOutLinks(
    private var links: List<SignOutLink>,
) : SignOutLinks(NoHandle) {
    private val total = links.size

    @Synchronized
    override fun current(): SignOutLink? = links.firstOrNull()

    @Synchronized
    override fun postpone() {
        links = links.drop(1) + links.take(1)
    }

    @Synchronized
    override fun update(list: SessionList) {
        val listed = list.others.map { it.deviceId }
        links = links.filter { it.deviceId in listed }
    }

    @Synchronized
    override fun done(): Int = total - links.size

    override fun total(): Int = total
}
