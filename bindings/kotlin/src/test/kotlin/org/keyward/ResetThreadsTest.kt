// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Test
import org.keyward.support.TestService
import org.keyward.support.loggedIn
import org.keyward.support.startReset
import org.keyward.support.test
import org.keyward.support.untilKey
import java.util.concurrent.Executors
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource

class ResetThreadsTest {
    @Test
    fun `a key is derived from a phrase while the only thread of the caller goes on`() =
        test {
            loggedIn(TestService.newUser()) { account ->
                Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { oneThread ->
                    withContext(oneThread) {
                        var ticks = 0
                        val ticking =
                            launch {
                                while (true) {
                                    delay(1.milliseconds)
                                    ticks += 1
                                }
                            }
                        val begin = TimeSource.Monotonic.markNow()
                        // 500 000 rounds of PBKDF2.
                        val phrase = Passphrase("seven quiet otters borrowed a lighthouse")
                        account.startReset(ResetOptions(passphrase = phrase)).untilKey()
                        val took = begin.elapsedNow()
                        ticking.cancel()

                        // A thread that was held for as long as the derivation takes ticks a few times before and after.
                        assertTrue(took > 100.milliseconds, "too fast to tell: $took")
                        assertTrue(ticks >= took.inWholeMilliseconds / 20, "$ticks ticks in $took")
                    }
                }
            }
        }
}
