// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import org.keyward.support.CLIENT
import org.keyward.support.Deployment
import org.keyward.support.REDIRECT_URI
import org.keyward.support.TestService
import org.keyward.support.User
import org.keyward.support.method
import org.keyward.support.test
import org.keyward.support.withFolder
import java.io.File
import java.time.Duration
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** Logging in without a password: in a browser, or with a code on another device. */
class BrowserLoginTest {
    /** A folder in which somebody logs in. */
    private class Case(
        val homeserver: Homeserver,
        val folder: File,
    ) {
        val key = StoreKey.generate()

        suspend fun begin(method: BrowserMethod = Deployment.OAUTH.method) =
            Keyward.beginBrowserLogin(homeserver, method, CLIENT, REDIRECT_URI, "Kitchen", folder, key)

        suspend fun beginDevice() = Keyward.beginDeviceLogin(homeserver, CLIENT, "Kitchen", folder, key)

        suspend fun waiting() = Keyward.waitingBrowserLogin(folder, key)

        suspend fun finish(answer: String?) = Keyward.finishLogin(folder, key, assertNotNull(answer, "it leads back"))

        suspend fun restore() = Keyward.restore(folder, key)

        suspend fun assertNothingIsLeft() {
            assertNull(waiting())
            fails<RestoreException.NotLoggedIn> { restore() }
        }
    }

    private suspend fun case(
        homeserver: String,
        block: suspend Case.() -> Unit,
    ) = withFolder { parent -> Case(Keyward.discover(homeserver), File(parent, "account")).block() }

    private suspend fun assertIsSessionOf(
        user: User,
        account: Account,
    ) {
        assertEquals(user.userId, account.userId())
        val list = account.sessions().list()
        assertEquals("Kitchen", list.current.name)
    }

    @Test
    fun `each server says how to log in`() =
        test {
            suspend fun of(user: User) = Keyward.discover(user.homeserver).loginMethods()
            assertEquals(listOf<LoginMethod>(LoginMethod.Password), of(TestService.newUser()))
            val oauth = LoginMethod.OAuth(browser = true, deviceCode = true, createAccount = true)
            assertEquals(listOf<LoginMethod>(oauth), of(TestService.newUser(Deployment.OAUTH)))
            val (password, sso) = of(TestService.newUser(Deployment.SSO))
            assertIs<LoginMethod.Password>(password)
            assertEquals("Test", assertIs<LoginMethod.Sso>(sso).providers.single().name)
        }

    @Test
    fun `the app may be gone when the browser comes back`() =
        test {
            val user = TestService.newUser(Deployment.OAUTH)
            case(user.homeserver) {
                val page =
                    begin().use { login ->
                        assertEquals(REDIRECT_URI, login.redirectUri())
                        login.page()
                    }
                fails<RestoreException.NotLoggedIn> { restore() }
                val answer = assertNotNull(user.allow(page))
                assertTrue(answer.startsWith("$REDIRECT_URI?"), answer)
                // In a new process there is nothing but the folder and its key.
                assertEquals(page, assertNotNull(waiting()).page())
                finish(answer).useAndShutDown { assertIsSessionOf(user, it) }
                assertNull(waiting())
                restore().useAndShutDown { assertIsSessionOf(user, it) }
                fails<LoginException.AlreadyLoggedIn> { finish(answer) }
            }
        }

    @Test
    fun `whoever says no in the browser or before has not logged in`() =
        test {
            val user = TestService.newUser(Deployment.OAUTH)
            case(user.homeserver) {
                val answer = user.deny(begin().page())
                fails<LoginException.Denied> { finish(answer) }
                assertNothingIsLeft()
                begin()
                repeat(2) { Keyward.cancelBrowserLogin(folder, key) }
                assertNothingIsLeft()
            }
        }

    @Test
    fun `only the answer to the login that waits is taken`() =
        test {
            val user = TestService.newUser(Deployment.OAUTH)
            case(user.homeserver) {
                fails<LoginException.NotBegun> { finish(REDIRECT_URI) }
                val old = user.allow(begin().page())
                // A new login takes the place of one that waits.
                val page = begin().page()
                for (other in listOf(old, "$REDIRECT_URI?code=guessed&state=guessed", REDIRECT_URI, "")) {
                    fails<LoginException.OtherAnswer> { finish(other) }
                }
                finish(user.allow(page)).useAndShutDown { assertIsSessionOf(user, it) }
            }
        }

    @Test
    fun `a login that the server does not finish is over`() =
        test {
            val user = TestService.newUser(Deployment.OAUTH)
            val proxy = TestService.proxy(deployment = Deployment.OAUTH)
            case(proxy.url) {
                proxy.reply(
                    pathEndsWith = "/oauth2/registration",
                    status = 400,
                    body = """{"error": "invalid_redirect_uri"}""",
                )
                fails<LoginException.ClientRefused> { begin() }
                proxy.disarm()
                val denied = assertNotNull(user.deny(begin().page()))
                fails<LoginException.Ended> { finish(denied.replace("access_denied", "server_error")) }
                assertNothingIsLeft()

                val answer = user.allow(begin().page())
                proxy.arm("cut_before", pathEndsWith = "/oauth2/token")
                val unreachable = fails<LoginException.Server> { finish(answer) }
                assertIs<ServerProblem.Unreachable>(unreachable.problem)
                assertNotNull(waiting(), "nobody has seen the code")
                proxy.arm("cut_after", pathEndsWith = "/oauth2/token")
                fails<LoginException.Server> { finish(answer) }
                fails<LoginException.Expired> { finish(answer) }
                assertNothingIsLeft()
            }
            case(TestService.newUser().homeserver) {
                fails<LoginException.NotOffered> { begin() }
                fails<LoginException.NotOffered> { beginDevice() }
                assertNothingIsLeft()
            }
        }

    @Test
    fun `a login through a provider`() =
        test {
            val user = TestService.newUser(Deployment.SSO)
            case(user.homeserver) {
                val sso = homeserver.loginMethods().filterIsInstance<LoginMethod.Sso>().single()
                val provider = sso.providers.single()
                for (method in listOf(BrowserMethod.Sso(null), BrowserMethod.Sso(provider.id))) {
                    val answer = assertNotNull(user.allow(begin(method).page()))
                    assertTrue(answer.startsWith("$REDIRECT_URI?"), answer)
                    val account = finish(answer)
                    assertIsSessionOf(user, account)
                    account.logOut(UnsavedRoomKeys.KEEP)
                    assertNothingIsLeft()
                }
            }
        }

    @Test
    fun `a login with a code that is entered on another device`() =
        test {
            val user = TestService.newUser(Deployment.OAUTH)
            case(user.homeserver) {
                val login = beginDevice()
                assertNotEquals("", login.userCode())
                assertTrue(login.expiresIn() > Duration.ZERO)
                assertNull(login.pageWithCode(), "this server has no such page")
                val waiting = async { login.wait() }
                user.enterCode(login.page(), login.userCode())
                waiting.await().useAndShutDown { assertIsSessionOf(user, it) }
                fails<LoginException.NotBegun> { login.wait() }
            }
        }

    @Test
    fun `whoever does not wait any more gives the code up`() =
        test {
            case(TestService.newUser(Deployment.OAUTH).homeserver) {
                val login = beginDevice()
                launch(start = CoroutineStart.UNDISPATCHED) { login.wait() }.cancelAndJoin()
                fails<LoginException.NotBegun> { login.wait() }
            }
        }
}
