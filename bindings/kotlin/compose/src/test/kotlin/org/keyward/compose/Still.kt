// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import org.keyward.RecoveryKey
import org.keyward.Screen
import org.keyward.ScreenActionId
import org.keyward.fakes.FakeAccount
import org.keyward.fakes.FakePassphrase
import org.keyward.fakes.FakePassword
import org.keyward.fakes.FakeRecoveryKey
import org.keyward.fakes.FakeTexts
import org.keyward.fakes.Samples

/** One screen that does nothing. */
internal class Still(
    override val shown: Screen,
    override val part: ScreenPart?,
    context: ScreenContext,
    override val problem: String? = null,
) : ScreenModel(context, CoroutineScope(Dispatchers.Unconfined), {}) {
    override fun does(action: ScreenActionId) = Unit

    override fun again() = Unit

    override suspend fun follow(): Unit = awaitCancellation()
}

/** What the screens asked of the app. */
internal class RecordingHost : ScreenHost {
    val opened = mutableListOf<String>()
    val copied = mutableListOf<String>()
    var hasBrowser = true
    var isSecretShown = false
        private set

    override fun open(page: String): Boolean {
        opened += page
        return hasBrowser
    }

    override fun copy(key: RecoveryKey) {
        copied += key.reveal()
    }

    override fun showsSecret(isShown: Boolean) {
        isSecretShown = isShown
    }
}

internal val fakeSecrets = Secrets(::FakeRecoveryKey, ::FakePassphrase, ::FakePassword)

internal fun fakeContext(
    language: String = "en",
    account: ScreenAccount = ScreenAccount.Own(FakeAccount()),
) = ScreenContext(account, FakeTexts(language), fakeSecrets) { Samples.now }
