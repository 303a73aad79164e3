// SPDX-License-Identifier: Apache-2.0

package org.keyward

import org.keyward.support.Proxy
import org.keyward.support.TestService
import org.keyward.support.loggedIn
import org.keyward.support.test
import java.time.Duration
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertTrue

/** What errors of every kind have in common, and why a server could not be used. */
class ErrorsTest {
    @Test
    fun `the message of every kind of error is its text for people`() {
        val flows =
            listOf(
                AccountException::class,
                DiscoveryException::class,
                ExportException::class,
                ImportException::class,
                KeyCheckException::class,
                LoginException::class,
                LogoutException::class,
                NetworkException::class,
                RecoveryException::class,
                RepairException::class,
                ResetException::class,
                RestoreException::class,
                ResumeException::class,
                SessionsException::class,
                SignOutException::class,
                StoreKeyException::class,
                UnlockException::class,
                VerificationException::class,
            ).map { it.java }
        val kinds = flows.flatMap { flow -> flow.declaredClasses.filter { it.superclass == flow } }
        assertTrue(kinds.size > 100, "$kinds")
        for (kind in kinds) {
            val error = create(kind) as Exception
            assertEquals(TEXT, error.message, kind.name)
            assertEquals(TEXT, error.toString(), kind.name)
            assertIsForPeople(error)
        }
    }

    @Test
    fun `why a server cannot be used is said in full`() =
        test {
            val user = TestService.newUser()
            val observer = TestService.login(user)
            val proxy = TestService.proxy()
            loggedIn(user, proxy.url) { account ->
                suspend fun problem(arm: suspend Proxy.() -> Unit): ServerProblem {
                    proxy.arm()
                    val error = fails<AccountException.Server> { account.status() }
                    proxy.disarm()
                    return error.problem
                }
                assertIs<ServerProblem.Unreachable>(problem { arm("cut_before", forEver = true) })
                assertEquals(ServerProblem.Failing(500), problem { arm("status_500", forEver = true) })
                assertIs<ServerProblem.NotUnderstood>(problem { arm("garbage", forEver = true) })
                assertIs<ServerProblem.NotUnderstood>(problem { arm("wrong_json", forEver = true) })
                val refused = problem { reply(status = 403, body = """{"errcode": "M_FORBIDDEN", "error": "no"}""") }
                assertEquals(ServerProblem.Refused(403, "M_FORBIDDEN"), refused)
                val limited = problem { arm("rate_limited", forEver = true, milliseconds = 100) }
                assertEquals(ServerProblem.RateLimited(Duration.ofMillis(100)), limited)
                account.status()

                observer.request("POST", "/v3/logout/all", emptyMap<String, Any>())
                val error = fails<AccountException.Server> { account.status() }
                assertIs<ServerProblem.SessionExpired>(error.problem)
            }
        }

    private companion object {
        const val TEXT = "What happened, and what to do next."

        private fun advice(reason: String) = Advice("flow.kind", Remedy.RETRY, reason, emptyList())

        /** An error of this kind with [TEXT] for people and something else everywhere else. */
        fun create(kind: Class<*>): Any {
            // Kotlin makes a second one where a parameter is unsigned.
            val constructor = kind.declaredConstructors.single { !it.isSynthetic }
            constructor.isAccessible = true
            val arguments =
                constructor.parameterTypes.map { type ->
                    when (type) {
                        Advice::class.java -> advice(TEXT)
                        String::class.java -> "something else"
                        ServerProblem::class.java -> ServerProblem.Failing(500)
                        ExportException::class.java -> ExportException.DiskFull(advice("something else"))
                        List::class.java ->
                            when (kind) {
                                ResetException.BrowserNeeded::class.java, SignOutException.BrowserNeeded::class.java ->
                                    listOf(BrowserStage("m.login.sso", "https://example.org/"))
                                else -> listOf("PHONE")
                            }
                        Byte::class.java -> 2.toByte()
                        Int::class.java -> 2
                        Long::class.java -> 2L
                        else -> error("$kind has a $type")
                    }
                }
            return constructor.newInstance(*arguments.toTypedArray())
        }
    }
}

/** The error that [block] fails with, whose text is good for people. */
internal inline fun <reified E : Exception> fails(block: () -> Unit): E =
    assertFailsWith<E>(block = block).also(::assertIsForPeople)

/** Its message is made of sentences, and is no dump of its fields. */
internal fun assertIsForPeople(error: Exception) {
    // Every error has one; they have no type in common that could say so.
    val advice = error.javaClass.getMethod("advice").invoke(error) as Advice
    val message = error.message.orEmpty()
    assertEquals(advice.reason, message)
    assertTrue(Regex("[a-z_]+\\.[a-z_]+").matches(advice.code), advice.code)
    assertFalse("advice=" in message, message)
    // It may begin with a number.
    assertTrue(!message.first().isLowerCase() && message.last() in ".?", message)
}
