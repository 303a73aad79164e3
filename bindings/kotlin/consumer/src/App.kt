// SPDX-License-Identifier: Apache-2.0

import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import de.connect2x.trixnity.client.MatrixClient
import de.connect2x.trixnity.client.key
import de.connect2x.trixnity.client.verification
import de.connect2x.trixnity.client.verification.SelfVerificationMethod.AesHmacSha2RecoveryKey
import de.connect2x.trixnity.client.verification.VerificationService.SelfVerificationMethods.CrossSigningEnabled
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.mapNotNull
import org.keyward.AttachedAccount
import org.keyward.HostSession
import org.keyward.Keyward
import org.keyward.StoreKey
import org.keyward.compose.KeywardSecurity
import org.keyward.compose.ScreenAccount
import java.io.File

/** Attaches Keyward to the session that the app has on Trixnity. */
suspend fun attach(client: MatrixClient, accessToken: String, folder: File, key: StoreKey): AttachedAccount {
    val deviceKey = client.signingKey.value.value
    val session = HostSession(client.baseUrl.toString(), client.userId.full, client.deviceId, deviceKey)
    return Keyward.attach(session, folder, key) { accessToken }
}

/** The sessions and the reset, with the new key handed over to Trixnity. */
@Composable
fun AccountSecurity(account: AttachedAccount, client: MatrixClient, leave: () -> Unit) = MaterialTheme {
    KeywardSecurity(ScreenAccount.Attached(account) { key -> client.takeOver(key.reveal()) }) { leave() }
}

private suspend fun MatrixClient.takeOver(recoveryKey: String) {
    val ways = verification.getSelfVerificationMethods().filterIsInstance<CrossSigningEnabled>()
    val byKey = ways.mapNotNull { way -> way.methods.firstNotNullOfOrNull { it as? AesHmacSha2RecoveryKey } }
    byKey.first().verify(recoveryKey).getOrThrow()
}
