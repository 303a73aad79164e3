// SPDX-License-Identifier: Apache-2.0

package org.keyward.sample

import com.sun.net.httpserver.HttpServer
import de.connect2x.trixnity.client.CryptoDriverModule
import de.connect2x.trixnity.client.MatrixClient
import de.connect2x.trixnity.client.MediaStoreModule
import de.connect2x.trixnity.client.RepositoriesModule
import de.connect2x.trixnity.client.create
import de.connect2x.trixnity.client.cryptodriver.vodozemac.vodozemac
import de.connect2x.trixnity.client.media.inMemory
import de.connect2x.trixnity.client.store.repository.inMemory
import de.connect2x.trixnity.client.verification
import de.connect2x.trixnity.client.verification.SelfVerificationMethod.AesHmacSha2RecoveryKey
import de.connect2x.trixnity.client.verification.VerificationService.SelfVerificationMethods.CrossSigningEnabled
import de.connect2x.trixnity.clientserverapi.client.MatrixClientAuthProviderData
import de.connect2x.trixnity.clientserverapi.client.classicLogin
import de.connect2x.trixnity.clientserverapi.model.authentication.IdentifierType
import io.ktor.http.Url
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.mapNotNull
import kotlinx.coroutines.withTimeoutOrNull
import org.keyward.BrowserMethod
import org.keyward.ClientDescription
import org.keyward.HostSession
import org.keyward.Keyward
import org.keyward.Password
import org.keyward.StoreKey
import org.keyward.UnsavedRoomKeys
import org.keyward.compose.ScreenAccount
import org.keyward.useAndShutDown
import java.awt.Desktop
import java.io.File
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.URI
import java.nio.file.Files
import kotlin.time.Duration.Companion.seconds

/** What the person wants to log in with. */
class Entered(
    val server: String,
    val user: String,
    val password: String,
)

/** A session for as long as the window is open. */
class Login private constructor(
    val account: ScreenAccount,
    private val folder: File,
    private val logOut: suspend () -> Unit,
) {
    suspend fun end() {
        // A reset that waits keeps the session from being logged out: it goes with the server, or from another session.
        runCatching { logOut() }.onFailure { println("This session stays: ${it.message}") }
        folder.deleteRecursively()
    }

    companion object {
        private const val NAME = "Keyward's sample"

        /** In an app it is kept in the platform's key store, and the folder stays. */
        private fun newStore() = StoreKey.generate() to Files.createTempDirectory("keyward-sample-").toFile()

        /** With the account password. */
        suspend fun withPassword(entered: Entered): Login {
            val (key, folder) = newStore()
            val server = Keyward.discover(entered.server)
            val account = Keyward.login(server, entered.user, Password(entered.password), NAME, File(folder, "account"), key)
            return own(account, folder)
        }

        /** On a page of the homeserver's, which comes back to this program. */
        suspend fun inBrowser(entered: Entered): Login {
            val (key, folder) = newStore()
            val account = File(folder, "account")
            val answer = CompletableDeferred<String>()
            val listener = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
            val redirect = "http://127.0.0.1:${listener.address.port}/"
            listener.createContext("/") { exchange ->
                answer.complete("$redirect?${exchange.requestURI.rawQuery}")
                val body = "You can close this page.".toByteArray()
                exchange.sendResponseHeaders(200, body.size.toLong())
                exchange.responseBody.use { it.write(body) }
            }
            listener.start()
            try {
                val server = Keyward.discover(entered.server)
                val client = ClientDescription(NAME, "https://keyward.example/", listOf(redirect))
                val method = BrowserMethod.OAuth(createAccount = false)
                val login = Keyward.beginBrowserLogin(server, method, client, redirect, NAME, account, key)
                Desktop.getDesktop().browse(URI(login.page()))
                return own(Keyward.finishLogin(account, key, answer.await()), folder)
            } finally {
                listener.stop(0)
            }
        }

        private fun own(
            account: org.keyward.Account,
            folder: File,
        ) = Login(ScreenAccount.Own(account), folder) {
            // Nothing of this login stays.
            account.useAndShutDown { it.logOut(UnsavedRoomKeys.DISCARD) }
        }

        /** On Trixnity, as an app that has a session already; Keyward is attached to it. */
        suspend fun onTrixnity(entered: Entered): Login {
            val (key, folder) = newStore()
            val id = IdentifierType.User(entered.user)
            val auth = MatrixClientAuthProviderData.classicLogin(Url(entered.server), id, entered.password).getOrThrow()
            val modules = RepositoriesModule.inMemory() to MediaStoreModule.inMemory()
            val client = MatrixClient.create(modules.first, modules.second, CryptoDriverModule.vodozemac(), auth).getOrThrow()
            client.startSync()
            val session =
                HostSession(client.baseUrl.toString(), client.userId.full, client.deviceId, client.signingKey.value.value)
            val account = Keyward.attach(session, folder, key) { auth.accessToken }
            return Login(ScreenAccount.Attached(account) { client.takeOver(it.reveal()) }, folder) {
                account.shutDown()
                client.logout()
                client.closeSuspending()
            }
        }

        private suspend fun MatrixClient.takeOver(recoveryKey: String) {
            val ways = verification.getSelfVerificationMethods().filterIsInstance<CrossSigningEnabled>()
            val byKey = ways.mapNotNull { way -> way.methods.firstNotNullOfOrNull { it as? AesHmacSha2RecoveryKey } }
            // After another try it may have the key already; Keyward looks whether it has.
            withTimeoutOrNull(20.seconds) { byKey.first() }?.verify(recoveryKey)?.getOrThrow()
        }
    }
}
