// SPDX-License-Identifier: Apache-2.0

package org.keyward

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import org.keyward.VerificationTest.Companion.accept
import org.keyward.VerificationTest.Companion.compares
import org.keyward.VerificationTest.Companion.verifiedBesideATablet
import org.keyward.support.TestService
import org.keyward.support.loggedIn
import org.keyward.support.startReset
import org.keyward.support.test
import java.io.File
import java.time.Instant
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue

/**
 * The data of the fakes (`bindings/fakes`) against the library itself. A test of the core compares them with the core;
 * here it is what an app gets.
 */
class FakesDataTest {
    private val json = ObjectMapper()
    private val key = RecoveryKey("EsT1")

    private fun data(name: String): JsonNode = json.readTree(File("../fakes", name))

    /** The name of the variant in Rust. */
    private fun Enum<*>.inRust() = name.split('_').joinToString("") { it.take(1) + it.drop(1).lowercase() }

    private fun Screen.toJson(): JsonNode =
        // Through a text, so that numbers are of one type.
        json.readTree(
            json.writeValueAsString(
                mapOf(
                    "title" to title,
                    "paragraphs" to paragraphs,
                    "sections" to sections.map { mapOf("heading" to it.heading, "points" to it.points) },
                    "closing" to closing,
                    "facts" to
                        facts.map { mapOf("label" to it.label, "value" to it.value, "time" to it.time?.toEpochMilli()) },
                    "shows" to shows?.inRust(),
                    "fields" to
                        fields.map {
                            val (id, kind) = it.id.inRust() to it.kind.inRust()
                            mapOf("id" to id, "label" to it.label, "hint" to it.hint, "kind" to kind)
                        },
                    "actions" to
                        actions.map {
                            val (id, role) = it.id.inRust() to it.role.inRust()
                            mapOf("id" to id, "label" to it.label, "role" to role, "enabled" to it.enabled)
                        },
                    "progress" to
                        progress?.let {
                            mapOf("label" to it.label, "done" to it.done.toLong(), "total" to it.total.toLong())
                        },
                    "announcement" to announcement,
                ),
            ),
        )

    private fun advice(code: String): Advice {
        val error = data("samples.json")["error/$code"]
        check(error["arguments"].isEmpty) { "$code has arguments" }
        val remedy = Remedy.entries.first { it.inRust() == error["remedy"].asText() }
        return Advice(code, remedy, error["reason"].asText(), emptyList())
    }

    @Test
    fun `the library says in each language what the fakes say`() {
        for (file in checkNotNull(File("../fakes/screens").listFiles())) {
            val said = json.readTree(file)
            val texts = Texts.forLanguages(listOf(file.nameWithoutExtension))
            assertEquals(said["language"].asText(), texts.language())
            assertEquals(said["right_to_left"].asBoolean(), texts.isRightToLeft())

            fun compare(
                key: String,
                screen: Screen,
            ) = assertEquals(said[key], screen.toJson(), "$key in ${file.name}")

            fun reset(
                key: String,
                state: ResetState,
            ) = compare("reset/$key", texts.reset(state, "@alice:example.org"))
            reset("Working/-", ResetState.Working(null))
            reset("Working/Stage", ResetState.Working(ResetProgress(ResetStep.STAGE, 4, 7, 0, 0)))
            reset("Working/BackUp", ResetState.Working(ResetProgress(ResetStep.BACK_UP, 6, 7, 12_000, 20_000)))
            reset("SaveKey", ResetState.SaveKey(key))
            reset("HandOver/true", ResetState.HandOver(key, "2"))
            reset("HandOver/false", ResetState.HandOver(key, null))
            val after = ResetException.NotKept(advice("reset.not_kept"))
            reset("Stopped/reset.not_kept", ResetState.Stopped(after))
            val before = ResetException.StagingNotKept(advice("reset.staging_not_kept"))
            reset("Stopped/reset.staging_not_kept", ResetState.Stopped(before))
            reset("Cancelled", ResetState.Cancelled)
            for (pending in PendingReset.entries) {
                compare("reset/pending/${pending.inRust()}", texts.resetPending(pending))
                compare("recovery/pending/${pending.inRust()}", texts.recoveryPending(pending))
            }
            for (step in RecoveryStep.entries) {
                compare("recovery/Working/${step.inRust()}", texts.recovery(RecoveryState.Working(step)))
            }
            compare("recovery/SaveKey", texts.recovery(RecoveryState.SaveKey(key)))
            compare("recovery/Done", texts.recovery(RecoveryState.Done(RecoveryOutcome(key, true, emptyList()))))
            compare("recovery/begin/-/false", texts.recoveryBegin("@alice:example.org"))
            compare("overview", texts.overview("@alice:example.org"))
            verification(said, texts, ::compare)
            compare("unlock/Enter/-", texts.unlock())
            for (code in listOf("secret_storage.wrong_key", "unlock.not_signed")) {
                compare("unlock/Enter/$code", texts.unlock(advice(code)))
            }
            compare("unlock/Working", texts.unlockWorking())
            listOf(true, false).forEach { compare("unlock/Done/$it", texts.unlockDone(Unlocked(it))) }
            compare("rename/-", texts.rename())
            compare("rename/rename.not_found", texts.rename(advice("rename.not_found")))
            compare("sign_out/Working", texts.signOutWorking())
            compare("sign_out/Done/3", texts.signOutDone(3))
            compare("sign_out/Stopped/sign_out.not_verified", texts.signOutStopped(advice("sign_out.not_verified")))
            for (filter in SessionFilter.entries) {
                assertEquals(said["filter/${filter.inRust()}"].asText(), texts.filter(filter))
            }
            for (code in RemedyCode.entries) {
                assertEquals(said["remedy_title/${code.inRust()}"].asText(), texts.remedyTitle(code))
            }
            for (code in listOf("account.closed", "account.paused")) {
                val advice = Advice(code, Remedy.NOTHING, "", emptyList())
                assertEquals(said["error/$code"].asText(), texts.error(advice))
            }
        }
    }

    private fun verification(
        said: JsonNode,
        texts: Texts,
        compare: (String, Screen) -> Unit,
    ) {
        val states =
            mapOf(
                "Waiting" to VerificationState.Waiting,
                "Requested" to VerificationState.Requested,
                "Ready/110" to VerificationState.Ready(emoji = true, showQr = true, scanQr = false),
                "Emoji" to VerificationState.Emoji(emptyList(), emptyList()),
                "Decimals" to VerificationState.Decimals(emptyList()),
                "Scanned" to VerificationState.Scanned,
                "Confirmed" to VerificationState.Confirmed,
            )
        for ((name, state) in states) {
            compare("verification/$name/-", texts.verification(state))
            compare("verification/$name/named", texts.verification(state, "%other%"))
        }
        compare("verification/Done", texts.verification(VerificationState.Done))
        for (cause in CancelReason.entries) {
            val state = VerificationState.Cancelled(byUs = false, cause = cause, reason = "")
            compare("verification/Cancelled/${cause.inRust()}", texts.verification(state))
        }
        val stopped = VerificationState.Stopped(VerificationException.NotSigned(advice("verification.not_signed")))
        compare("verification/Stopped/verification.not_signed", texts.verification(stopped))
        for (emoji in listOf(true, false)) {
            compare("verification/code/$emoji/-", texts.verificationCode(emoji))
            compare("verification/camera/$emoji/named", texts.verificationCamera(emoji, "%other%"))
        }
        for (index in 0 until 64) {
            assertEquals(said["emoji_names"][index].asText(), texts.emojiName(index))
        }
    }

    private fun session(json: JsonNode): Session =
        Session(
            deviceId = json["device_id"].asText(),
            label = json["label"].asText(),
            labelSource = LabelSource.NAME,
            name = json["name"].asText(),
            unlisted = false,
            trust = SessionTrust.entries.first { it.inRust() == json["trust"].asText() },
            inactive = json["inactive"].asBoolean(),
            lastSeen = Instant.ofEpochMilli(json["last_seen"].asLong()),
            lastSeenIp = json["last_seen_ip"].asText(),
            push = PushNotifications.ON,
            client = null,
            kind = DeviceKind.entries.first { it.inRust() == json["kind"].asText() },
            fingerprint = json["fingerprint"].textValue(),
        )

    private fun sampleList(): SessionList =
        data("samples.json")["sessions"].let {
            val found = Recommendations(it["unverified"].asInt(), it["inactive"].asInt())
            SessionList(session(it["current"]), it["others"].map(::session), found, IdentityStatus.OURS)
        }

    @Test
    fun `a list of the fakes says what it says in the library, and is filtered alike`() {
        val list = sampleList()
        val now = Instant.ofEpochMilli(data("samples.json")["now"].asLong())
        for (file in checkNotNull(File("../fakes/screens").listFiles())) {
            val said = json.readTree(file)
            val texts = Texts.forLanguages(listOf(file.nameWithoutExtension))
            for (filter in SessionFilter.entries) {
                val which = if (filter == SessionFilter.ALL) "All" else "Some"
                val shown = list.othersShown(filter).size
                assertEquals(said["sessions/$which/$shown/1/1/true/true"], texts.sessions(list, filter).toJson())
            }
            for (session in list.others + list.current) {
                val key = "${session.deviceId}/${session.trust.inRust()}"
                val row = texts.session(session, now)
                assertEquals(said["session/$key"]["name"].asText(), row.name)
                assertEquals(said["session/$key"]["activity"].asText(), row.activity)
                val details = texts.sessionDetails(session, session == list.current, now)
                assertEquals(said["session_details/$key/-"], details.toJson(), key)
            }
        }
        for (filter in SessionFilter.entries) {
            assertEquals(list.others.filter(filter::shows), list.othersShown(filter), "$filter")
        }
    }

    @Test
    fun `a verification goes the way of the fakes, and refuses what they refuse`() =
        test {
            verifiedBesideATablet { _, tablet, account ->
                val places = data("flows.json")["verification/111"]
                val verification = account.verifySession(tablet.deviceId)
                val calls: Map<String, suspend () -> Unit> =
                    mapOf(
                        "Accept" to { verification.accept() },
                        "Confirm" to { verification.confirm() },
                        "Mismatch" to { verification.mismatch() },
                        "ShowCode" to { verification.qrCode() },
                        "Scan" to { verification.scan(byteArrayOf()) },
                    )
                val shown = mutableListOf<String>()
                coroutineScope {
                    launch { tablet.accept().compares() }
                    verification.states().collect { state ->
                        val name = checkNotNull(state::class.simpleName)
                        shown += name
                        if (name !in listOf("Ready", "Emoji")) return@collect
                        val misfits = calls.filterKeys { !places[name]["calls"].has(it) }
                        for (misfit in misfits.values) fails<VerificationException.NotNow> { misfit() }
                        if (name == "Ready") verification.startEmoji() else verification.confirm()
                    }
                }
                val way = listOf("Asked", "Ready", "Exchanging", "Emoji", "Confirmed")
                val states = way.map { places[it]["shows"].asText() } + "Done"
                // Of a reader that is slow some states are left out.
                val left = states.iterator()
                assertTrue(shown.all { name -> left.asSequence().any { it == name } }, "$shown")
                assertTrue(shown.containsAll(listOf("Ready", "Emoji", "Done")), "$shown")
            }
        }

    @Test
    fun `a sign-out says what the fakes say`() =
        test {
            val user = TestService.newUser()
            val other = TestService.login(user, "Phone")
            loggedIn(user) { account ->
                val texts = Texts.forLanguages(listOf("en"))
                val said = data("screens/en.json")

                fun compare(
                    key: String,
                    screen: Screen,
                ) = assertEquals(said["sign_out/$key"], screen.toJson(), key)
                val ids = listOf(other.deviceId)
                val means = account.sessions().signOutConsequences(ids)
                // The account has no identity. Whether the session was in use the homeserver may know only later.
                assertTrue(means.trustUnknown && means.verified.isEmpty())
                compare("Begin/1/0/${means.seenInLastDay.size}/0/1000", texts.signOutBegin(means, 1))
                val signOut = account.sessions().signOut(ids)
                val challenge = checkNotNull(signOut.begin())
                compare("Authorise/1000", texts.signOutAuthorise(challenge, account.userId()))
                val wrong = fails<SignOutException.WrongPassword> { signOut.authorise(Password("wrong")) }
                compare("Stopped/auth.wrong_password", texts.signOutStopped(wrong.advice()))
                assertNull(signOut.authorise(Password(user.password)))
                compare("Done/1", texts.signOutDone(1))
            }
        }

    @Test
    fun `a reset waits for the person where the fakes do`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                val reset = account.startReset()
                val states =
                    reset
                        .states()
                        .onEach { state ->
                            when (state) {
                                is ResetState.SaveKey -> reset.confirmSaved(Confirmation.Retyped(state.recoveryKey))
                                is ResetState.Authorise -> reset.authorise(Password(person.password))
                                else -> Unit
                            }
                        }.toList()
                val shown = states.filterNot { it is ResetState.Working }.map { it::class.simpleName }
                val rows = data("flows.json")["reset"]["rows"]
                assertEquals(rows.mapNotNull { it["shows"].textValue() }, shown)
            }
        }
}
