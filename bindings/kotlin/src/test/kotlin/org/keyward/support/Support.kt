// SPDX-License-Identifier: Apache-2.0

package org.keyward.support

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.keyward.Account
import org.keyward.BrowserMethod
import org.keyward.ClientDescription
import org.keyward.Homeserver
import org.keyward.Keyward
import org.keyward.Password
import org.keyward.StoreKey
import java.io.File
import java.nio.file.Files
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes

/** The longest that anything here takes on a slow machine. */
val LIMIT: Duration = 2.minutes

/** A test in real time: what is waited for happens at a server. */
fun test(
    limit: Duration = LIMIT,
    block: suspend CoroutineScope.() -> Unit,
): Unit = runBlocking(Dispatchers.Default) { withTimeout(limit, block) }

/** The first value of this type, whatever else comes before it. */
suspend inline fun <reified T> Flow<*>.awaitFirst(): T = filterIsInstance<T>().first()

/** A folder that is gone afterwards. */
suspend fun <R> withFolder(block: suspend (File) -> R): R {
    val folder = Files.createTempDirectory("keyward-").toFile()
    try {
        return block(folder)
    } finally {
        folder.deleteRecursively()
    }
}

/** The session under test, and where its store is. */
class TestLogin(
    /** Its folder does not exist before the login. */
    val folder: File,
    val key: StoreKey,
    account: Account,
) {
    /** The session; after [restart] another object. */
    var account: Account = account
        private set

    /** Shuts the account down and restores it, as an app does that is started again. */
    suspend fun restart(): Account {
        account.shutDown()
        account = Account.restore(folder.path, key)
        return account
    }
}

/** Where the browser comes back to. */
const val REDIRECT_URI = "example.keyward:/callback"

/** How the app under test introduces itself. */
val CLIENT = ClientDescription("Keyward test", "https://keyward.example/", listOf(REDIRECT_URI))

/** How people at the deployment log in. */
val Deployment.method: BrowserMethod
    get() =
        when (this) {
            Deployment.OAUTH -> BrowserMethod.OAuth(createAccount = false)
            Deployment.SSO -> BrowserMethod.Sso(provider = null)
        }

/** Logs in, directly or through a proxy, into a new folder. Afterwards the account is shut down and its folder gone. */
suspend fun <R> loggedIn(
    user: User,
    homeserver: String = user.homeserver,
    sessionName: String = "Under test",
    block: suspend TestLogin.(Account) -> R,
): R =
    withFolder { parent ->
        val folder = File(parent, "account")
        val key = StoreKey.generate()
        val found = Homeserver.discover(homeserver)
        val method = user.deployment?.method
        val account =
            if (method == null) {
                Account.login(found, user.userId, Password(user.password), sessionName, folder.path, key)
            } else {
                val login = Keyward.beginBrowserLogin(found, method, CLIENT, REDIRECT_URI, sessionName, folder, key)
                Keyward.finishLogin(folder, key, checkNotNull(user.allow(login.page())) { "it leads back" })
            }
        val login = TestLogin(folder, key, account)
        try {
            login.block(account)
        } finally {
            withContext(NonCancellable) { login.account.shutDown() }
        }
    }
