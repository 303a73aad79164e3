// SPDX-License-Identifier: Apache-2.0

import kotlinx.coroutines.runBlocking
import org.keyward.Account
import org.keyward.Confirmation
import org.keyward.Keyward
import org.keyward.Password
import org.keyward.RecoveryKey
import org.keyward.ResetException
import org.keyward.ResetOptions
import org.keyward.ResetState
import org.keyward.StoreKey
import org.keyward.UnsavedRoomKeys
import org.keyward.states
import org.keyward.useAndShutDown
import java.nio.file.Files

/** Logs in, lists the sessions, and resets the account: `SampleKt SERVER USER`. */
fun main(arguments: Array<String>) =
    runBlocking {
        require(arguments.size == 2) { "usage: SampleKt SERVER USER" }
        val (server, user) = arguments
        val folder = Files.createTempDirectory("keyward-sample").toFile()
        // An app keeps the key in the platform's key store; this login ends with the program.
        val key = StoreKey.generate()
        try {
            val account = Keyward.login(Keyward.discover(server), user, askForPassword(), "Keyward sample", folder, key)
            account.useAndShutDown {
                listSessions(it)
                reset(it)
                it.logOut(UnsavedRoomKeys.DISCARD)
            }
        } finally {
            folder.deleteRecursively()
        }
    }

private suspend fun listSessions(account: Account) {
    val list = account.sessions().list()
    (listOf(list.current) + list.others).forEach { println("${it.deviceId}  ${it.trust}  ${it.label}") }
}

private suspend fun reset(account: Account) {
    val plan = account.planReset()
    println("${plan.consequences().otherSessions} other sessions will have to be verified again.")
    val reset = account.startReset(plan, ResetOptions())
    reset.states().collect { state ->
        when (state) {
            is ResetState.Working -> state.progress?.let { println("Step ${it.number} of ${it.steps}") }
            is ResetState.SaveKey -> {
                println("Your new Security Key is\n${state.recoveryKey.reveal()}")
                again { reset.confirmSaved(Confirmation.Retyped(RecoveryKey(ask("Type it again:")))) }
            }
            is ResetState.Authorise -> again { reset.authorise(askForPassword()) }
            is ResetState.HandOver -> error("this session was logged in here")
            is ResetState.Stopped -> throw state.error
            is ResetState.Done -> println("Done. The new backup has ${state.outcome.roomKeysBackedUp} room keys.")
            ResetState.Cancelled -> println("Cancelled. Everything is as it was.")
        }
    }
}

/** Asks until the answer is right. A wrong one changes nothing. */
private suspend fun again(answer: suspend () -> Unit) {
    while (true) {
        try {
            return answer()
        } catch (error: ResetException.KeyMismatch) {
            println(error.message)
        } catch (error: ResetException.WrongPassword) {
            println(error.message)
        }
    }
}

/** Without an echo, from a terminal. */
private fun askForPassword(): Password {
    val typed = System.console()?.readPassword("Password: ") ?: return Password(ask("Password:"))
    return Password(String(typed))
}

private fun ask(question: String): String {
    println(question)
    return readlnOrNull() ?: throw IllegalStateException("nobody answers")
}
