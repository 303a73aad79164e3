// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Surface
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.SideEffect
import androidx.compose.runtime.key
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.semantics.paneTitle
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.LayoutDirection
import androidx.compose.ui.unit.dp
import org.keyward.Screen
import org.keyward.ScreenAction
import org.keyward.ScreenActionId

/** What the app draws for a camera. It is given what to call with the bytes of a QR code that was seen. */
public typealias Camera = @Composable (scanned: (ByteArray) -> Unit) -> Unit

/**
 * Draws a screen, in the theme around it (Material 3), in the direction of its language, and follows what happens as long as it
 * is shown.
 *
 * @param camera draws what the camera sees. Without one, QR codes are shown and not scanned.
 * @param host what the screen asks of the app.
 * @param isVisible whether a person can see it now. Nothing is followed while they cannot: on Android, in a stopped activity.
 */
@Composable
public fun KeywardScreen(
    model: ScreenModel,
    modifier: Modifier = Modifier,
    camera: Camera? = null,
    host: ScreenHost = rememberScreenHost(),
    isVisible: Boolean = true,
) {
    SideEffect { model.context.host = host }
    LaunchedEffect(model, isVisible) {
        if (!isVisible) return@LaunchedEffect
        model.context.isLeft = false
        model.cameBack()
        model.follow()
    }
    val texts = model.context.texts
    val direction = if (texts.isRightToLeft()) LayoutDirection.Rtl else LayoutDirection.Ltr
    CompositionLocalProvider(LocalLayoutDirection provides direction) {
        Surface(modifier.fillMaxSize()) {
            when (val screen = model.screen) {
                null -> Looking(model)
                else -> Drawn(screen, model, camera, host)
            }
        }
    }
}

/** Nothing is known yet. Whoever does not want to wait may go. */
@Composable
private fun Looking(model: ScreenModel) {
    val overview = model.context.texts.overview(model.context.account.userId)
    Column(
        Modifier.fillMaxWidth().semantics { paneTitle = overview.title }.padding(MARGIN),
        verticalArrangement = Arrangement.spacedBy(GAP),
    ) {
        Title(overview.title)
        Waiting(overview.title)
        Actions(overview.actions.filter { it.id == ScreenActionId.CLOSE }, model.isBusy, model::act)
    }
}

@Composable
private fun Drawn(
    screen: Screen,
    model: ScreenModel,
    camera: Camera?,
    host: ScreenHost,
) {
    val content = model.content
    if (content is ScreenPart.Key) SecretIsShown(host)
    // What the camera is for is not offered where there is none.
    val actions = screen.actions.filter { it.id != ScreenActionId.SCAN_CODE || camera != null }
    // Another screen begins at its top, and is announced. A list stays itself while its sessions come and go.
    key(screen.title, if (content is ScreenPart.Sessions) null else screen.paragraphs.firstOrNull()) {
        // Said when it comes up, and not again at each step of its progress, which says itself.
        val announcement = remember { screen.announcement }
        Box(Modifier.fillMaxSize(), contentAlignment = Alignment.TopCenter) {
            val width = Modifier.widthIn(max = WIDEST).fillMaxWidth()
            if (content is ScreenPart.Sessions) {
                WithSessions(screen, model, content, actions, width)
            } else {
                Blocks(
                    width
                        .verticalScroll(rememberScrollState())
                        .semantics { paneTitle = announcement }
                        .padding(MARGIN),
                ) {
                    Above(screen, model, content)
                    content?.let { Part(it, camera) }
                    Below(screen, model, actions)
                }
            }
        }
    }
}

/** The list scrolls by itself: what goes wrong, and what can be done, is in sight wherever somebody is in it. */
@Composable
private fun WithSessions(
    screen: Screen,
    model: ScreenModel,
    content: ScreenPart.Sessions,
    actions: List<ScreenAction>,
    modifier: Modifier,
) {
    BoxWithConstraints(modifier) {
        // At least half is left to the sessions: in large type, or lying on its side, a phone has little room.
        val most = maxHeight / 2
        Column {
            LazyColumn(
                Modifier
                    .weight(1f, fill = false)
                    .fillMaxWidth()
                    // Said again with another filter, or when there are more or fewer.
                    .semantics { paneTitle = screen.announcement },
                // Not at its top: whoever comes back goes on where they were, and who chooses a filter keeps it in sight.
                content.position,
                PaddingValues(start = MARGIN, top = MARGIN, end = MARGIN),
                verticalArrangement = Arrangement.spacedBy(SMALL_GAP),
            ) {
                item { Blocks(Modifier.padding(bottom = GAP - SMALL_GAP)) { Above(screen, model, content) } }
                sessions(content)
            }
            Blocks(
                Modifier
                    .heightIn(max = most)
                    .verticalScroll(rememberScrollState())
                    .padding(start = MARGIN, top = GAP, end = MARGIN, bottom = MARGIN),
            ) {
                Below(screen, model, actions)
            }
        }
    }
}

@Composable
private fun Blocks(
    modifier: Modifier,
    content: @Composable () -> Unit,
) {
    Column(modifier, verticalArrangement = Arrangement.spacedBy(GAP)) { content() }
}

/** What is said, before what is shown. */
@Composable
private fun Above(
    screen: Screen,
    model: ScreenModel,
    content: ScreenPart?,
) {
    Title(screen.title)
    screen.paragraphs.forEach { Paragraph(it) }
    // What is being looked at again may be mended by something else.
    Sections(screen.sections, (content as? ScreenPart.Remedies)?.findings, isEnabled = !model.isBusy)
    screen.closing.forEach { Paragraph(it) }
    Facts(screen.facts, model.context.texts)
}

/** What is typed and done, after what is shown. */
@Composable
private fun Below(
    screen: Screen,
    model: ScreenModel,
    actions: List<ScreenAction>,
) {
    screen.fields.forEach { Field(it, model.input, isEnabled = !model.isBusy) }
    screen.progress?.let { Progress(it) } ?: if (model.isBusy) Waiting(screen.title) else Unit
    model.problem?.let { Problem(it) }
    Actions(actions, model.isBusy, model::act)
}

@Composable
private fun Part(
    part: ScreenPart,
    camera: Camera?,
) {
    when (part) {
        is ScreenPart.Key -> Key(part)
        is ScreenPart.Emoji -> Emoji(part)
        is ScreenPart.Numbers -> Numbers(part)
        is ScreenPart.Code -> Code(part)
        is ScreenPart.Camera -> camera?.invoke(part.scanned)
        // The rows of a list that is long, and what stands beside the findings.
        is ScreenPart.Sessions, is ScreenPart.Remedies -> Unit
    }
}

@Composable
private fun SecretIsShown(host: ScreenHost) {
    DisposableEffect(host) {
        host.showsSecret(true)
        onDispose { host.showsSecret(false) }
    }
}

/** Longer lines are hard to read. */
private val WIDEST = 640.dp
private val MARGIN = 24.dp
internal val GAP = 16.dp
