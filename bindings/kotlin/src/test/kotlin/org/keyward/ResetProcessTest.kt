// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.CsvSource
import org.junit.jupiter.params.provider.EnumSource
import org.keyward.support.OtherProcess
import org.keyward.support.Person
import org.keyward.support.HeldRequest
import org.keyward.support.TestLogin
import org.keyward.support.TestService
import org.keyward.support.finish
import org.keyward.support.loggedIn
import org.keyward.support.startReset
import org.keyward.support.test
import org.keyward.support.unlock
import java.io.File
import java.util.Base64
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull

/** The process is killed in the middle of a reset, and another one takes it up. */
class ResetProcessTest {
    @ParameterizedTest
    @EnumSource
    fun `a reset is resumed after the process was killed at a request`(request: HeldRequest) =
        test {
            val person = TestService.person()
            val proxy = TestService.proxy()
            loggedIn(person, proxy.url) { account ->
                account.unlock(person)
                account.shutDown()
                request.hold(proxy)
                ResetProcess.start(this, person, until = "the end").use { process ->
                    proxy.held()
                    process.kill()
                }
                proxy.disarm()

                val restored = restart()
                assertNotNull(restored.pendingReset())
                val outcome = restored.resumeReset().finish(person)
                assertNull(person.whyHistoryIsUnreadable(outcome.recoveryKey.reveal()))
                assertNull(restored.pendingReset())
            }
        }

    @ParameterizedTest
    @CsvSource("SaveKey", "Authorise")
    fun `a reset is resumed or cancelled after the process was killed while it asked`(state: String) =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val oracle = TestService.oracle(person, account.deviceId(), folder, key)
                repeat(2) { round ->
                    this.account.shutDown()
                    ResetProcess.start(this, person, until = state).use { process ->
                        runInterruptible(Dispatchers.IO) { process.awaitLine(state) }
                    }

                    val restored = restart()
                    assertEquals(PendingReset.STAGED, restored.pendingReset())
                    if (round == 0) {
                        restored.cancelReset()
                        oracle.assertCancelled()
                    } else {
                        val outcome = restored.resumeReset().finish(person)
                        oracle.assertDone(outcome.recoveryKey.reveal())
                    }
                }
            }
        }
}

/** Starts a reset and does what is asked for until a certain state. */
object ResetProcess {
    fun start(
        login: TestLogin,
        person: Person,
        until: String,
    ): OtherProcess {
        val process = OtherProcess(ResetProcess::class)
        process.write(login.folder.path, Base64.getEncoder().encodeToString(login.key.reveal()), person.password, until)
        return process
    }

    @JvmStatic
    fun main(args: Array<String>): Unit =
        runBlocking {
            val (folder, key, password, until) = List(4) { readln() }
            val account = Keyward.restore(File(folder), StoreKey.fromBytes(Base64.getDecoder().decode(key)))
            val reset = account.startReset()
            reset.states().collect { state ->
                println(state::class.simpleName)
                when {
                    state::class.simpleName == until -> awaitCancellation()
                    state is ResetState.SaveKey -> reset.confirmSaved(Confirmation.Acknowledged)
                    state is ResetState.Authorise -> reset.authorise(Password(password))
                    state is ResetState.Stopped -> throw state.error
                }
            }
        }
}
