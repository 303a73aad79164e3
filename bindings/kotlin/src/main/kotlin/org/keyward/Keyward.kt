// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import java.io.File

/**
 * Where an app begins: finding a homeserver, logging in, taking a login up again, and the log.
 *
 * ```
 * val homeserver = Keyward.discover("example.org")
 * val key = StoreKey.generate() // key.reveal() belongs into the platform's key store
 * val folder = File(context.filesDir, "alice")
 * val account = Keyward.login(homeserver, "alice", Password("…"), "My app", folder, key)
 * ```
 *
 * Nothing here or in what it returns blocks the thread that calls it: everything that takes time suspends, and works on
 * threads of its own. Errors are exceptions, one sealed class for each kind of work, with a text for people as `message`;
 * none of them has anything in it that must not be logged.
 *
 * All objects may be let go without being closed, on any thread: the garbage collector frees what they hold. `close`, and
 * with it `use {}`, frees it at once; a closed object throws [IllegalStateException].
 */
public object Keyward {
    /** The versions of this library and of matrix-sdk below it, for a report of a fault. */
    public val versions: Versions
        get() = org.keyward.versions()

    /**
     * Servers are reached so from now on, by all accounts of this process: through a proxy, trusting authorities of one's own, as
     * an app with a name. This comes first when an app starts: an account that is open keeps its connection to the homeserver,
     * and renews its tokens in the new way.
     *
     * ```
     * Keyward.useNetwork(NetworkSettings(authorities = listOf(ownAuthority), userAgent = "My app/1.0"))
     * ```
     *
     * @throws NetworkException nothing is changed then.
     */
    public fun useNetwork(settings: NetworkSettings): Unit = org.keyward.useNetwork(settings)

    /**
     * Finds the homeserver behind a server name, a user id or a URL, and checks that it answers like one. Plain HTTP is
     * refused, except to this machine itself.
     *
     * @throws DiscoveryException
     */
    public suspend fun discover(address: String): Homeserver = Homeserver.discover(address)

    /**
     * Logs in with a password and makes the store in [folder], encrypted with [key].
     *
     * @param user a user id (`@alice:example.org`) or its localpart.
     * @param sessionName the public name of the session, which others can see.
     * @param folder of this login alone; it is made if it does not exist. On Android a folder in `context.filesDir`, left
     *   out of backups: a session that exists twice can decrypt nothing.
     * @throws LoginException
     */
    public suspend fun login(
        homeserver: Homeserver,
        user: String,
        password: Password,
        sessionName: String,
        folder: File,
        key: StoreKey,
    ): Account = Account.login(homeserver, user, password, sessionName, folder.path, key)

    /**
     * Begins a login with a browser in [folder], whose store is encrypted with [key]. A login that waited there is
     * replaced.
     *
     * ```
     * val method = BrowserMethod.OAuth(createAccount = false)
     * val login = Keyward.beginBrowserLogin(homeserver, method, client, redirectUri, "My app", folder, key)
     * open(login.page()) // and when the browser comes back, perhaps to a new process:
     * val account = Keyward.finishLogin(folder, key, answer)
     * ```
     *
     * @param method one that [Homeserver.loginMethods] has.
     * @param redirectUri where the browser comes back to: one of the [client]'s.
     * @param sessionName the public name of the session, which others can see.
     * @param folder as for [login].
     * @throws LoginException
     */
    public suspend fun beginBrowserLogin(
        homeserver: Homeserver,
        method: BrowserMethod,
        client: ClientDescription,
        redirectUri: String,
        sessionName: String,
        folder: File,
        key: StoreKey,
    ): BrowserLogin = BrowserLogin.begin(homeserver, method, client, redirectUri, sessionName, folder.path, key)

    /**
     * The login that waits for a browser in [folder], for an app that has started anew. Null where there is none.
     *
     * @throws RestoreException
     */
    public suspend fun waitingBrowserLogin(
        folder: File,
        key: StoreKey,
    ): BrowserLogin? = waitingBrowserLogin(folder.path, key)

    /**
     * Forgets the login that waits for a browser in [folder], if there is one.
     *
     * @throws RestoreException
     */
    public suspend fun cancelBrowserLogin(
        folder: File,
        key: StoreKey,
    ): Unit = cancelBrowserLogin(folder.path, key)

    /**
     * Finishes the login that waits in [folder]. Afterwards it goes on waiting only if it may still be finished: after
     * [LoginException.OtherAnswer], and where the server cannot be reached.
     *
     * @param answer the address that the browser came back to, whole.
     * @throws LoginException
     */
    public suspend fun finishLogin(
        folder: File,
        key: StoreKey,
        answer: String,
    ): Account = Account.finishLogin(folder.path, key, answer)

    /**
     * Asks for a code with which the person allows a login in [folder] on another device. It is not stored: whoever lets
     * it go, or cancels [DeviceLogin.wait], gives it up.
     *
     * ```
     * val login = Keyward.beginDeviceLogin(homeserver, client, "My app", folder, key)
     * show(login.page(), login.userCode())
     * val account = login.wait()
     * ```
     *
     * @param sessionName the public name of the session, which others can see.
     * @param folder as for [login].
     * @throws LoginException
     */
    public suspend fun beginDeviceLogin(
        homeserver: Homeserver,
        client: ClientDescription,
        sessionName: String,
        folder: File,
        key: StoreKey,
    ): DeviceLogin = DeviceLogin.begin(homeserver, client, sessionName, folder.path, key)

    /**
     * Opens the store in [folder] and takes the session up again. Needs no network. An app that starts asks
     * [Account.pendingReset] and [Account.pendingRecovery] next: a reset or a new recovery key may wait to be resumed.
     *
     * ```
     * val account = Keyward.restore(folder, StoreKey.fromBytes(bytes))
     * if (account.pendingReset() != null) show(account.resumeReset().states())
     * ```
     *
     * @throws RestoreException
     */
    public suspend fun restore(
        folder: File,
        key: StoreKey,
    ): Account = Account.restore(folder.path, key)

    /**
     * Works for a session that the app has already, on an SDK of its own: the sessions, a reset, a new recovery key, what
     * the server shows of the account, and what is wrong with it. That SDK goes on synchronising, refreshing tokens and
     * keeping the keys; nothing of its store is opened.
     *
     * ```
     * val host = HostSession(homeserver, userId, deviceId, deviceKey, masterKey = null)
     * val account = Keyward.attach(host, folder, key) { session.accessToken() }
     * if (account.pendingReset() != null) show(account.resumeReset().states())
     * ```
     *
     * Needs no network.
     *
     * @param host the session, as the app's SDK knows it.
     * @param folder one of the app's; a folder `keyward` is made in it, for small encrypted documents.
     * @param key encrypts them.
     * @param accessToken gives the session's present access token. It is called when one is needed, with `true` if the
     *   homeserver has refused the last one, so that the SDK has to renew it; it has a minute. If it throws, what waits for
     *   the token fails with [ServerProblem.TokenExpired]. It is called no more once the account is shut down, or let go:
     *   it must not hold what holds the account.
     * @throws AttachException
     */
    public suspend fun attach(
        host: HostSession,
        folder: File,
        key: StoreKey,
        accessToken: suspend (wasRefused: Boolean) -> String,
    ): AttachedAccount =
        AttachedAccount.attach(host, folder.path, key).also { account ->
            answer(account.tokenRequests(), accessToken)
        }

    /**
     * What the library logs from the start of the collection on, for the platform's log.
     *
     * ```
     * scope.launch { Keyward.logs(LogLevel.INFO).collect { Log.i(it.target, it.text) } }
     * ```
     *
     * Nothing secret is logged at any level. Of a collector that is far behind the oldest records are dropped, and a
     * record says how many.
     */
    public fun logs(level: LogLevel): Flow<LogRecord> =
        flow {
            openLog(level).use { stream -> emitAll { stream.next() } }
        }
}
