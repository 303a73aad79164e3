// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.merge
import kotlinx.coroutines.launch
import org.keyward.support.History
import org.keyward.support.TestService
import org.keyward.support.User
import org.keyward.support.loggedIn
import org.keyward.support.test
import java.time.Duration
import java.time.Instant
import java.util.Base64
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** The log is that of the whole process: what other tests do meanwhile is in it, too. */
class LogsTest {
    @Test
    fun `nothing secret is in the log, however detailed it is`() =
        test {
            val before = Instant.now()
            val (all, logging) = collectLog(LogLevel.TRACE)
            val (warnings, alsoLogging) = collectLog(LogLevel.WARN)
            val person = TestService.person(History.SHORT)
            val secrets = mutableListOf(person.password, "Bearer", "syt_", "syr_")
            secrets += spellings(person.recoveryKey)
            loggedIn(person) { account ->
                secrets += Base64.getEncoder().withoutPadding().encodeToString(key.reveal())
                account.unlock(KeyInput.RecoveryKey(RecoveryKey(person.recoveryKey)))
                secrets += spellings(reset(account, person))
            }
            logging.cancelAndJoin()
            alsoLogging.cancelAndJoin()

            for (part in listOf("keyward", "matrix_sdk_crypto")) {
                assertTrue(all.any { it.target.substringBefore("::") == part }, "nothing of $part")
            }
            for (record in all + warnings) {
                assertTrue(record.time in before..Instant.now(), "$record")
                assertTrue(record.target.isNotBlank() && record.text.isNotBlank(), "$record")
                val found = secrets.filter { it in record.text }
                // Without the record: it would show the secret to whoever reads of the failure.
                assertEquals(emptyList(), found.map { secrets.indexOf(it) }, record.target)
            }
            assertEquals(LogLevel.TRACE, all.maxOf { it.level })
            assertEquals(emptyList(), warnings.filter { it.level > LogLevel.WARN })
        }

    @Test
    fun `two collectors have the same records`() =
        test {
            val seen = List(2) { mutableSetOf<LogRecord>() }
            val logs = List(2) { index -> Keyward.logs(LogLevel.TRACE).map { index to it } }
            val both =
                async(start = CoroutineStart.UNDISPATCHED) {
                    merge(*logs.toTypedArray()).first { (index, record) ->
                        seen[index] += record
                        record in seen[1 - index]
                    }
                }
            loggedIn(TestService.newUser()) { account -> account.syncOnce(Duration.ZERO) }
            assertTrue(
                both
                    .await()
                    .second.text
                    .isNotBlank(),
            )
        }

    @Test
    fun `a stream that is stopped ends alone, together with the call that waits for it`() =
        test {
            // Nothing is broken, so that nothing comes.
            val quiet = openLog(LogLevel.ERROR)
            val waiting = async(start = CoroutineStart.UNDISPATCHED) { quiet.next() }
            val other = openLog(LogLevel.TRACE)
            repeat(2) { quiet.stop() }
            assertNull(waiting.await())
            assertNull(quiet.next())
            quiet.close()
            assertFailsWith<IllegalStateException> { quiet.next() }

            loggedIn(
                TestService.newUser(),
            ) { assertTrue(other.use { log -> checkNotNull(log.next()) }.text.isNotBlank()) }
        }

    private companion object {
        /** Listens when it returns, so that nothing is missed. */
        fun CoroutineScope.collectLog(level: LogLevel): Pair<Collection<LogRecord>, Job> {
            val records = ConcurrentLinkedQueue<LogRecord>()
            return records to launch(start = CoroutineStart.UNDISPATCHED) { Keyward.logs(level).collect(records::add) }
        }

        /** As people write it, and as one word. */
        fun spellings(recoveryKey: String) = setOf(recoveryKey, recoveryKey.replace(" ", ""))

        /** The new recovery key. */
        suspend fun reset(
            account: Account,
            user: User,
        ): String {
            val reset = account.startReset(account.planReset(), ResetOptions())
            val done =
                reset.states().first { state ->
                    when (state) {
                        is ResetState.SaveKey -> {
                            reset.confirmSaved(Confirmation.Acknowledged)
                        }

                        is ResetState.Authorise -> {
                            reset.authorise(Password(user.password))
                        }

                        is ResetState.Stopped -> {
                            throw state.error
                        }

                        else -> {}
                    }
                    state is ResetState.Done
                }
            return (done as ResetState.Done).outcome.recoveryKey.reveal()
        }
    }
}
