// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.BrowserStage
import org.keyward.Challenge
import org.keyward.NoHandle

/** What a fake homeserver asks for: the password, unless it is told otherwise. */
public class FakeChallenge(
    private val password: Boolean = true,
    private val pages: List<BrowserStage> = emptyList(),
    private val otherAccount: Boolean = false,
) : Challenge(NoHandle) {
    init {
        require(
            password || pages.isNotEmpty(),
        ) { "Nobody could go on: the password or a page has to be one of the ways" }
        require(!otherAccount || pages.isNotEmpty()) { "Only at a page can another account confirm it" }
    }

    override fun answerableByPassword(): Boolean = password

    override fun pages(): List<BrowserStage> = pages

    override fun isOtherAccount(): Boolean = otherAccount

    override fun unsupported(): List<String> = emptyList()

    override fun toString(): String = "FakeChallenge(password=$password, pages=${pages.map { it.name }})"

    /** A challenge to go on with. */
    public companion object {
        /** A homeserver that wants the reset approved on the account page. */
        public fun inBrowser(): FakeChallenge =
            FakeChallenge(
                password = false,
                pages = PAGES,
            )

        /** A homeserver that takes either the password or an approval in a browser. */
        public fun passwordOrBrowser(): FakeChallenge = FakeChallenge(pages = PAGES)

        /** The step in the browser was done for another account: the person has to do it again. */
        public fun otherAccount(): FakeChallenge =
            FakeChallenge(
                password = false,
                pages = PAGES,
                otherAccount = true,
            )

        /** One of each kind. */
        public fun all(): List<FakeChallenge> =
            listOf(FakeChallenge(), inBrowser(), passwordOrBrowser(), otherAccount())

        private val PAGES = listOf(BrowserStage("m.oauth", "https://account.example.org/?action=reset"))
    }
}
