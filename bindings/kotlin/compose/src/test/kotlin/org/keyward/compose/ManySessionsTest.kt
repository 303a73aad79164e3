// SPDX-License-Identifier: Apache-2.0

@file:OptIn(ExperimentalTestApi::class)

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.getUnclippedBoundsInRoot
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasScrollToIndexAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isHeading
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performScrollToIndex
import androidx.compose.ui.test.performTouchInput
import androidx.compose.ui.test.runDesktopComposeUiTest
import androidx.compose.ui.test.swipeUp
import androidx.compose.ui.test.waitUntilAtLeastOneExists
import androidx.compose.ui.test.waitUntilDoesNotExist
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import org.junit.jupiter.api.Test
import org.keyward.Account
import org.keyward.Advice
import org.keyward.NewLogin
import org.keyward.NoHandle
import org.keyward.Screen
import org.keyward.Session
import org.keyward.SessionFilter
import org.keyward.SessionHistoryEntry
import org.keyward.SessionList
import org.keyward.SessionText
import org.keyward.SessionTrust
import org.keyward.Sessions
import org.keyward.SessionsSnapshot
import org.keyward.SessionsUpdate
import org.keyward.SessionsWatch
import org.keyward.Texts
import org.keyward.fakes.FakeErrors
import org.keyward.fakes.FakeTexts
import org.keyward.fakes.Samples
import java.time.Instant
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** The list of an account with as many sessions as one can have. */
class ManySessionsTest {
    /** All but the first two of three are verified. */
    private val others =
        List(MANY) { number ->
            Samples.sessions.others.first().copy(
                deviceId = "D$number",
                name = "Session $number",
                label = "Session $number",
                trust = if (number % 3 == 2) SessionTrust.VERIFIED else SessionTrust.UNVERIFIED,
                inactive = false,
            )
        }
    private val updates = MutableStateFlow<SessionsUpdate>(list(others))
    private val texts = ManyTexts()
    private val sessions = ManySessions()
    private val account =
        object : Account(NoHandle) {
            override fun userId() = Samples.USER_ID

            override fun sessions(): Sessions = sessions
        }

    private fun list(
        others: List<Session>,
        newLogins: List<NewLogin> = emptyList(),
    ) = SessionsUpdate.Snapshot(SessionsSnapshot(Samples.sessions.copy(others = others), newLogins))

    private inner class ManySessions : Sessions(NoHandle) {
        override suspend fun list(): SessionList = (updates.value as SessionsUpdate.Snapshot).snapshot.list

        override suspend fun history(): List<SessionHistoryEntry> = emptyList()

        override suspend fun openWatch(): SessionsWatch =
            object : SessionsWatch(NoHandle) {
                private var told: SessionsUpdate? = null

                override suspend fun next(): SessionsUpdate = updates.first { it !== told }.also { told = it }

                override fun refresh() = Unit

                override fun stop() = Unit
            }
    }

    /** The fakes' own know no other sessions. */
    private inner class ManyTexts : Texts(NoHandle) {
        private val fake = FakeTexts("en")

        /** Of how many sessions it was asked what they are. */
        val asked = mutableSetOf<String>()

        override fun language() = fake.language()

        override fun isRightToLeft() = fake.isRightToLeft()

        override fun overview(userId: String) = fake.overview(userId)

        override fun filter(filter: SessionFilter) = fake.filter(filter)

        override fun error(advice: Advice) = fake.error(advice)

        override fun sessions(
            list: SessionList,
            filter: SessionFilter,
        ): Screen {
            val said = "${list.others.size} sessions, $filter"
            return fake.sessions(Samples.sessions, SessionFilter.ALL).copy(paragraphs = listOf(said), announcement = said)
        }

        override fun session(
            session: Session,
            now: Instant,
        ): SessionText {
            asked += session.deviceId
            return SessionText(session.label, "trust", "activity", null)
        }

        override fun newLogin(
            login: NewLogin,
            now: Instant,
        ): String {
            asked += login.deviceId
            return "New login: ${login.label}"
        }

        override fun sessionDetails(
            session: Session,
            isCurrent: Boolean,
            now: Instant,
            history: SessionHistoryEntry?,
        ): Screen =
            fake
                .sessionDetails(Samples.sessions.current, true, Samples.now, null)
                .copy(title = "Details of ${session.label}", announcement = session.label)
    }

    private var isShown by mutableStateOf(true)

    /** On a phone, and not on a screen that shows it all. */
    private fun phone(
        says: String = "$MANY sessions",
        look: Look = Look.LIGHT,
        block: DesktopComposeUiTest.() -> Unit,
    ) = runDesktopComposeUiTest(WIDTH, PHONE) {
        val context = ScreenContext(ScreenAccount.Own(account), texts, fakeSecrets) { Samples.now }
        val screens = SecurityScreens(context, CoroutineScope(Dispatchers.Unconfined), Place.Sessions) {}
        setContent { TestTheme(look) { if (isShown) KeywardScreen(screens.top, host = RecordingHost()) } }
        untilSaid(says)
        block()
    }

    private val row = SemanticsMatcher("a session") { node -> node.said().any { it.startsWith("Session ") } }
    private val list = hasScrollToIndexAction()

    private fun ComposeUiTest.composed(): List<String> =
        onAllNodes(row and hasClickAction()).fetchSemanticsNodes().map { node -> node.said().first { it.startsWith("Session ") } }

    private fun SemanticsNode.said() =
        config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text }

    private fun ComposeUiTest.isFew() {
        val composed = composed()
        assertTrue(composed.size in 1..MOST, "${composed.size} rows are composed")
    }

    /** What is announced: the words themselves may be out of sight. */
    private fun ComposeUiTest.untilAnnounced(text: String) =
        waitUntilAtLeastOneExists(SemanticsMatcher.expectValue(SemanticsProperties.PaneTitle, text), LIMIT)

    private fun ComposeUiTest.scrollTo(index: Int) {
        onNode(list).performScrollToIndex(index)
        waitForIdle()
    }

    @Test
    fun `only the rows in sight are composed and the last is reached by scrolling`() =
        phone {
            isFew()
            assertTrue(texts.asked.size <= MOST, "${texts.asked.size} sessions were asked for")
            // The heading and the filters are above it.
            scrollTo(LAST)
            onNode(hasText("Session ${MANY - 1}")).assertIsDisplayed()
            isFew()
            assertTrue(texts.asked.size <= 2 * MOST, "${texts.asked.size} sessions were asked for")
        }

    @Test
    fun `a finger scrolls it and a screen reader hears it in its order`() =
        phone {
            assertEquals("$MANY sessions, ALL", onNode(list).fetchSemanticsNode().config[SemanticsProperties.PaneTitle])
            onNode(isHeading() and hasText("Sessions")).assertIsDisplayed()
            val order = listOf("$MANY sessions, ALL", texts.filter(SessionFilter.UNVERIFIED), "Session 0", "Session 1")
            val heights = order.map { onNode(hasText(it)).getUnclippedBoundsInRoot().top }
            assertEquals(heights.sorted(), heights)
            assertEquals(composed(), composed().sortedBy { it.removePrefix("Session ").toInt() })
            onNode(list).performTouchInput { swipeUp() }
            waitForIdle()
            assertTrue("Session 0" !in composed(), "it did not scroll")
            isFew()
        }

    @Test
    fun `a filter with many rows is as lazy and stays in sight`() =
        phone {
            onNode(hasText(texts.filter(SessionFilter.UNVERIFIED)) and hasClickAction()).performClick()
            untilSaid("$MANY sessions, UNVERIFIED")
            isFew()
            onNode(hasText(texts.filter(SessionFilter.UNVERIFIED)) and hasClickAction()).assertIsDisplayed()
            val unverified = others.filter { it.trust == SessionTrust.UNVERIFIED }
            assertTrue(unverified.size > MANY / 2)
            scrollTo(unverified.size + AROUND - 1)
            onNode(hasText(unverified.last().label)).assertIsDisplayed()
            isFew()
        }

    @Test
    fun `whoever comes back from a session is where they were`() =
        phone {
            scrollTo(MANY / 2)
            val name = composed().let { it[it.size / 2] }
            val place = onNode(hasText(name)).getUnclippedBoundsInRoot().top
            onNode(hasText(name) and hasClickAction()).performClick()
            untilTitle("Details of $name")
            // Others go meanwhile.
            updates.value = list(others.drop(5))
            press("Back")
            untilAnnounced("${MANY - 5} sessions, ALL")
            untilSaid(name)
            assertEquals(place, onNode(hasText(name)).getUnclippedBoundsInRoot().top)
            // Also where the drawing was gone meanwhile, as when a phone is turned.
            isShown = false
            waitForIdle()
            isShown = true
            untilSaid(name)
            assertEquals(place, onNode(hasText(name)).getUnclippedBoundsInRoot().top)
        }

    @Test
    fun `a session that is gone elsewhere moves nobody to another place and makes no row anew`() =
        phone {
            scrollTo(MANY / 2)
            val middle = composed().let { it[it.size / 2] }
            val place = onNode(hasText(middle)).getUnclippedBoundsInRoot().top
            val row = onNode(hasText(middle)).fetchSemanticsNode().id
            updates.value = list(others.drop(5))
            untilAnnounced("${MANY - 5} sessions, ALL")
            assertEquals(place, onNode(hasText(middle)).getUnclippedBoundsInRoot().top)
            assertEquals(row, onNode(hasText(middle)).fetchSemanticsNode().id)
        }

    @Test
    fun `what can be done and what goes wrong is in sight wherever somebody is in the list`() =
        phone {
            val back = hasText("Back") and hasClickAction()
            onNode(back).assertIsDisplayed()
            val failure = FakeErrors.sessions("server.unreachable")
            updates.value = SessionsUpdate.Failed(failure)
            val problem = hasText(texts.error(failure.advice()))
            waitUntilAtLeastOneExists(problem, LIMIT)
            onNode(problem and SemanticsMatcher.keyIsDefined(SemanticsProperties.LiveRegion)).assertIsDisplayed()
            onNode(hasText("Session 0")).assertIsDisplayed()
            scrollTo(MANY / 2)
            onNode(problem).assertIsDisplayed()
            onNode(back).assertIsDisplayed()
            // It is over with the next list.
            updates.value = list(others)
            waitUntilDoesNotExist(problem, LIMIT)
        }

    @Test
    fun `in large type there is room for sessions and what can be done is reached by scrolling`() =
        phone(look = Look.LARGE) {
            updates.value = SessionsUpdate.Failed(FakeErrors.sessions("server.unreachable"))
            untilSaid(texts.error(FakeErrors.sessions("server.unreachable").advice()))
            val rows = onNode(list).fetchSemanticsNode().boundsInRoot
            assertTrue(rows.height >= PHONE / 2, "it is ${rows.height} high")
            onNode(hasText("Back") and hasClickAction()).performScrollTo().assertIsDisplayed()
            scrollTo(MANY / 2)
            assertTrue(composed().isNotEmpty())
            onNode(hasText(composed().let { it[it.size / 2] })).assertIsDisplayed()
        }

    @Test
    fun `many new logins are as lazy and a session that is listed twice is there once`() {
        val logins = others.map { NewLogin(it.deviceId, it.label, Samples.now, false) }
        updates.value = list(others + others.first(), logins + logins.first())
        phone("${MANY + 1} sessions") {
            val shown = onAllNodes(hasText("New login", substring = true)).fetchSemanticsNodes()
            assertTrue(shown.size in 1..MOST, "${shown.size} rows are composed")
            scrollTo(2 * MANY + AROUND - 1)
            onNode(hasText("Session ${MANY - 1}")).assertIsDisplayed()
        }
    }

    private companion object {
        const val MANY = 10_000
        const val PHONE = 800

        /** More than a phone shows. */
        const val MOST = 40

        /** What is in the list besides: what is said, the filters, and this session. */
        const val AROUND = 3
        const val LAST = MANY + AROUND - 1
    }
}
