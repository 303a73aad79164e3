// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.Advice
import org.keyward.Challenge
import org.keyward.Consequence
import org.keyward.Finding
import org.keyward.FindingRemedy
import org.keyward.IdentityStatus
import org.keyward.KeyCheck
import org.keyward.LabelSource
import org.keyward.NewLogin
import org.keyward.NoHandle
import org.keyward.PendingReset
import org.keyward.RecoveryKey
import org.keyward.RecoveryState
import org.keyward.RemedyCode
import org.keyward.Report
import org.keyward.ResetChoices
import org.keyward.ResetConsequences
import org.keyward.ResetState
import org.keyward.Screen
import org.keyward.ScreenAction
import org.keyward.ScreenContent
import org.keyward.ScreenFact
import org.keyward.ScreenField
import org.keyward.ScreenProgress
import org.keyward.ScreenSection
import org.keyward.Session
import org.keyward.SessionFilter
import org.keyward.SessionHistoryEntry
import org.keyward.SessionList
import org.keyward.SessionText
import org.keyward.Severity
import org.keyward.SignOutConsequences
import org.keyward.Texts
import org.keyward.Unlocked
import org.keyward.VerificationState
import org.keyward.othersShown
import java.time.Instant

/**
 * What the real [Texts] say of everything that the fakes show, word for word, without the native library. How long ago
 * something was is said as at [Samples.now], so that pictures of screens stay the same. Of anything else they say nothing:
 * [IllegalArgumentException]. A name that was typed is said as it is; the real ones leave out characters that steer.
 *
 * ```
 * val screen = FakeTexts("de").reset(FakeStates.reset().first(), Samples.USER_ID)
 * ```
 *
 * @param languages the most wanted first, as BCP 47 tags. English, if none of them is there.
 */
public class FakeTexts(
    vararg languages: String,
) : Texts(NoHandle) {
    private val said: Fields =
        languages.firstNotNullOfOrNull { Data.screens(it.substringBefore('-')) } ?: checkNotNull(Data.screens("en"))

    override fun language(): String = said["language"]

    override fun isRightToLeft(): Boolean = said["right_to_left"]

    override fun error(advice: Advice): String {
        // One of the app's own is said in its own words, as by the real ones.
        val known = Data.error(advice.code)
        require(known == null || adviceOf(advice.code).arguments == advice.arguments) {
            "The fakes know ${advice.code} with other arguments: make it with FakeErrors"
        }
        return if ("error/${advice.code}" in said) said["error/${advice.code}"] else advice.reason
    }

    override fun overview(userId: String): Screen {
        require(userId == Samples.USER_ID) { "The fakes know no account but ${Samples.USER_ID}" }
        return screen("overview")
    }

    override fun stopped(problem: Advice): Screen = screen("stopped/${known(problem)}")

    override fun resetBegin(
        consequences: ResetConsequences,
        choices: ResetChoices,
        smaller: RemedyCode?,
    ): Screen {
        val name = Data.accounts.firstOrNull { it.consequences == consequences }?.name
        val chosen = digits(choices.compromised, choices.keepOldBackup, choices.turnOnKeyStorage)
        return screen("reset_begin/$name/$chosen/${smaller?.rustName() ?: NONE}")
    }

    override fun reset(
        state: ResetState,
        userId: String,
        before: ResetConsequences?,
        inBrowser: Boolean,
        attached: Boolean,
    ): Screen =
        screen(
            "reset/" +
                when (state) {
                    is ResetState.Working -> "Working/${working(state)}"
                    is ResetState.SaveKey -> "SaveKey"
                    is ResetState.Authorise -> "Authorise/${asked(state.challenge, inBrowser)}"
                    is ResetState.HandOver -> "HandOver/${state.backupVersion != null}"
                    is ResetState.Stopped -> "Stopped/${known(state.error.advice())}"
                    is ResetState.Done -> "Done/${done(state, before, attached)}"
                    ResetState.Cancelled -> "Cancelled"
                },
        )

    private fun working(state: ResetState.Working): String {
        val progress = state.progress ?: return NONE
        val name = progress.step.rustName()
        val works = Data.reset.all.flatMap { it.works }
        val work = works.first { it.step == name }
        val isShown = work.done == progress.done && work.total == progress.total
        return if (isShown) name else "$name/${progress.done}/${progress.total}"
    }

    private fun asked(
        challenge: Challenge,
        inBrowser: Boolean,
    ): String =
        digits(
            challenge.answerableByPassword(),
            challenge.pages().isNotEmpty(),
            challenge.isOtherAccount(),
            inBrowser,
        )

    private fun done(
        state: ResetState.Done,
        before: ResetConsequences?,
        attached: Boolean,
    ): String {
        val outcome = state.outcome
        val sample =
            Data.accounts.firstOrNull {
                it.isAttached == attached && (before == null || it.consequences == before) &&
                    it.newIdentity == outcome.newIdentity && it.untrustedSessions == outcome.untrustedSessions &&
                    it.roomKeysBackedUp == outcome.roomKeysBackedUp
            }
        return "${sample?.name}/${outcome.oldBackup.rustName()}/${before != null}"
    }

    override fun resetPending(pending: PendingReset): Screen = screen("reset/pending/${pending.rustName()}")

    override fun recoveryBegin(
        userId: String,
        opensBackup: Boolean?,
        attached: Boolean,
    ): Screen = screen("recovery/begin/${opensBackup ?: NONE}/$attached")

    override fun recovery(state: RecoveryState): Screen =
        screen(
            "recovery/" +
                when (state) {
                    is RecoveryState.Working -> "Working/${state.step?.rustName() ?: NONE}"
                    is RecoveryState.SaveKey -> "SaveKey"
                    is RecoveryState.Stopped -> "Stopped/${known(state.error.advice())}"
                    is RecoveryState.Done -> done(state)
                    RecoveryState.Cancelled -> "Cancelled"
                },
        )

    private fun done(state: RecoveryState.Done): String {
        val isSample = state.outcome.opensBackup == true && state.outcome.oldKeyOpens.isEmpty()
        return if (isSample) "Done" else "Done/${state.outcome.opensBackup}/${state.outcome.oldKeyOpens}"
    }

    override fun recoveryPending(pending: PendingReset): Screen = screen("recovery/pending/${pending.rustName()}")

    override fun spokenKey(key: RecoveryKey): String {
        require(key.isKey(Samples.NEW_KEY)) { "The fakes speak no key but their own" }
        return said["spoken_key"]
    }

    override fun keyCheck(
        check: KeyCheck,
        attached: Boolean,
    ): Screen {
        val name =
            Data.keyChecks.entries
                .firstOrNull { it.value == check }
                ?.key
        return screen("key_check/$name/$attached")
    }

    override fun verification(
        state: VerificationState,
        other: String?,
    ): Screen {
        fun named(name: String) = named("verification/$name", other)
        return when (state) {
            VerificationState.Waiting -> named("Waiting")
            VerificationState.Requested -> named("Requested")
            is VerificationState.Ready -> named("Ready/${digits(state.emoji, state.showQr, state.scanQr)}")
            is VerificationState.Emoji -> named("Emoji")
            is VerificationState.Decimals -> named("Decimals")
            VerificationState.Scanned -> named("Scanned")
            VerificationState.Confirmed -> named("Confirmed")
            is VerificationState.Stopped -> screen("verification/Stopped/${known(state.error.advice())}")
            VerificationState.Done -> screen("verification/Done")
            is VerificationState.Cancelled -> screen("verification/Cancelled/${state.cause.rustName()}")
        }
    }

    override fun verificationCode(
        emoji: Boolean,
        other: String?,
    ): Screen = named("verification/code/$emoji", other)

    override fun verificationCamera(
        emoji: Boolean,
        other: String?,
    ): Screen = named("verification/camera/$emoji", other)

    /** With the name of the other session, if it is known. */
    private fun named(
        key: String,
        other: String?,
    ): Screen {
        if (other == null) return screen("$key/$NONE")
        val screen = screen("$key/named")
        return screen.copy(
            paragraphs = screen.paragraphs.map { it.replace(OTHER, other) },
            announcement = screen.announcement.replace(OTHER, other),
        )
    }

    override fun emojiName(index: Int): String = look<List<String>>("emoji_names")[index % EMOJI]

    override fun unlock(problem: Advice?): Screen = screen("unlock/Enter/${problem?.let(::known) ?: NONE}")

    override fun unlockWorking(): Screen = screen("unlock/Working")

    override fun unlockDone(unlocked: Unlocked): Screen = screen("unlock/Done/${unlocked.keyBackup}")

    override fun sessions(
        list: SessionList,
        filter: SessionFilter,
    ): Screen {
        require(list.others.none { it.unlisted }) { "The fakes hide no session" }
        val which = if (filter == SessionFilter.ALL) "All" else "Some"
        val shown = list.othersShown(filter).size
        val found = list.recommendations
        val isSure = list.identity == IdentityStatus.OURS
        val isAny = list.others.isNotEmpty()
        return screen("sessions/$which/$shown/${found.unverified}/${found.inactive}/$isSure/$isAny")
    }

    override fun session(
        session: Session,
        now: Instant,
    ): SessionText {
        known(session)
        val text = Fields(look("session/${session.deviceId}/${session.trust.rustName()}"))
        return SessionText(name(session.label), text["trust"], text["activity"], text["warning"])
    }

    override fun filter(filter: SessionFilter): String = look("filter/${filter.rustName()}")

    override fun sessionDetails(
        session: Session,
        isCurrent: Boolean,
        now: Instant,
        history: SessionHistoryEntry?,
    ): Screen {
        require(isCurrent == (session.deviceId == Samples.DEVICE_ID)) { "The current session is ${Samples.DEVICE_ID}" }
        require(history == null || history.deviceId == session.deviceId) { "It is the history of another session" }
        known(session)
        val alert = history?.alert?.rustName() ?: NONE
        val screen = screen("session_details/${session.deviceId}/${session.trust.rustName()}/$alert")
        return screen.with(session).copy(facts = screen.facts.map { it.with(session) } + renames(history))
    }

    /** What a person can change of a session. */
    private fun Screen.with(session: Session): Screen {
        val said = if (session.labelSource == LabelSource.NAME) paragraphs else paragraphs.map(::ofNoName)
        val title = name(session.label)
        return copy(title = title, paragraphs = said, announcement = "$title\n${said.first()}")
    }

    private fun ofNoName(paragraph: String): String {
        val isOfName = paragraph == look("details/label_source/Name")
        return if (isOfName) look("details/label_source/DeviceId") else paragraph
    }

    private fun ScreenFact.with(session: Session): ScreenFact {
        val isPush = label == look("details/push")
        return if (isPush) copy(value = look("details/push/${session.push.rustName()}")) else this
    }

    /** Those that were not there in the beginning. */
    private fun renames(history: SessionHistoryEntry?): List<ScreenFact> {
        if (history == null) return emptyList()
        val before = Samples.history.first { it.deviceId == history.deviceId }.renames
        return history.renames.drop(before.size).map {
            val text = look<String>("details/renamed/from_to")
            val value = text.replace("%from%", nameOrNone(it.from)).replace("%to%", nameOrNone(it.to))
            ScreenFact(look("details/renamed"), value, it.time)
        }
    }

    private fun nameOrNone(name: String?): String = name?.let(::name) ?: look("details/no_name")

    /** A name as it stands in a text. */
    private fun name(name: String): String = look<String>("details/name").replace("%name%", name)

    override fun newLogin(
        login: NewLogin,
        now: Instant,
    ): String {
        val label = Samples.newLogins.firstOrNull { it.deviceId == login.deviceId }?.label
        return look<String>("new_login/${login.deviceId}").replace(name(label.orEmpty()), name(login.label))
    }

    override fun rename(problem: Advice?): Screen = screen("rename/${problem?.let(::known) ?: NONE}")

    override fun signOutBegin(
        consequences: SignOutConsequences,
        count: Int,
        onPage: Boolean,
    ): Screen {
        val (verified, seen) = consequences.verified.size to consequences.seenInLastDay.size
        val which =
            digits(consequences.trustUnknown, consequences.current, consequences.lastSession, onPage)
        return screen("sign_out/Begin/$count/$verified/$seen/${consequences.unsavedRoomKeys}/$which")
    }

    override fun signOutAuthorise(
        challenge: Challenge,
        userId: String,
        inBrowser: Boolean,
    ): Screen = screen("sign_out/Authorise/${asked(challenge, inBrowser)}")

    override fun signOutWorking(): Screen = screen("sign_out/Working")

    override fun signOutDone(count: Int): Screen = screen("sign_out/Done/$count")

    override fun signOutStopped(problem: Advice): Screen = screen("sign_out/Stopped/${known(problem)}")

    override fun report(report: Report): Screen {
        val fake = requireNotNull(report as? FakeReport) { "Nobody can read a real report without the real texts" }
        return screen("report/${fake.diagnosis.name.lowercase()}")
    }

    override fun finding(finding: Finding): String = look("finding/${finding.codeName}")

    override fun severity(severity: Severity): String = look("severity/${severity.rustName()}")

    override fun remedy(remedy: FindingRemedy): String {
        val consequences = remedy.consequences.joinToString(",", transform = ::named)
        return look("remedy/${remedy.codeName}/${remedy.sessions.joinToString(",")}/$consequences")
    }

    override fun remedyTitle(code: RemedyCode): String = look("remedy_title/${code.rustName()}")

    override fun consequence(consequence: Consequence): String = look("consequence/${named(consequence)}")

    private fun named(consequence: Consequence): String {
        val (name, count) =
            when (consequence) {
                Consequence.NothingIsLost -> "NothingIsLost" to null
                is Consequence.SessionsLoseTrust -> "SessionsLoseTrust" to consequence.count
                is Consequence.RoomKeysUploaded -> "RoomKeysUploaded" to consequence.count
                is Consequence.RoomKeysNeedOldKey -> "RoomKeysNeedOldKey" to consequence.count
                Consequence.Authorisation -> "Authorisation" to null
                Consequence.ContactsVerifyAgain -> "ContactsVerifyAgain" to null
                Consequence.NoMessagesWhileOffline -> "NoMessagesWhileOffline" to null
            }
        return "$name/${count ?: NONE}"
    }

    /** The code, if the screen is of the same error. */
    private fun known(advice: Advice): String = advice.code.also { error(advice) }

    /** Refuses a session that differs from one of the fakes in what nobody can change. */
    private fun known(session: Session) {
        val samples = Samples.sessions.let { it.others + it.current }
        val sample = samples.firstOrNull { it.deviceId == session.deviceId }
        val like =
            sample?.copy(
                label = session.name ?: session.deviceId,
                labelSource = if (session.name == null) LabelSource.DEVICE_ID else LabelSource.NAME,
                name = session.name,
                trust = session.trust,
                push = session.push,
            )
        require(session == like) { "The fakes know no session but their own" }
    }

    private fun <T> look(key: String): T {
        require(key in said) { "The fakes say nothing of $key: they know their own accounts, sessions and states" }
        return said[key]
    }

    private fun screen(key: String): Screen = Fields(look(key)).toScreen()

    private companion object {
        const val NONE = "-"

        /** In place of a name. */
        const val OTHER = "%other%"

        /** How many emoji there are. */
        const val EMOJI = 64
    }
}

private fun Fields.toScreen() =
    Screen(
        title = get("title"),
        paragraphs = get("paragraphs"),
        sections = all("sections").map { ScreenSection(it["heading"], it["points"]) },
        closing = get("closing"),
        facts = all("facts").map { ScreenFact(it["label"], it["value"], it.timeOrNull("time")) },
        shows = enumOrNull<ScreenContent>("shows"),
        fields = all("fields").map { ScreenField(it.enum("id"), it["label"], it["hint"], it.enum("kind")) },
        actions = all("actions").map { ScreenAction(it.enum("id"), it["label"], it.enum("role"), it["enabled"]) },
        progress = fieldsOrNull("progress")?.let { ScreenProgress(it["label"], it.count("done"), it.count("total")) },
        announcement = get("announcement"),
    )
