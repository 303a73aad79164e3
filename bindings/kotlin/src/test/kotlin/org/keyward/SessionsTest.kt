// SPDX-License-Identifier: Apache-2.0

package org.keyward

import app.cash.turbine.Event
import app.cash.turbine.ReceiveTurbine
import app.cash.turbine.TurbineTestContext
import app.cash.turbine.test
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.receiveAsFlow
import kotlinx.coroutines.launch
import org.keyward.support.History
import org.keyward.support.LIMIT
import org.keyward.support.OtherSession
import org.keyward.support.Proxy
import org.keyward.support.TestService
import org.keyward.support.loggedIn
import org.keyward.support.test
import java.time.Duration
import java.time.Instant
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** The page of sessions, also live. */
class SessionsTest {
    @Test
    fun `the list has names, trust, activity, kinds and clients, and filters show their part of it`() =
        test {
            val person = TestService.person(History.NONE)
            val desktop = TestService.login(person, "Element Desktop", withEncryption = true)
            val forgotten = TestService.login(person, "Old Android phone")
            val nameless = TestService.login(person)
            person.observer.setAccountData(
                clientInformation(nameless),
                mapOf("name" to "Element", "version" to "1.12", "url" to "app.element.io"),
            )
            loggedIn(person, sessionName = "Kitchen") { account ->
                account.unlock(KeyInput.RecoveryKey(RecoveryKey(person.recoveryKey)))
                val longAgo = Instant.ofEpochMilli(1_234_567)
                person.observer.setLastSeen(forgotten.deviceId, longAgo.toEpochMilli())
                val list = account.sessions().list()
                assertEquals(IdentityStatus.OURS, list.identity)
                assertEquals(Recommendations(unverified = 1, inactive = 1), list.recommendations)
                assertEquals("Kitchen" to account.deviceId(), list.current.name to list.current.deviceId)
                assertEquals(SessionTrust.VERIFIED, list.current.trust)
                assertFalse(list.current.inactive)
                assertEquals(5, list.others.size)
                val times = list.others.mapNotNull { it.lastSeen }
                assertEquals(times.sortedDescending(), times, "most recently active first")

                with(list.session(desktop)) {
                    assertEquals("Element Desktop" to LabelSource.NAME, label to labelSource)
                    assertEquals(SessionTrust.UNVERIFIED to DeviceKind.DESKTOP, trust to kind)
                    assertEquals(43, assertNotNull(fingerprint).replace(" ", "").length)
                    assertNull(client)
                }
                with(list.session(forgotten)) {
                    assertTrue(inactive)
                    assertEquals(longAgo, lastSeen)
                    assertEquals(SessionTrust.UNVERIFIABLE to DeviceKind.MOBILE, trust to kind)
                    assertEquals(PushNotifications.UNSUPPORTED, push)
                    assertNull(fingerprint)
                }
                with(list.session(nameless)) {
                    assertEquals("Element" to LabelSource.CLIENT, label to labelSource)
                    assertEquals(ClientInformation("Element", "1.12", "app.element.io"), client)
                    assertEquals(DeviceKind.WEB, kind)
                    assertNull(name)
                }
                val shown =
                    mapOf(
                        SessionFilter.ALL to list.others.map { it.deviceId }.toSet(),
                        SessionFilter.VERIFIED to setOf(person.phone.deviceId),
                        SessionFilter.UNVERIFIED to setOf(desktop.deviceId),
                        SessionFilter.INACTIVE to setOf(forgotten.deviceId),
                        SessionFilter.UNVERIFIABLE to
                            setOf(forgotten.deviceId, nameless.deviceId, person.observer.deviceId),
                    )
                for (filter in SessionFilter.entries) {
                    assertEquals(
                        shown[filter],
                        list.others
                            .filter(filter::shows)
                            .map { it.deviceId }
                            .toSet(),
                        "$filter",
                    )
                }
            }
        }

    @Test
    fun `sessions are renamed, this one and others`() =
        test {
            val user = TestService.newUser()
            val other = TestService.login(user, "Other")
            loggedIn(user) { account ->
                val sessions = account.sessions()
                val list = sessions.list()
                sessions.rename(list.current.deviceId, "Kitchen")
                sessions.rename(other.deviceId, "")
                val renamed = sessions.list()
                assertEquals("Kitchen", renamed.current.label)
                assertEquals(
                    other.deviceId to LabelSource.DEVICE_ID,
                    with(renamed.session(other)) {
                        label to
                            labelSource
                    },
                )

                val error = fails<SessionsException.NameTooLong> { sessions.rename(list.current.deviceId, "é".repeat(101)) }
                assertEquals(100, error.longest)
                other.logout()
                fails<SessionsException.NotFound> { sessions.rename(other.deviceId, "Gone") }
            }
        }

    @Test
    fun `push notifications of another session are switched`() =
        test {
            val user = TestService.newUser()
            val other = TestService.login(user, "Phone")
            other.setPusher()
            loggedIn(user) { account ->
                val sessions = account.sessions()
                for (expected in listOf(PushNotifications.ON, PushNotifications.OFF, PushNotifications.ON)) {
                    val session = sessions.list().session(other)
                    assertEquals(expected, session.push)
                    sessions.setPush(session.deviceId, on = expected != PushNotifications.ON)
                }
                fails<SessionsException.PushUnsupported> { sessions.setPush(sessions.list().current.deviceId, on = true) }
            }
        }

    @Test
    fun `a list that cannot be had says why`() =
        test {
            val proxy = TestService.proxy()
            loggedIn(TestService.newUser(), proxy.url) { account ->
                proxy.arm("wrong_json", pathEndsWith = "/devices", forEver = true)
                val error = fails<SessionsException.Server> { account.sessions().list() }
                assertIs<ServerProblem.NotUnderstood>(error.problem)
                assertEquals(emptyList(), account.sessions().history(), "nothing was ever listed")
                proxy.disarm()
                account.sessions().list()
                TestService.breakStore(folder)
                fails<SessionsException.Store> { account.sessions().history() }
                TestService.mendStore(folder)
                assertEquals(
                    account.deviceId(),
                    account
                        .sessions()
                        .history()
                        .single()
                        .deviceId,
                )
            }
        }

    @Test
    fun `this session announces its client once, and those of sessions that are gone are emptied`() =
        test {
            val user = TestService.newUser()
            val observer = TestService.login(user)
            val proxy = TestService.proxy()
            loggedIn(user, proxy.url) { account ->
                val sessions = account.sessions()
                val client = ClientInformation("Keyward test", "1.0", null)
                repeat(2) { sessions.announceClient(client) }
                val written = proxy.requests().filter { it.method == "PUT" && "account_data" in it.path }
                assertEquals(1, written.size, "$written")
                assertEquals(client, sessions.list().current.client)

                val gone = TestService.login(user)
                for (session in listOf(gone, observer)) {
                    observer.setAccountData(clientInformation(session), mapOf("name" to "Other"))
                }
                gone.logout()
                sessions.pruneClientInformation()
                assertEquals(0, assertNotNull(observer.accountData(clientInformation(gone))).size())
                assertEquals(1, assertNotNull(observer.accountData(clientInformation(observer))).size())
            }
        }

    @Test
    fun `what signing out leads to is known before`() =
        test {
            val person = TestService.person(History.NONE)
            loggedIn(person) { account ->
                val sessions = account.sessions()
                val phone = person.phone.deviceId

                suspend fun consequences(vararg ids: String) =
                    sessions.signOutConsequences(ids.toList())
                assertTrue(consequences(phone).trustUnknown)
                account.unlock(KeyInput.RecoveryKey(RecoveryKey(person.recoveryKey)))
                val nothing =
                    SignOutConsequences(
                        current = false,
                        lastSession = false,
                        unsavedRoomKeys = 0,
                        trustUnknown = false,
                        verified = emptyList(),
                        seenInLastDay = emptyList(),
                    )
                assertEquals(nothing, consequences())
                person.observer.setLastSeen(phone, 1)
                assertEquals(nothing.copy(verified = listOf(phone)), consequences(phone))
                person.observer.setLastSeen(phone, System.currentTimeMillis())
                assertEquals(listOf(phone), consequences(phone).seenInLastDay)
                assertTrue(consequences(account.deviceId()).current)
                assertFalse(consequences(account.deviceId()).lastSession)
                assertTrue(consequences(account.deviceId(), phone).lastSession)
            }
        }

    @Test
    fun `a wrong password keeps the selection, and the right one signs all of it out`() =
        test {
            val user = TestService.newUser()
            val staying = TestService.login(user, "Staying")
            val going = List(3) { TestService.login(user, "Session $it").deviceId }
            loggedIn(user) { account ->
                val sessions = account.sessions()
                val signOut = sessions.signOut(going + going.first() + "NEVER_WAS")
                assertEquals(going + "NEVER_WAS", signOut.deviceIds())
                val challenge = assertNotNull(signOut.begin())
                assertTrue(challenge.answerableByPassword())
                assertEquals(emptyList(), challenge.unsupported())
                assertTrue("Password" in challenge.toString(), "$challenge")
                repeat(2) {
                    fails<SignOutException.WrongPassword> { signOut.authorise(Password("wrong")) }
                    assertEquals(going + "NEVER_WAS", signOut.deviceIds())
                    assertEquals(4, sessions.list().others.size)
                }
                signOut.authorise(Password(user.password))
                assertEquals(listOf(staying.deviceId), sessions.list().others.map { it.deviceId })

                fails<SignOutException.CurrentSession> {
                    sessions.signOut(
                        listOf(staying.deviceId, account.deviceId()),
                    )
                }
                assertNull(sessions.signOut(emptyList()).begin(), "nothing to authorise")
            }
        }

    @Test
    fun `a sign-out that the server does not do says what to do instead`() =
        test {
            val user = TestService.newUser()
            val other = TestService.login(user, "Other")
            val proxy = TestService.proxy()
            loggedIn(user, proxy.url) { account ->
                val signOut = account.sessions().signOut(listOf(other.deviceId))
                proxy.arm("status_500", pathEndsWith = "/delete_devices", forEver = true)
                val failing = fails<SignOutException.Server> { signOut.begin() }
                assertEquals(ServerProblem.Failing(500), failing.problem)
                proxy.disarm()
                proxy.reply("POST", pathEndsWith = "/delete_devices")
                assertEquals(listOf(other.deviceId), fails<SignOutException.StillThere> { signOut.begin() }.deviceIds)
                proxy.disarm()
                proxy.reply(
                    pathEndsWith = "/delete_devices",
                    status = 401,
                    body = """{"flows": [{"stages": ["m.login.sso"]}], "params": {}, "session": "abc"}""",
                )
                val challenge = assertNotNull(signOut.begin())
                assertFalse(challenge.answerableByPassword())
                assertFalse("abc" in challenge.toString(), "$challenge")
                val error = fails<SignOutException.BrowserNeeded> { signOut.authorise(Password("any")) }
                for (pages in listOf(error.pages, challenge.pages())) {
                    assertEquals("m.login.sso", pages.single().name)
                    assertTrue("session=abc" in pages.single().page)
                }
                proxy.disarm()
                proxy.reply(
                    pathEndsWith = "/delete_devices",
                    status = 401,
                    body = """{"flows": [{"stages": ["m.login.sso"]}], "params": {}}""",
                )
                assertEquals(listOf("m.login.sso"), assertNotNull(signOut.begin()).unsupported(), "it has no page")
                val unsupported = fails<SignOutException.AuthorisationUnsupported> { signOut.authoriseInBrowser() }
                assertEquals(listOf("m.login.sso"), unsupported.stages)
                proxy.disarm()
                assertNotNull(signOut.begin())
                signOut.authorise(Password(user.password))
                assertEquals(emptyList(), account.sessions().list().others)
            }
        }

    @Test
    fun `where sessions have a page of their own there is a link for each until they are gone`() =
        test {
            val user = TestService.newUser()
            val others = List(2) { TestService.login(user, "Session $it") }
            val ids = others.map { it.deviceId }
            val proxy = TestService.proxy()
            loggedIn(user, proxy.url) { account ->
                val sessions = account.sessions()
                assertNull(sessions.accountManagement(), "not on this server")
                proxy.moveSessionsTo("https://account.example.org/sessions")
                val error = fails<SignOutException.AccountManagement> { sessions.signOut(ids).begin() }
                assertEquals("https://account.example.org/sessions", error.page)
                val management = assertNotNull(sessions.accountManagement())
                assertEquals(error.page, management.page())
                assertEquals(
                    listOf(
                        "${error.page}?action=org.matrix.profile",
                        "${error.page}?action=org.matrix.devices_list",
                        "${error.page}?action=org.matrix.device_view&device_id=A",
                    ),
                    listOf(management.profileLink(), management.sessionsLink(), management.sessionLink("A")),
                )

                val links = management.signOutLinks(sessions.list(), ids)
                assertEquals(SignOutLink(ids[0], management.signOutLink(ids[0])), links.current())
                assertEquals(
                    "https://account.example.org/sessions?action=org.matrix.device_delete&device_id=${ids[0]}",
                    links.current()?.url,
                )
                links.postpone()
                for ((done, index) in listOf(1, 0).withIndex()) {
                    assertEquals(done to 2, links.done() to links.total())
                    links.update(sessions.list())
                    assertEquals(ids[index], links.current()?.deviceId, "opened is not signed out")
                    others[index].logout()
                    links.update(sessions.list())
                }
                assertNull(links.current())
                assertEquals(2, links.done())
            }
        }

    @Test
    fun `the watch tells of a login until it is acknowledged, of names, and of what it is told to look for`() =
        test {
            val user = TestService.newUser()
            val observer = TestService.login(user, "Observer")
            loggedIn(user) { account ->
                val sessions = account.sessions()
                val refresh = Channel<Unit>(Channel.CONFLATED)
                sessions.watch(refresh.receiveAsFlow()).observe {
                    val first = awaitSnapshot { true }
                    assertEquals(account.deviceId(), first.list.current.deviceId)
                    assertEquals(listOf(observer.deviceId), first.list.others.map { it.deviceId })
                    assertEquals(emptyList(), first.newLogins, "what is there at first is not new")

                    val script = TestService.login(user, "Script")
                    val login = awaitSnapshot { it.newLogins.isNotEmpty() }.newLogins.single()
                    assertEquals(script.deviceId to "Script", login.deviceId to login.label)
                    assertFalse(login.reported)
                    assertTrue(login.firstSeen <= Instant.now())

                    observer.rename(script.deviceId, "Backup script")
                    val again = awaitSnapshot { it.list.session(script).name == "Backup script" }.newLogins.single()
                    assertTrue(again.reported)

                    sessions.acknowledgeLogin(script.deviceId)
                    assertEquals(emptyList(), awaitSnapshot { it.newLogins.isEmpty() }.newLogins)

                    // No synchronisation tells of a pusher.
                    script.setPusher()
                    refresh.send(Unit)
                    awaitSnapshot { it.list.session(script).push == PushNotifications.ON }

                    script.logout()
                    awaitSnapshot { snapshot -> snapshot.list.others.none { it.deviceId == script.deviceId } }
                    cancelAndIgnoreRemainingEvents()

                    val history = sessions.history()
                    assertEquals(3, history.size)
                    val entry = history.last()
                    assertEquals(script.deviceId to "Backup script", entry.deviceId to entry.name)
                    assertEquals(LoginAlert.ACKNOWLEDGED, entry.alert)
                    assertEquals("Script" to "Backup script", with(entry.renames.single()) { from to to })
                    assertTrue(entry.firstSeen <= entry.lastSeen && entry.lastSeen <= assertNotNull(entry.removed))
                    val own = history.single { it.deviceId == account.deviceId() }
                    assertEquals(LoginAlert.OLD to null, own.alert to own.removed)
                }
            }
        }

    @Test
    fun `a watch that fails says why and goes on`() =
        test {
            val user = TestService.newUser()
            val observer = TestService.login(user, "Observer")
            val proxy = TestService.proxy()
            loggedIn(user, proxy.url) { account ->
                val refresh = Channel<Unit>(Channel.CONFLATED)
                account.sessions().watch(refresh.receiveAsFlow()).observe {
                    awaitSnapshot { true }
                    proxy.reply(
                        pathEndsWith = "/devices",
                        status = 403,
                        body = """{"errcode": "M_FORBIDDEN", "error": "no"}""",
                    )
                    observer.rename(observer.deviceId, "Other name")
                    refresh.send(Unit)
                    val error = assertIs<SessionsUpdate.Failed>(awaitItem()).error
                    assertIsForPeople(error)
                    assertEquals(
                        ServerProblem.Refused(403, "M_FORBIDDEN"),
                        assertIs<SessionsException.Server>(error).problem,
                    )
                    proxy.disarm()
                    refresh.send(Unit)
                    // It may have failed once more before that.
                    var update = awaitItem()
                    while (update is SessionsUpdate.Failed) update = awaitItem()
                    val list = assertIs<SessionsUpdate.Snapshot>(update).snapshot.list
                    assertEquals("Other name", list.session(observer).name)
                    cancelAndIgnoreRemainingEvents()
                }
            }
        }

    @Test
    fun `a watch ends when it is stopped, cancelled or shut down, and others go on`() =
        test {
            val user = TestService.newUser()
            loggedIn(user) { account ->
                val sessions = account.sessions()
                account.syncOnce(Duration.ZERO)
                val stopped = sessions.openWatch()
                assertIs<SessionsUpdate.Snapshot>(stopped.next())
                val waiting = async(start = CoroutineStart.UNDISPATCHED) { stopped.next() }
                repeat(2) { stopped.stop() }
                assertNull(waiting.await())
                assertNull(stopped.next())

                sessions.watch().observe {
                    awaitSnapshot { true }
                    val cancelled = launch(start = CoroutineStart.UNDISPATCHED) { sessions.watch().collect {} }
                    cancelled.cancelAndJoin()
                    val other = TestService.login(user, "Other")
                    awaitSnapshot { snapshot -> snapshot.list.others.any { it.deviceId == other.deviceId } }
                    account.shutDown()
                    // Of a login without keys there may be a second snapshot.
                    val rest = awaitRestAndCompletion()
                    assertTrue(rest.all { it is SessionsUpdate.Snapshot }, "$rest")
                }
            }
        }

    @Test
    fun `a watch ends after the session was signed out elsewhere`() =
        test {
            val user = TestService.newUser()
            val observer = TestService.login(user)
            loggedIn(user) { account ->
                account.sessions().watch().observe {
                    awaitSnapshot { true }
                    observer.request("POST", "/v3/logout/all", emptyMap<String, Any>())
                    var update = awaitItem()
                    while (update is SessionsUpdate.Snapshot) update = awaitItem()
                    val error = assertIs<SessionsException.Server>(assertIs<SessionsUpdate.Failed>(update).error)
                    assertIs<ServerProblem.SessionExpired>(error.problem)
                    awaitComplete()
                }
            }
        }

    private companion object {
        fun clientInformation(session: OtherSession) = "io.element.matrix_client_information.${session.deviceId}"

        fun SessionList.session(session: OtherSession) = others.single { it.deviceId == session.deviceId }

        suspend fun OtherSession.rename(
            deviceId: String,
            name: String,
        ) = assertEquals(200, request("PUT", "/v3/devices/$deviceId", mapOf("display_name" to name)).status)

        suspend fun OtherSession.setPusher() {
            val pusher =
                mapOf(
                    "app_id" to "org.example.app",
                    "app_display_name" to "App",
                    "device_display_name" to "Phone",
                    "pushkey" to deviceId,
                    "kind" to "http",
                    "lang" to "en",
                    "data" to mapOf("url" to "http://127.0.0.1:9/_matrix/push/v1/notify"),
                )
            assertEquals(200, request("POST", "/v3/pushers/set", pusher).status)
        }

        suspend fun Proxy.moveSessionsTo(page: String) {
            val unrecognized = """{"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"}"""
            reply(pathEndsWith = "/delete_devices", status = 404, body = unrecognized)
            val metadata =
                """
                {
                  "issuer": "https://account.example.org/",
                  "authorization_endpoint": "https://account.example.org/authorize",
                  "token_endpoint": "https://account.example.org/token",
                  "revocation_endpoint": "https://account.example.org/revoke",
                  "response_types_supported": ["code"],
                  "response_modes_supported": ["query", "fragment"],
                  "grant_types_supported": ["authorization_code", "refresh_token"],
                  "code_challenge_methods_supported": ["S256"],
                  "account_management_uri": "$page",
                  "account_management_actions_supported": [
                    "org.matrix.profile", "org.matrix.devices_list",
                    "org.matrix.device_view", "org.matrix.device_delete"
                  ]
                }
                """
            reply(pathEndsWith = "/auth_metadata", body = metadata)
        }

        /** Turbine collects on whatever thread wakes it, which is one of the library's: those are left to the library. */
        suspend fun Flow<SessionsUpdate>.observe(block: suspend TurbineTestContext<SessionsUpdate>.() -> Unit) =
            flowOn(Dispatchers.Default).test(timeout = LIMIT, validate = block)

        /** The next snapshot like that; the ones before may be of something else that happens. */
        suspend fun ReceiveTurbine<SessionsUpdate>.awaitSnapshot(
            isLikeThat: (SessionsSnapshot) -> Boolean,
        ): SessionsSnapshot {
            while (true) {
                val snapshot = assertIs<SessionsUpdate.Snapshot>(awaitItem()).snapshot
                if (isLikeThat(snapshot)) return snapshot
            }
        }

        /** What comes until it is complete. */
        suspend fun ReceiveTurbine<SessionsUpdate>.awaitRestAndCompletion(): List<SessionsUpdate> {
            val rest = mutableListOf<SessionsUpdate>()
            while (true) {
                when (val event = awaitEvent()) {
                    is Event.Item -> rest += event.value
                    is Event.Complete -> return rest
                    is Event.Error -> throw event.throwable
                }
            }
        }
    }
}
