// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.flow.first
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory
import org.keyward.support.Person
import org.keyward.support.Proxy
import org.keyward.support.TestLogin
import org.keyward.support.TestService
import org.keyward.support.await
import org.keyward.support.finish
import org.keyward.support.loggedIn
import org.keyward.support.startReset
import org.keyward.support.test
import org.keyward.support.unlock
import org.keyward.support.untilAuthorise
import org.keyward.support.untilKey
import org.keyward.support.untilPassword
import kotlin.reflect.KClass
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue

/** Each kind of [ResetException], as a person would meet it. `bindings/README.md` says how each is provoked. */
class ResetErrorsTest {
    /** What a case has: the person, their session under test, and the proxy between it and the server. */
    private class Case(
        val person: Person,
        val login: TestLogin,
        val proxy: Proxy,
    ) {
        val account: Account get() = login.account

        /** What stopped the reset. */
        suspend fun stopped(reset: Reset): Nothing = throw reset.await<ResetState.Stopped>().error

        suspend fun anotherClientResets() {
            TestService.login(person, withEncryption = true).resetIdentity()
        }

        /** What the server asks for once the key is confirmed: `challenge`. */
        suspend fun asks(
            reset: Reset,
            challenge: String,
        ): Challenge {
            reset.untilKey()
            proxy.reply(pathEndsWith = "/keys/device_signing/upload", status = 401, body = challenge)
            return reset.untilAuthorise()
        }

        /** The server says yes to what matches, and does nothing. */
        suspend fun pretend(
            method: String,
            path: String,
            body: String = "{}",
        ) = proxy.reply(method, pathContains = path, body = body)
    }

    @TestFactory
    fun `each kind of error`(): List<DynamicTest> =
        listOf(
            case(ResetException.PlanOutdated::class) {
                val plan = account.planReset()
                anotherClientResets()
                val reset = account.startReset(plan, ResetOptions())
                stopped(reset)
            },
            case(ResetException.Superseded::class) {
                val reset = account.startReset()
                reset.untilKey()
                anotherClientResets()
                reset.confirmSaved(Confirmation.Acknowledged)
                stopped(reset)
            },
            case(ResetException.Pending::class) {
                account.startReset().use { it.untilKey() }
                account.startReset()
            },
            case(ResetException.AlreadyRunning::class) {
                account.startReset().use { reset ->
                    reset.untilKey()
                    account.resumeReset()
                }
            },
            case(ResetException.NothingPending::class) { account.resumeReset() },
            case(ResetException.EmptyPassphrase::class) {
                account.startReset(ResetOptions(passphrase = Passphrase("")))
            },
            case(ResetException.Export::class) {
                val export = ResetExport("/no/such/folder/room-keys.txt", Passphrase("correct horse"))
                account.startReset(ResetOptions(export = export))
            },
            case(ResetException.WeakPassphrase::class) {
                account.startReset(ResetOptions(passphrase = Passphrase("hunter2")))
            },
            case(ResetException.KeyMismatch::class) {
                val reset = account.startReset()
                val key = reset.untilKey()
                val mistyped = Confirmation.Retyped(RecoveryKey(person.recoveryKey))
                val error = assertFailsWith<ResetException.KeyMismatch> { reset.confirmSaved(mistyped) }
                // It is asked for again.
                assertIs<ResetState.SaveKey>(reset.states().first())
                reset.confirmSaved(Confirmation.Retyped(RecoveryKey(key)))
                reset.await<ResetState.Authorise>()
                throw error
            },
            case(ResetException.OutOfOrder::class) {
                val reset = account.startReset()
                reset.untilKey()
                reset.authorise(Password(person.password))
            },
            case(ResetException.WrongPassword::class) {
                val reset = account.startReset()
                reset.untilPassword()
                reset.authorise(Password("wrong"))
            },
            case(ResetException.BrowserNeeded::class) {
                val reset = account.startReset()
                val flows = """"flows": [{"stages": ["m.login.sso"]}]"""
                val challenge = asks(reset, """{$flows, "params": {}, "session": "abc"}""")
                assertTrue(!challenge.answerableByPassword())
                assertEquals(emptyList(), challenge.unsupported())
                val stage = challenge.pages().single()
                assertEquals("m.login.sso", stage.name)
                assertTrue("/auth/m.login.sso/fallback/web" in stage.page, "$stage")
                val password = Password(person.password)
                val error = assertFailsWith<ResetException.BrowserNeeded> { reset.authorise(password) }
                assertEquals(listOf(stage), error.pages)
                throw error
            },
            case(ResetException.AuthorisationUnsupported::class) {
                val reset = account.startReset()
                // Without a session there is no page.
                val challenge = asks(reset, """{"flows": [{"stages": ["m.login.sso"]}], "params": {}}""")
                assertEquals(emptyList(), challenge.pages())
                assertEquals(listOf("m.login.sso"), challenge.unsupported())
                val error = assertFailsWith<ResetException.AuthorisationUnsupported> { reset.authoriseInBrowser() }
                assertEquals(listOf("m.login.sso"), error.stages)
                throw error
            },
            case(ResetException.AlreadyCommitted::class) {
                val reset = account.startReset()
                reset.untilPassword()
                proxy.hold("PUT", pathContains = "/account_data/m.secret_storage.default_key")
                reset.authorise(Password(person.password))
                proxy.held()
                val error = assertFailsWith<ResetException.AlreadyCommitted> { reset.cancel() }
                proxy.release()
                reset.finish(person)
                throw error
            },
            case(ResetException.StagingNotKept::class) {
                pretend("PUT", "account_data/m.cross_signing.master")
                val reset = account.startReset()
                reset.untilKey()
                reset.confirmSaved(Confirmation.Acknowledged)
                stopped(reset)
            },
            case(ResetException.NotAccepted::class) {
                val reset = account.startReset()
                reset.untilPassword()
                pretend("POST", "/keys/device_signing/upload")
                reset.authorise(Password(person.password))
            },
            case(ResetException.NotUndone::class) {
                val reset = account.startReset()
                reset.untilKey()
                pretend("PUT", "/account_data/")
                reset.cancel()
            },
            case(ResetException.NotKept::class) {
                val reset = account.startReset()
                reset.untilPassword()
                pretend("PUT", "/account_data/")
                reset.authorise(Password(person.password))
                stopped(reset)
            },
            case(ResetException.NotDeleted::class) {
                val reset = account.startReset(ResetOptions(compromised = true))
                reset.untilPassword()
                pretend("DELETE", "/room_keys/version")
                reset.authorise(Password(person.password))
                stopped(reset)
            },
            case(ResetException.NotSigned::class) {
                val reset = account.startReset()
                reset.untilPassword()
                val refused = """{"errcode": "M_INVALID_SIGNATURE", "error": "no"}"""
                val failures = """{"failures": {"${person.userId}": {"${account.deviceId()}": $refused}}}"""
                pretend("POST", "/keys/signatures/upload", failures)
                reset.authorise(Password(person.password))
                stopped(reset)
            },
            case(ResetException.BackupReplaced::class) {
                account.unlock(person)
                val reset = account.startReset()
                reset.untilPassword()
                val replaced = """{"errcode": "M_WRONG_ROOM_KEYS_VERSION", "error": "no", "current_version": "9"}"""
                proxy.reply("PUT", pathEndsWith = "/room_keys/keys", status = 403, body = replaced)
                reset.authorise(Password(person.password))
                stopped(reset)
            },
            case(ResetException.UnknownJournal::class) {
                account.shutDown()
                TestService.setCustomValue(login.folder, login.key, "keyward.reset", "{}")
                login.restart().resumeReset()
            },
            server(ServerProblem.Unreachable::class) { proxy.arm("cut_before", forEver = true) },
            server(ServerProblem.SessionExpired::class) { person.observer.request("POST", "/v3/logout/all") },
            server(ServerProblem.RateLimited::class) { proxy.arm("rate_limited", forEver = true, milliseconds = 100) },
            server(ServerProblem.Failing::class) { proxy.arm("status_500", forEver = true) },
            server(ServerProblem.Refused::class) {
                proxy.reply(status = 403, body = """{"errcode": "M_FORBIDDEN", "error": "no"}""")
            },
            case(ResetException.Server::class, "Server: NotUnderstood") {
                proxy.arm("garbage", forEver = true)
                val error = assertFailsWith<ResetException.Server> { account.planReset() }
                assertEquals(ServerProblem.NotUnderstood, error.problem)
                throw error
            },
            case(ResetException.Store::class) {
                val plan = account.planReset()
                TestService.breakStore(login.folder)
                try {
                    stopped(account.startReset(plan, ResetOptions()))
                } finally {
                    TestService.mendStore(login.folder)
                }
            },
            case(ResetException.Closed::class) {
                account.shutDown()
                account.planReset()
            },
        )

    /** A case whose last call fails with this kind, and with a text for people. */
    private fun case(
        kind: KClass<out ResetException>,
        name: String = kind.simpleName.orEmpty(),
        provoke: suspend Case.() -> Unit,
    ): DynamicTest =
        dynamicTest(name) {
            test {
                val person = TestService.person()
                val proxy = TestService.proxy()
                loggedIn(person, proxy.url) {
                    val case = Case(person, this, proxy)
                    val error =
                        try {
                            assertFailsWith(kind) { case.provoke() }
                        } finally {
                            proxy.disarm()
                        }
                    assertForPeople(error)
                }
            }
        }

    /** A request that fails at staging stops the reset, and a retry goes on, unless the session is gone. */
    private fun server(
        problem: KClass<out ServerProblem>,
        provoke: suspend Case.() -> Unit,
    ): DynamicTest =
        case(ResetException.Server::class, "Server: ${problem.simpleName}") {
            val plan = account.planReset()
            provoke()
            val reset = account.startReset(plan, ResetOptions())
            val error = assertIs<ResetException.Server>(reset.await<ResetState.Stopped>().error)
            assertEquals(problem, error.problem::class)
            if (problem != ServerProblem.SessionExpired::class) {
                proxy.disarm()
                reset.retry()
                reset.untilKey()
            }
            throw error
        }

    private fun assertForPeople(error: ResetException) {
        val text = assertIs<String>(error.message)
        assertEquals(text, error.toString())
        assertTrue(text.first().isUpperCase() && text.last() in ".?", text)
        assertTrue("reason=" !in text && "Exception" !in text, text)
    }
}
