// SPDX-License-Identifier: Apache-2.0

package org.keyward.support

import de.connect2x.trixnity.client.CryptoDriverModule
import de.connect2x.trixnity.client.MatrixClient
import de.connect2x.trixnity.client.MediaStoreModule
import de.connect2x.trixnity.client.RepositoriesModule
import de.connect2x.trixnity.client.create
import de.connect2x.trixnity.client.cryptodriver.vodozemac.vodozemac
import de.connect2x.trixnity.client.key
import de.connect2x.trixnity.client.key.KeyBackupService
import de.connect2x.trixnity.client.media.inMemory
import de.connect2x.trixnity.client.room
import de.connect2x.trixnity.client.room.message.text
import de.connect2x.trixnity.client.store.KeyStore
import de.connect2x.trixnity.client.store.OlmCryptoStore
import de.connect2x.trixnity.client.store.repository.inMemory
import de.connect2x.trixnity.client.verification
import de.connect2x.trixnity.client.verification.SelfVerificationMethod.AesHmacSha2RecoveryKey
import de.connect2x.trixnity.client.verification.VerificationService.SelfVerificationMethods.AlreadyCrossSigned
import de.connect2x.trixnity.client.verification.VerificationService.SelfVerificationMethods.CrossSigningEnabled
import de.connect2x.trixnity.client.verification.VerificationService.SelfVerificationMethods.NoCrossSigningEnabled
import de.connect2x.trixnity.clientserverapi.client.MatrixClientAuthProviderData
import de.connect2x.trixnity.clientserverapi.client.SyncState
import de.connect2x.trixnity.clientserverapi.client.UIA
import de.connect2x.trixnity.clientserverapi.client.classicLogin
import de.connect2x.trixnity.clientserverapi.model.authentication.IdentifierType
import de.connect2x.trixnity.core.model.EventId
import de.connect2x.trixnity.core.model.RoomId
import de.connect2x.trixnity.core.model.events.InitialStateEvent
import de.connect2x.trixnity.core.model.events.m.room.EncryptionEventContent
import de.connect2x.trixnity.core.model.events.m.room.RoomMessageEventContent
import de.connect2x.trixnity.core.model.events.m.secretstorage.SecretKeyEventContent.AesHmacSha2Key
import de.connect2x.trixnity.crypto.core.createAesHmacSha2MacFromKey
import io.ktor.client.engine.java.Java
import io.ktor.http.Url
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withTimeoutOrNull
import org.keyward.HostSession
import org.koin.core.qualifier.named
import java.security.SecureRandom
import java.util.Base64
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Somebody else's app: a session on Trixnity, which synchronises and keeps its keys. */
class TrixnityHost private constructor(
    private val user: User,
    val client: MatrixClient,
    private val token: String,
) {
    val deviceId: String = client.deviceId

    /** How the app describes its session to Keyward. */
    val session: HostSession
        get() =
            HostSession(
                homeserver = user.homeserver,
                userId = user.userId,
                deviceId = deviceId,
                deviceKey = client.signingKey.value.value,
            )

    fun accessToken(): String = token

    /** Sets the account up: an identity, secret storage, a key backup. Returns the recovery key. */
    suspend fun bootstrap(): String {
        client.verification.getSelfVerificationMethods().first { it is NoCrossSigningEnabled }
        val random = SecureRandom()
        val key = ByteArray(32).also(random::nextBytes)
        // Without arguments Trixnity publishes an initialisation vector that other clients refuse half of the time.
        val iv = ByteArray(16).also(random::nextBytes)
        iv[8] = (iv[8].toInt() and 0x7f).toByte()
        val content = AesHmacSha2Key(iv = Base64.getEncoder().encodeToString(iv), mac = createAesHmacSha2MacFromKey(key, iv))
        val made = client.key.bootstrapCrossSigning(key, content)
        check(made.result.getOrThrow() is UIA.Success) { "the first identity needs no authorisation" }
        client.verification.getSelfVerificationMethods().first { it is AlreadyCrossSigned }
        return made.recoveryKey
    }

    suspend fun createRoom(): RoomId {
        val encryption = InitialStateEvent(EncryptionEventContent(), "")
        val room = client.api.room.createRoom(initialState = listOf(encryption)).getOrThrow()
        client.room.getById(room).first { it?.encrypted == true }
        return room
    }

    suspend fun send(
        room: RoomId,
        body: String,
    ): EventId {
        val transaction = client.room.sendMessage(room) { text(body) }
        val sent = client.room.getOutbox(room, transaction).first { it?.eventId != null || it?.sendError != null }
        return checkNotNull(sent?.eventId) { "it was not sent: ${sent?.sendError}" }
    }

    /** Waits for as long as there is no key. */
    suspend fun read(
        room: RoomId,
        event: EventId,
    ): String {
        val read = client.room.getTimelineEvent(room, event).first { it?.content != null }
        return (checkNotNull(read?.content).getOrThrow() as RoomMessageEventContent).body
    }

    /** Returns when every room key that Trixnity has is in the key backup. */
    suspend fun untilBackedUp() {
        client.di.get<OlmCryptoStore>().notBackedUpInboundMegolmSessions.first { it.isEmpty() }
    }

    /** Enters the recovery key, and again until Trixnity has all of it: it may say so before. */
    suspend fun takeOver(
        recoveryKey: String,
        backupVersion: String,
    ) {
        val keys = client.di.get<KeyStore>()
        val backup = client.di.get<KeyBackupService>(named<KeyBackupService>())
        var verified: AesHmacSha2RecoveryKey? = null
        while (verified == null || keys.getSecrets().size < 3 || backup.version.value?.version != backupVersion || !isVerified()) {
            val now = client.verification.getSelfVerificationMethods().first() as? CrossSigningEnabled
            val method = now?.methods?.firstNotNullOfOrNull { it as? AesHmacSha2RecoveryKey } ?: verified
            if (method != null && method.verify(recoveryKey).isSuccess) verified = method
            delay(POLL)
        }
    }

    suspend fun isVerified(): Boolean = client.verification.getSelfVerificationMethods().first() is AlreadyCrossSigned

    companion object {
        private val POLL = 200.milliseconds

        /** How long Trixnity may take to end, which it does within a second if at all. */
        private val CLOSING = 10.seconds

        /** Logs in with Trixnity, works with the session, and ends it. */
        suspend fun <R> of(
            user: User,
            block: suspend (TrixnityHost) -> R,
        ): R {
            val engine = Java.create()
            try {
                val id = IdentifierType.User(user.userId)
                val auth =
                    MatrixClientAuthProviderData
                        .classicLogin(Url(user.homeserver), id, user.password, httpClientEngine = engine)
                        .getOrThrow()
                val client =
                    MatrixClient
                        .create(
                            RepositoriesModule.inMemory(),
                            MediaStoreModule.inMemory(),
                            CryptoDriverModule.vodozemac(),
                            auth,
                        ) {
                            httpClientEngine = engine
                            storeTimelineEventContentUnencrypted = false
                        }.getOrThrow()
                try {
                    client.startSync()
                    client.syncState.first { it == SyncState.RUNNING }
                    return block(TrixnityHost(user, client, auth.accessToken))
                } finally {
                    // Trixnity sometimes waits for ever for work of its own. What it is here for is over by then.
                    withTimeoutOrNull(CLOSING) { client.closeSuspending() }
                }
            } finally {
                engine.close()
            }
        }
    }
}
