// SPDX-License-Identifier: Apache-2.0

package org.keyward

import com.fasterxml.jackson.databind.node.ObjectNode
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import org.keyward.support.History
import org.keyward.support.Person
import org.keyward.support.TestService
import org.keyward.support.User
import org.keyward.support.awaitFirst
import org.keyward.support.loggedIn
import org.keyward.support.test
import org.keyward.support.text
import org.keyward.support.withFolder
import java.io.File
import java.time.Duration
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** One login: from its beginning to its end, and each thing that can be wrong. */
class AccountTest {
    @Test
    fun `each address that leads to no homeserver says why`() =
        test {
            val gone = TestService.proxy()
            gone.stop()
            val web = TestService.proxy()
            web.arm("garbage", forEver = true)
            fails<DiscoveryException.NotAServerName> { Keyward.discover("") }
            fails<DiscoveryException.Insecure> { Keyward.discover("http://example.org") }
            fails<DiscoveryException.Unreachable> { Keyward.discover(gone.url) }
            fails<DiscoveryException.NotMatrix> { Keyward.discover(web.url) }
            web.disarm()
            assertEquals(web.url, Keyward.discover(web.url).url().trimEnd('/'))
        }

    @Test
    fun `a login is a session with encryption and the name that was given, also after a restart`() =
        test {
            val user = TestService.newUser()
            val observer = TestService.login(user)
            loggedIn(user, sessionName = "Kitchen") { first ->
                val deviceId = first.deviceId()
                val before = first.status()
                assertEquals(user.homeserver, before.homeserver.trimEnd('/'))
                val account = restart()
                assertEquals(before, account.status())
                assertEquals(user.userId to deviceId, account.userId() to account.deviceId())
                assertEquals(before.homeserver, account.homeserver())
                assertEquals("Kitchen", observer.request("GET", "/v3/devices/$deviceId").body.text("display_name"))
                val query = mapOf("device_keys" to mapOf(user.userId to emptyList<String>()))
                val keys = observer.request("POST", "/v3/keys/query", query).body["device_keys"][user.userId]
                assertNotNull(keys[deviceId], "$keys")
            }
        }

    @Test
    fun `what a server can say to a login is told apart`() =
        test {
            val user = TestService.newUser()
            val proxy = TestService.proxy()
            val homeserver = Keyward.discover(proxy.url)
            withFolder { parent ->
                val folder = File(parent, "account")

                suspend fun logIn(password: String = user.password) =
                    Keyward.login(homeserver, user.localpart, Password(password), "New", folder, StoreKey.generate())

                fails<LoginException.WrongPassword> { logIn("wrong") }
                proxy.reply("GET", pathEndsWith = "/login", body = """{"flows": [{"type": "m.login.sso"}]}""")
                fails<LoginException.PasswordNotOffered> { logIn() }
                proxy.disarm()
                proxy.arm("cut_before", "POST", pathEndsWith = "/login", forEver = true)
                assertIs<ServerProblem.Unreachable>(fails<LoginException.Server> { logIn() }.problem)
                proxy.disarm()
                assertFalse(folder.exists(), "nothing is left behind")

                proxy.hold("POST", pathEndsWith = "/login")
                supervisorScope {
                    val login = async { logIn() }
                    proxy.held()
                    TestService.breakStore(folder)
                    proxy.release()
                    fails<LoginException.Store> { login.await() }
                }
            }
        }

    @Test
    fun `a folder that cannot be opened says why, and is left as it is`() =
        test {
            val user = TestService.newUser()
            val homeserver = Keyward.discover(user.homeserver)
            val key = StoreKey.generate()
            withFolder { parent ->
                val folder = File(parent, "account")
                val cryptoStore = File(folder, "matrix-sdk-crypto.sqlite3")

                suspend fun logIn(
                    into: File = folder,
                    with: StoreKey = key,
                ) = Keyward.login(homeserver, user.userId, Password(user.password), "Under test", into, with)

                suspend fun restore(with: StoreKey = key) = Keyward.restore(folder, with)

                fails<RestoreException.NotLoggedIn> { restore() }
                logIn().useAndShutDown {
                    fails<RestoreException.InUse> { restore() }
                    fails<LoginException.InUse> { logIn() }
                }
                val other = File(parent, "other")
                logIn(into = other).useAndShutDown {}

                val whole = cryptoStore.readBytes()
                val error = fails<LoginException.AlreadyLoggedIn> { logIn() }
                assertEquals(user.userId, error.userId)
                fails<RestoreException.WrongStoreKey> { restore(StoreKey.generate()) }
                fails<LoginException.WrongStoreKey> { logIn(with = StoreKey.generate()) }

                cryptoStore.delete()
                fails<RestoreException.Damaged> { restore() }
                fails<LoginException.Damaged> { logIn() }
                assertFalse(cryptoStore.exists(), "no empty store in its place")

                File(other, cryptoStore.name).copyTo(cryptoStore)
                fails<RestoreException.OtherAccount> { restore() }

                cryptoStore.writeBytes(whole)
                val lock = File(folder, "keyward.lock")
                assertTrue(!lock.exists() || lock.delete())
                assertTrue(lock.mkdir())
                fails<RestoreException.OtherUser> { restore() }
                assertTrue(lock.delete())
                restore().useAndShutDown { assertEquals(user.userId, it.userId()) }
            }
        }

    @Test
    fun `the status of a new user says that nothing is set up`() =
        test {
            loggedIn(TestService.newUser()) { account ->
                val expected =
                    AccountStatus(
                        userId = account.userId(),
                        deviceId = account.deviceId(),
                        homeserver = account.homeserver(),
                        verified = false,
                        identity = IdentityStatus.NOT_SET_UP,
                        privateKeys = false,
                        secretStorage = SecretStorageStatus.NOT_SET_UP,
                        keyBackup = KeyBackupStatus.NOT_SET_UP,
                        roomKeys = 0,
                        pendingReset = null,
                        pending = emptyList(),
                        tokensExposed = false,
                    )
                assertEquals(expected, account.status())
                TestService.breakStore(folder)
                fails<AccountException.Store> { account.status() }
                TestService.mendStore(folder)
                assertEquals(expected, account.status())
            }
        }

    @Test
    fun `the recovery key verifies this session and takes the key backup up`() =
        test {
            val person = TestService.person(History.NONE)
            loggedIn(person) { account ->
                val before = account.status()
                assertEquals(IdentityStatus.NOT_OURS, before.identity)
                assertEquals(SecretStorageStatus.READY, before.secretStorage)
                assertFalse(before.verified)
                assertFalse(person.observer.isSigned(account.deviceId()))

                assertEquals(Unlocked(keyBackup = true), account.unlock(key(person)))
                val after = account.status()
                assertEquals(IdentityStatus.OURS, after.identity)
                assertEquals(KeyBackupStatus.ENABLED, after.keyBackup)
                assertTrue(after.verified)
                assertTrue(person.observer.isSigned(account.deviceId()))
            }
        }

    @Test
    fun `the security phrase verifies this session, too`() =
        test {
            val user = TestService.newUser()
            val other = TestService.login(user, withEncryption = true)
            other.bootstrap("four words are enough")
            loggedIn(user) { account ->
                account.unlock(phrase("four words are enough"))
                assertTrue(account.status().verified)
                assertTrue(other.isSigned(account.deviceId()))
            }
        }

    @Test
    fun `each thing that keeps this session locked has its own error`() =
        test {
            loggedIn(TestService.newUser()) { account ->
                fails<UnlockException.NotSetUp> { account.unlock(key("not a key")) }
            }
            val stranger = TestService.login(TestService.newUser(), withEncryption = true)
            val strangersKey = stranger.bootstrap()
            val person = TestService.person(History.NONE)
            val observer = person.observer
            val proxy = TestService.proxy()
            loggedIn(person, proxy.url) { account ->
                fails<UnlockException.MistypedKey> { account.unlock(key("not a key")) }
                fails<UnlockException.WrongKey> { account.unlock(key(strangersKey)) }
                fails<UnlockException.NoPassphrase> { account.unlock(phrase("a phrase")) }

                /** Runs [block] while this account data has something else in it. */
                suspend fun changed(
                    type: String,
                    content: (ObjectNode) -> Any,
                    block: suspend () -> Unit,
                ) {
                    val present = checkNotNull(observer.accountData(type))
                    observer.setAccountData(type, content(present.deepCopy()))
                    block()
                    observer.setAccountData(type, present)
                }

                val default = "m.secret_storage.default_key"
                val keyId = checkNotNull(observer.accountData(default)).text("key")
                changed("m.secret_storage.key.$keyId", { emptyMap<String, Any>() }) {
                    fails<UnlockException.KeyNotDescribed> { account.unlock(key(person)) }
                }
                val tooManyRounds = mapOf("algorithm" to "m.pbkdf2", "salt" to "s", "iterations" to 4_000_000_000)
                changed("m.secret_storage.key.$keyId", { it.putPOJO("passphrase", tooManyRounds) }) {
                    fails<UnlockException.Unsupported> { account.unlock(phrase("a phrase")) }
                }
                val master = "m.cross_signing.master"
                changed(master, { content ->
                    content.apply {
                        findParents("mac").forEach { (it as ObjectNode).put("mac", "A".repeat(43)) }
                    }
                }) {
                    fails<UnlockException.DamagedSecret> { account.unlock(key(person)) }
                }
                changed(master, { emptyMap<String, Any>() }) {
                    fails<UnlockException.IncompleteSecretStorage> { account.unlock(key(person)) }
                }
                assertFalse(account.status().verified)

                proxy.arm("status_500", forEver = true)
                val error = fails<UnlockException.Server> { account.unlock(key(person)) }
                assertEquals(ServerProblem.Failing(500), error.problem)
                proxy.disarm()
                TestService.breakStore(folder)
                fails<UnlockException.Store> { account.unlock(key(person)) }
                TestService.mendStore(folder)
                proxy.reply(pathEndsWith = "/keys/signatures/upload")
                fails<UnlockException.NotSigned> { account.unlock(key(person)) }
                proxy.disarm()
                assertFalse(observer.isSigned(account.deviceId()))
            }
            TestService.login(person, withEncryption = true).bootstrapIdentity()
            loggedIn(person) { account ->
                fails<UnlockException.OutdatedSecretStorage> { account.unlock(key(person)) }
            }
        }

    @Test
    fun `synchronising brings room keys, which stop the logout until the person lets them go`() =
        test {
            val person = TestService.person(History.NONE)
            loggedIn(person) { account ->
                person.phone.sync()
                person.phone.sendMessages(1)
                while (account.status().roomKeys == 0) account.syncOnce(Duration.ofSeconds(5))
                assertEquals(1, account.unsavedRoomKeys())
                val error = fails<LogoutException.UnsavedRoomKeys> { account.logOut(UnsavedRoomKeys.KEEP) }
                assertEquals(1, error.count)
                assertEquals(1, account.status().roomKeys)

                account.logOut(UnsavedRoomKeys.DISCARD)
                assertFalse(folder.exists())
                fails<AccountException.Closed> { account.status() }
                fails<LogoutException.Closed> { account.logOut(UnsavedRoomKeys.KEEP) }
                val device = person.observer.request("GET", "/v3/devices/${account.deviceId()}")
                assertEquals(404, device.status)
            }
        }

    @Test
    fun `room keys that are in the key backup are saved`() =
        test {
            val person = TestService.person(History.NONE)
            loggedIn(person) { account ->
                account.unlock(key(person))
                person.phone.sync()
                person.phone.sendMessages(1)
                while (account.status().roomKeys == 0) account.syncOnce(Duration.ofSeconds(5))
                // The last one may have received the room key without uploading it.
                account.syncOnce(Duration.ZERO)
                assertEquals(0, account.unsavedRoomKeys())
                account.logOut(UnsavedRoomKeys.KEEP)
                assertFalse(folder.exists())
            }
        }

    @Test
    fun `a logout that fails leaves the session as it is`() =
        test {
            val user = TestService.person(History.NONE)
            val proxy = TestService.proxy()
            loggedIn(user, proxy.url) { account ->
                proxy.arm("status_500", pathEndsWith = "/logout", forEver = true)
                val error = fails<LogoutException.Server> { account.logOut(UnsavedRoomKeys.KEEP) }
                assertEquals(ServerProblem.Failing(500), error.problem)
                proxy.disarm()
                proxy.reply("POST", pathEndsWith = "/logout")
                fails<LogoutException.StillSignedIn> { account.logOut(UnsavedRoomKeys.KEEP) }
                proxy.disarm()
                TestService.breakStore(folder)
                fails<LogoutException.Store> { account.logOut(UnsavedRoomKeys.KEEP) }
                TestService.mendStore(folder)
                assertEquals(user.userId, account.status().userId)

                val reset = account.startReset(account.planReset(), ResetOptions())
                reset.states().awaitFirst<ResetState.SaveKey>()
                reset.confirmSaved(Confirmation.Acknowledged)
                reset.states().awaitFirst<ResetState.Authorise>()
                fails<LogoutException.ResetRunning> { account.logOut(UnsavedRoomKeys.DISCARD) }
                val again = restart()
                fails<LogoutException.ResetPending> { again.logOut(UnsavedRoomKeys.KEEP) }
                assertEquals(PendingReset.STAGED, again.status().pendingReset)
                again.logOut(UnsavedRoomKeys.DISCARD)
                assertFalse(folder.exists())
            }
        }

    @Test
    fun `a synchronisation that is cancelled ends at once and is in nobody's way`() =
        test {
            val proxy = TestService.proxy()
            loggedIn(TestService.newUser(), proxy.url) { account ->
                proxy.hold(pathEndsWith = "/sync")
                val waiting = launch { account.syncOnce(Duration.ofSeconds(30)) }
                proxy.held()
                // Its reply will not come before the release.
                waiting.cancelAndJoin()
                assertTrue(waiting.isCancelled)
                proxy.release()
                account.syncOnce(Duration.ZERO)
            }
        }

    @Test
    fun `a change is made although nobody waits for it any more`() =
        test {
            val user = TestService.newUser()
            val observer = TestService.login(user)
            val proxy = TestService.proxy()
            loggedIn(user, proxy.url) { account ->
                proxy.hold(pathEndsWith = "/logout")
                val waiting = launch { account.logOut(UnsavedRoomKeys.KEEP) }
                proxy.held()
                waiting.cancelAndJoin()
                assertTrue(waiting.isCancelled)
                proxy.release()
                do {
                    val device = observer.request("GET", "/v3/devices/${account.deviceId()}")
                } while (device.status != 404)
                // What is left of it goes on.
                do {
                    val error = assertFailsWith<AccountException> { account.status() }
                } while (error !is AccountException.Closed)
                assertFalse(folder.exists())
            }
        }

    @Test
    fun `after the shutdown all calls say that the account is closed, and it can be restored at once`() =
        test {
            val proxy = TestService.proxy()
            loggedIn(TestService.newUser(), proxy.url) { account ->
                val sessions = account.sessions()
                val list = sessions.list()
                val signOut = sessions.signOut(listOf("SOMEBODY"))
                val watch = sessions.openWatch()
                assertNotNull(watch.next())
                proxy.hold(pathEndsWith = "/sync")
                supervisorScope {
                    val calls =
                        listOf(
                            async(start = CoroutineStart.UNDISPATCHED) { account.syncOnce(Duration.ofSeconds(30)) },
                            async(start = CoroutineStart.UNDISPATCHED) { account.nextVerificationRequest() },
                        )
                    proxy.held()
                    account.shutDown()
                    fails<AccountException.Closed> { calls[0].await() }
                    fails<VerificationException.Closed> { calls[1].await() }
                }
                proxy.disarm()
                account.shutDown()
                assertNull(watch.next())

                fails<AccountException.Closed> { account.status() }
                fails<AccountException.Closed> { account.syncOnce(Duration.ZERO) }
                fails<AccountException.Closed> { account.unsavedRoomKeys() }
                fails<UnlockException.Closed> { account.unlock(key("any")) }
                fails<LogoutException.Closed> { account.logOut(UnsavedRoomKeys.DISCARD) }
                fails<VerificationException.Closed> { account.verifySession("SOMEBODY") }
                fails<VerificationException.Closed> { account.verifyThisSession() }
                fails<VerificationException.Closed> { account.verificationRequests().awaitFirst<Verification>() }
                fails<SessionsException.Closed> { sessions.list() }
                fails<SessionsException.Closed> { sessions.openWatch() }
                fails<SessionsException.Closed> { sessions.watch().awaitFirst<SessionsUpdate>() }
                fails<SessionsException.Closed> { sessions.rename(list.current.deviceId, "Name") }
                fails<SessionsException.Closed> { sessions.setPush(list.current.deviceId, true) }
                fails<SessionsException.Closed> { sessions.signOutConsequences(emptyList()) }
                fails<SessionsException.Closed> { sessions.accountManagement() }
                fails<SessionsException.Closed> { sessions.acknowledgeLogin("SOMEBODY") }
                fails<SessionsException.Closed> { sessions.history() }
                fails<SessionsException.Closed> { sessions.announceClient(ClientInformation("Test", null, null)) }
                fails<SessionsException.Closed> { sessions.pruneClientInformation() }
                fails<SignOutException.Closed> { sessions.signOut(listOf("SOMEBODY")) }
                fails<SignOutException.Closed> { signOut.begin() }
                fails<SignOutException.Closed> { signOut.authorise(Password("any")) }
                val file = File(folder.parentFile, "room-keys.txt")
                fails<ExportException.Closed> { account.roomKeys().startExport(file.path, Passphrase("any")) }
                fails<ImportException.Closed> { account.roomKeys().startImport(file.path, Passphrase("any")) }

                assertEquals(account.deviceId(), restart().status().deviceId)
            }
        }

    @Test
    fun `an object that was closed is not used again, and those that came from it are`() =
        test {
            val user = TestService.newUser()
            withFolder { parent ->
                val homeserver = Keyward.discover(user.homeserver)
                val (folder, key) = File(parent, "account") to StoreKey.generate()
                val account = Keyward.login(homeserver, user.userId, Password(user.password), "Closed", folder, key)
                val sessions = account.sessions()
                val closed = account.sessions()
                repeat(2) {
                    homeserver.close()
                    closed.close()
                    account.close()
                }
                assertFailsWith<IllegalStateException> { homeserver.url() }
                assertFailsWith<IllegalStateException> { closed.list() }
                assertFailsWith<IllegalStateException> { account.userId() }
                assertFailsWith<IllegalStateException> { account.status() }
                assertFailsWith<IllegalStateException> { account.syncOnce(Duration.ZERO) }
                assertFailsWith<IllegalStateException> { account.shutDown() }
                assertEquals("Closed", sessions.list().current.name)

                // The store is free some time after the last of them.
                sessions.close()
                while (true) {
                    try {
                        Keyward.restore(folder, key).useAndShutDown { assertEquals(user.userId, it.userId()) }
                        break
                    } catch (_: RestoreException.InUse) {
                        continue
                    }
                }
            }
        }

    private companion object {
        fun key(base58: String) = KeyInput.RecoveryKey(RecoveryKey(base58))

        fun key(person: Person) = key(person.recoveryKey)

        fun phrase(text: String) = KeyInput.Passphrase(Passphrase(text))
    }
}
