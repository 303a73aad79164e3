// SPDX-License-Identifier: Apache-2.0

import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import de.connect2x.trixnity.client.MatrixClient
import de.connect2x.trixnity.client.verification
import de.connect2x.trixnity.client.verification.SelfVerificationMethod.AesHmacSha2RecoveryKey
import de.connect2x.trixnity.client.verification.VerificationService.SelfVerificationMethods.CrossSigningEnabled
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.mapNotNull
import kotlinx.coroutines.withTimeoutOrNull
import org.keyward.AttachedAccount
import org.keyward.HostSession
import org.keyward.Keyward
import org.keyward.StoreKey
import org.keyward.compose.KeywardSecurity
import org.keyward.compose.Place
import org.keyward.compose.ScreenAccount
import java.io.File
import kotlin.time.Duration.Companion.seconds

/** Attaches Keyward to the session that the app has on Trixnity. */
suspend fun attach(client: MatrixClient, folder: File, key: StoreKey, token: suspend (Boolean) -> String): AttachedAccount {
    val session = HostSession("${client.baseUrl}", client.userId.full, client.deviceId, client.signingKey.value.value)
    return Keyward.attach(session, folder, key, token)
}

/** The sessions and the reset, with the new key handed over to Trixnity. */
@Composable
fun AccountSecurity(account: AttachedAccount, client: MatrixClient, leave: (Place) -> Unit) = MaterialTheme {
    KeywardSecurity(ScreenAccount.Attached(account) { key -> client.takeOver(key.reveal()) }, leave = leave)
}

private suspend fun MatrixClient.takeOver(recoveryKey: String) {
    val ways = verification.getSelfVerificationMethods().filterIsInstance<CrossSigningEnabled>()
    val byKey = ways.mapNotNull { way -> way.methods.firstNotNullOfOrNull { it as? AesHmacSha2RecoveryKey } }
    // After another try it may have the key already; Keyward looks whether it has.
    withTimeoutOrNull(20.seconds) { byKey.first() }?.verify(recoveryKey)?.getOrThrow()
}
