// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.awaitCancellation
import org.keyward.Screen
import org.keyward.ScreenActionId

/** What there is to look at and to do. */
public class OverviewModel(
    context: ScreenContext,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : ScreenModel(context, scope) {
    override val screen: Screen = context.texts.overview(context.account.userId)

    override fun does(action: ScreenActionId) {
        go(action.place())
    }

    override suspend fun follow(): Unit = awaitCancellation()
}
