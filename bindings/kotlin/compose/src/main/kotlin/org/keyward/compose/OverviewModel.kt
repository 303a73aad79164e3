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
    go: (Place) -> Unit,
) : ScreenModel(context, scope, go) {
    override val shown: Screen = context.texts.overview(context.account.userId)

    override fun does(action: ScreenActionId): Unit = go(action.place())

    override fun again(): Unit = Unit

    override suspend fun follow(): Unit = awaitCancellation()
}
