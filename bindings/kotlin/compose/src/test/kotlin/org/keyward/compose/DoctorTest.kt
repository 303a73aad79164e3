// SPDX-License-Identifier: Apache-2.0

@file:OptIn(ExperimentalTestApi::class)

package org.keyward.compose

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.material3.Surface
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.toAwtImage
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.assertIsEnabled
import androidx.compose.ui.test.assertIsNotEnabled
import androidx.compose.ui.test.captureToImage
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onRoot
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.keyward.Account
import org.keyward.Finding
import org.keyward.FindingRemedy
import org.keyward.NoHandle
import org.keyward.RemedyCode
import org.keyward.Report
import org.keyward.ScreenActionId
import org.keyward.ScreenRole
import org.keyward.Severity
import org.keyward.fakes.FakeDiagnosis
import org.keyward.fakes.FakeReport
import org.keyward.fakes.FakeTexts
import org.keyward.fakes.Samples
import java.awt.image.BufferedImage
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertSame
import kotlin.test.assertTrue

/** What the doctor finds, and how it is shown: what is smallest helps first. */
class DoctorTest {
    private val texts = FakeTexts("en")

    /** A button that is on the screen. */
    private class Seen(
        val label: String,
        val top: Float,
        val bottom: Float,
        val isFilled: Boolean,
    )

    private fun ComposeUiTest.buttons(picture: BufferedImage): List<Seen> =
        onAllNodes(hasClickAction())
            .fetchSemanticsNodes()
            .map { Seen(it.said().single(), it.boundsInRoot.top, it.boundsInRoot.bottom, it.isFilled(picture)) }
            .sortedBy { it.top }

    private fun SemanticsNode.said() = config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text }

    /** Whether there is another colour beside its label than around it: to whoever sees no colours it is a shade. */
    private fun SemanticsNode.isFilled(picture: BufferedImage): Boolean {
        val middle = boundsInRoot.center.y.toInt()
        return picture.getRGB(boundsInRoot.left.toInt() + BESIDE_LABEL, middle) != picture.getRGB(1, middle)
    }

    private fun FindingRemedy.isReset() = code == RemedyCode.RESET

    @TestFactory
    fun `every report shows the smallest remedy of the gravest finding first and no reset before it`() =
        FakeDiagnosis.entries.flatMap { diagnosis ->
            listOf(Look.LIGHT, Look.DARK).map { look ->
                DynamicTest.dynamicTest("$diagnosis $look") { isInOrder(FakeReport(diagnosis), look) }
            }
        }

    @Test
    fun `nothing of an old report is chosen while it is looked at again`() =
        scene {
            val account = Slow()
            val context = fakeContext(account = ScreenAccount.Own(account))
            val screens = SecurityScreens(context, CoroutineScope(Dispatchers.Unconfined), Place.Doctor()) {}
            setContent { TestTheme { KeywardScreen(screens.top, host = RecordingHost()) } }
            val unlock = texts.remedyTitle(RemedyCode.UNLOCK)
            untilSaid(unlock)
            val doctor = screens.top
            val old = (doctor.content as ScreenPart.Remedies).findings.first().remedies.first()
            account.comes = CompletableDeferred()
            press("Look again")
            waitForIdle()
            onNode(hasText(unlock)).assertIsNotEnabled()
            // Nor by a finger that was faster than the drawing.
            old.choose()
            assertSame(doctor, screens.top)
            account.comes.complete(Unit)
            waitUntil(timeoutMillis = LIMIT) { !doctor.isBusy }
            onNode(hasText(unlock)).assertIsEnabled()
            press(unlock)
            untilTitle(texts.unlock().title)
        }

    /** One that is locked out, which is found when this is complete. */
    private class Slow : Account(NoHandle) {
        var comes = CompletableDeferred(Unit)

        override fun userId() = Samples.USER_ID

        override suspend fun examine(lostKey: Boolean): Report {
            comes.await()
            return FakeReport(FakeDiagnosis.LOCKED_OUT)
        }
    }

    @Test
    fun `what was found before the key was lost or a new one made is shown no more`() {
        val account = Slow()
        val context = fakeContext(account = ScreenAccount.Own(account))
        val scope = CoroutineScope(Dispatchers.Unconfined)
        val doctor = DoctorModel(context, scope) {}
        scope.launch { doctor.follow() }
        assertNotNull(doctor.screen)
        account.comes = CompletableDeferred()
        doctor.act(ScreenActionId.LOST_KEY)
        assertNull(doctor.screen)
        assertNull(doctor.content)
        account.comes.complete(Unit)
        assertNotNull(doctor.screen)
        // Somewhere else there is a new one.
        context.newKeys++
        assertNull(doctor.screen)
        assertNull(doctor.content)
        doctor.again()
        assertNotNull(doctor.screen)
    }

    private fun isInOrder(
        report: FakeReport,
        look: Look,
    ) = scene {
        val context = fakeContext()
        val still = Still(withoutRemedies(report, texts), remedies(report, texts) {}, context)
        setContent { TestTheme(look) { KeywardScreen(still) } }
        val findings = report.findings()
        val remedies = findings.flatMap { it.remedies }
        val buttons = buttons(onRoot().captureToImage().toAwtImage())
        val actions = texts.report(report).actions.map { it.label }
        // All that helps and nothing else, in the report's order; then what can be done besides.
        assertEquals(remedies.map { texts.remedyTitle(it.code) } + actions, buttons.map { it.label })
        assertEquals(findings.map { it.severity }.sortedByDescending { it.ordinal }, findings.map { it.severity }, "gravest first")
        findings.forEach { assertTrue(it.remedies.dropLast(1).none { remedy -> remedy.isReset() }, "a reset is the last") }

        // One is filled, which is the topmost: the smallest of the gravest, in sight without scrolling.
        val filled = buttons.filter { it.isFilled }
        val smallest = findings.firstOrNull { it.remedies.isNotEmpty() }?.remedies?.first()
        if (smallest == null) {
            assertEquals(listOf("Close"), filled.map { it.label })
        } else {
            assertEquals(listOf(texts.remedyTitle(smallest.code)), filled.map { it.label })
            assertEquals(buttons.first(), filled.single())
            assertTrue(filled.single().bottom <= PHONE, "it ends at ${filled.single().bottom}")
        }
        isSaid(findings)
    }

    /** In words: how grave it is, and before each button what comes of it. */
    private fun ComposeUiTest.isSaid(findings: List<Finding>) {
        val said = onRoot().fetchSemanticsNode().all().flatMap { node -> node.said() }
        var rest = said
        for (finding in findings) {
            rest = rest.after(texts.severity(finding.severity)).after(texts.finding(finding))
            for (remedy in finding.remedies) {
                rest = rest.after(texts.remedy(remedy))
                assertEquals(texts.remedyTitle(remedy.code), rest.first())
                remedy.consequences.forEach { assertTrue(texts.consequence(it) in texts.remedy(remedy)) }
            }
        }
    }

    private fun List<String>.after(text: String): List<String> {
        assertTrue(text in this, "$text is not said, or not there: $this")
        return drop(indexOf(text) + 1)
    }

    private fun SemanticsNode.all(): List<SemanticsNode> = listOf(this) + children.flatMap { it.all() }

    /** Of each remedy of the locked-out one. */
    private val known =
        FakeReport(FakeDiagnosis.LOCKED_OUT).findings().flatMap { it.remedies }.associateBy { it.code }

    /** Reports that the fakes do not have. */
    private fun report(vararg remedies: List<RemedyCode>) =
        object : Report(NoHandle) {
            override fun findings() =
                remedies.map { codes ->
                    FakeReport(FakeDiagnosis.LOCKED_OUT)
                        .findings()
                        .first()
                        .copy(severity = Severity.CRITICAL, remedies = codes.map(known::getValue))
                }
        }

    private fun roles(report: Report) = remedies(report, texts) {}.findings.map { finding -> finding.remedies.map { it.role to it.isFirst } }

    @Test
    fun `a reset is destructive and quiet wherever there is something smaller`() {
        val reset = ScreenRole.DESTRUCTIVE to false
        val first = ScreenRole.PRIMARY to true
        val other = ScreenRole.SECONDARY to false
        assertEquals(
            listOf(listOf(first, other, reset)),
            roles(FakeReport(FakeDiagnosis.LOCKED_OUT)),
        )
        assertEquals(
            listOf(listOf(first, reset), listOf(other, reset)),
            roles(FakeReport(FakeDiagnosis.LOCKED_OUT_KEY_LOST)),
        )
        // The gravest finding is mended by a reset alone: what mends the next does not take its place.
        assertEquals(
            listOf(listOf(ScreenRole.DESTRUCTIVE to true), listOf(other, reset)),
            roles(report(listOf(RemedyCode.RESET), listOf(RemedyCode.UNLOCK, RemedyCode.RESET))),
        )
        assertEquals(
            listOf(emptyList(), listOf(ScreenRole.DESTRUCTIVE to true), listOf(reset)),
            roles(report(emptyList(), listOf(RemedyCode.RESET), listOf(RemedyCode.RESET))),
        )
        // The same remedy of two findings is the first once.
        assertEquals(
            listOf(listOf(first), listOf(other)),
            roles(report(listOf(RemedyCode.UNLOCK), listOf(RemedyCode.UNLOCK))),
        )
    }

    @Test
    fun `a quiet reset is a line around its words and a loud one is filled`() =
        scene {
            setContent {
                TestTheme {
                    Surface(Modifier.fillMaxSize()) {
                        Column {
                            RoleButton("quiet", ScreenRole.DESTRUCTIVE, {}, isLoud = false)
                            RoleButton("loud", ScreenRole.DESTRUCTIVE, {})
                        }
                    }
                }
            }
            val picture = onRoot().captureToImage().toAwtImage()

            fun inside(label: String) =
                onNode(hasText(label)).fetchSemanticsNode().boundsInRoot.let {
                    picture.getRGB(it.left.toInt() + BESIDE_LABEL, it.center.y.toInt())
                }
            assertEquals(picture.getRGB(1, picture.height - 1), inside("quiet"))
            assertTrue(inside("loud") != inside("quiet"))
        }

    private companion object {
        const val PHONE = 800f

        /** Pixels from the edge of a button, where its label does not reach. */
        const val BESIDE_LABEL = 8
    }
}
