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
import org.keyward.Homeserver
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
        val account =
            Account.login(
                Homeserver.discover(homeserver),
                user.userId,
                Password(user.password),
                sessionName,
                folder.path,
                key,
            )
        val login = TestLogin(folder, key, account)
        try {
            login.block(account)
        } finally {
            withContext(NonCancellable) { login.account.shutDown() }
        }
    }
