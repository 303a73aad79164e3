// SPDX-License-Identifier: Apache-2.0

package org.keyward

import app.cash.turbine.test
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.last
import org.keyward.support.LIMIT
import org.keyward.support.TestService
import org.keyward.support.await
import org.keyward.support.finish
import org.keyward.support.loggedIn
import org.keyward.support.startReset
import org.keyward.support.test
import org.keyward.support.untilKey
import java.io.File
import java.nio.file.Files
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNull

/** A pause gives the files up and keeps the objects; after it everything goes on. */
class PauseTest {
    @Test
    fun `a paused account holds no file, and its flows go on afterwards`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                val reset = account.startReset()
                reset.untilKey()
                val last = async(start = CoroutineStart.UNDISPATCHED) { reset.states().last() }
                account.sessions().watch().flowOn(Dispatchers.IO).test(timeout = LIMIT) {
                    assertIs<SessionsUpdate.Snapshot>(awaitItem())
                    repeat(2) { account.pause() }
                    assertEquals(emptyList(), openFiles(folder))
                    fails<AccountException.Paused> { account.status() }
                    fails<ResetException.Paused> { reset.confirmSaved(Confirmation.Acknowledged) }
                    repeat(2) { account.resume() }

                    val other = TestService.login(person, "Other")
                    do {
                        val update = assertIs<SessionsUpdate.Snapshot>(awaitItem())
                    } while (update.snapshot.list.others.none { it.deviceId == other.deviceId })
                    cancelAndIgnoreRemainingEvents()
                }
                reset.finish(person)
                assertIs<ResetState.Done>(last.await())
            }
        }

    @Test
    fun `after another process had the store everything goes on with what is there now`() =
        test {
            loggedIn(TestService.person()) { account ->
                val reset = account.startReset()
                reset.untilKey()
                account.pause()
                val other = Account.restore(folder.path, key)
                fails<ResumeException.InUse> { account.resume() }
                other.cancelReset()
                other.shutDown()
                account.resume()

                val stopped = reset.await<ResetState.Stopped>()
                assertIs<ResetException.NothingPending>(stopped.error)
                assertNull(account.pendingReset())
                val again = account.startReset()
                again.untilKey()
                again.cancel()
                account.shutDown()
                fails<ResumeException.Closed> { account.resume() }
            }
        }

    /** The files in [folder] that this process has open; on Linux alone there are any to see. */
    private fun openFiles(folder: File): List<String> {
        val inside = folder.toPath().toRealPath()
        val open = File("/proc/self/fd").listFiles().orEmpty()
        val targets = open.mapNotNull { runCatching { Files.readSymbolicLink(it.toPath()) }.getOrNull() }
        return targets.filter { it.startsWith(inside) }.map { it.toString() }
    }
}
