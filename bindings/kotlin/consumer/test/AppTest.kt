// SPDX-License-Identifier: Apache-2.0

@file:OptIn(ExperimentalTestApi::class)

import androidx.compose.material3.MaterialTheme
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isHeading
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.runComposeUiTest
import androidx.compose.ui.test.waitUntilAtLeastOneExists
import androidx.compose.ui.test.waitUntilDoesNotExist
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Test
import org.keyward.IdentityStatus
import org.keyward.Keyward
import org.keyward.Password
import org.keyward.StoreKey
import org.keyward.compose.KeywardSecurity
import org.keyward.compose.ScreenAccount
import org.keyward.support.History
import org.keyward.support.TestService
import org.keyward.support.TrixnityHost
import org.keyward.useAndShutDown
import java.io.File
import java.nio.file.Files
import kotlin.test.assertEquals
import kotlin.test.assertFails
import kotlin.test.assertTrue

/** A person in front of the app, and a homeserver behind it. */
class AppTest {
    @Test
    fun `the sessions are shown and the session on Trixnity resets the account`(): Unit =
        runBlocking(Dispatchers.Default) {
            val user = TestService.newUser()
            TrixnityHost.of(user) { host ->
                val oldKey = host.bootstrap()
                val other = TestService.login(user, name = "Somebody's tablet", withEncryption = true)
                val folder = Files.createTempDirectory("keyward-").toFile()
                try {
                    attach(host.client, folder, StoreKey.generate()) { host.accessToken() }.useAndShutDown { account ->
                        withContext(Dispatchers.IO) {
                            runComposeUiTest {
                                setContent { AccountSecurity(account, host.client) {} }
                                press("Look at the sessions")
                                until(hasText("Somebody's tablet", substring = true))
                                press("Back")
                                reset(user.password)
                            }
                        }
                    }
                } finally {
                    folder.deleteRecursively()
                }
                assertTrue(host.isVerified())
                assertTrue(other.isSigned(host.deviceId), "by the new identity")
                assertFails("the old key opens nothing") { other.recover(oldKey) }
            }
        }

    @Test
    fun `an account of its own is verified with its key, signs a session out, and is reset`(): Unit =
        runBlocking(Dispatchers.Default) {
            val person = TestService.person(History.SHORT)
            TestService.login(person, name = "An old laptop")
            val folder = Files.createTempDirectory("keyward-").toFile()
            try {
                val server = Keyward.discover(person.homeserver)
                val password = Password(person.password)
                Keyward.login(server, person.userId, password, "Mine", File(folder, "a"), StoreKey.generate()).useAndShutDown { account ->
                    withContext(Dispatchers.IO) {
                        runComposeUiTest {
                            setContent { MaterialTheme { KeywardSecurity(ScreenAccount.Own(account)) {} } }
                            press("Find out what helps")
                            press("Verify this session with the Security Key or Phrase")
                            type("Security Key", person.recoveryKey)
                            press("Verify with the Security Key")
                            until(heading("This session is verified"))
                            press("Close")
                            press("Close")
                            press("Look at the sessions")
                            press("An old laptop", isPart = true)
                            press("Sign out")
                            press("Sign out")
                            type("Password of your account", person.password)
                            press("Confirm")
                            press("Close")
                            until(heading("Sessions"))
                            waitUntilDoesNotExist(hasText("An old laptop", substring = true), LIMIT)
                            press("Back")
                            reset(person.password)
                        }
                    }
                    assertEquals(IdentityStatus.OURS, account.status().identity)
                    assertTrue(person.phone.isSigned(account.deviceId()), "by the new identity")
                }
            } finally {
                folder.deleteRecursively()
            }
        }

    private fun ComposeUiTest.reset(password: String) {
        press("Reset")
        until(heading("Reset your digital identity"))
        press("Reset")
        press("I have saved it")
        type("Password of your account", password)
        press("Confirm")
        val done = heading("Your new digital identity is in force")
        val stopped = heading("The reset has stopped")
        until(done or stopped)
        // Trixnity takes the key, and then some time to make the account its own.
        while (onAllNodes(stopped).fetchSemanticsNodes().isNotEmpty()) {
            press("Try again")
            until(done or stopped)
        }
        until(done)
    }

    private fun heading(text: String) = isHeading() and hasText(text)

    private fun ComposeUiTest.type(
        label: String,
        text: String,
    ) {
        val field = hasText(label) and hasSetTextAction()
        until(field)
        onNode(field).performScrollTo().performTextInput(text)
    }

    private fun ComposeUiTest.press(
        label: String,
        isPart: Boolean = false,
    ) {
        val control = hasText(label, substring = isPart) and hasClickAction()
        until(control)
        onNode(control).performScrollTo().performClick()
    }

    private fun ComposeUiTest.until(shown: SemanticsMatcher) = waitUntilAtLeastOneExists(shown, LIMIT)

    private companion object {
        /** What is waited for. A slow machine takes its time. */
        const val LIMIT = 120_000L
    }
}
