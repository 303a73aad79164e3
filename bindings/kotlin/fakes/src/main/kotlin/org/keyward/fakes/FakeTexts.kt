// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.Advice
import org.keyward.Consequence
import org.keyward.Finding
import org.keyward.FindingRemedy
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
import org.keyward.Texts
import java.time.Instant

/**
 * What the real [Texts] say of everything that the fakes show, word for word, without the native library. How long ago
 * something was is said as at [Samples.now], so that pictures of screens stay the same. Of anything else they say nothing:
 * [IllegalArgumentException].
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
                    is ResetState.Authorise -> "Authorise/${asked(state, inBrowser)}"
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
        state: ResetState.Authorise,
        inBrowser: Boolean,
    ): String {
        val challenge = state.challenge
        return digits(
            challenge.answerableByPassword(),
            challenge.pages().isNotEmpty(),
            challenge.isOtherAccount(),
            inBrowser,
        )
    }

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

    override fun sessions(
        list: SessionList,
        filter: SessionFilter,
    ): Screen {
        require(list == sessionList()) { "The fakes know no list of sessions but their own" }
        return screen("sessions/${filter.rustName()}")
    }

    override fun session(
        session: Session,
        now: Instant,
    ): SessionText {
        val text = Fields(look("session/${known(session)}"))
        return SessionText(text["name"], text["trust"], text["activity"], text["warning"])
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
        return screen("session_details/${known(session)}/${history != null}")
    }

    override fun newLogin(
        login: NewLogin,
        now: Instant,
    ): String = look("new_login/${login.deviceId}")

    override fun report(report: Report): Screen {
        val fake = requireNotNull(report as? FakeReport) { "Nobody can read a real report without the real texts" }
        return screen("report/${fake.diagnosis.name.lowercase()}")
    }

    override fun finding(finding: Finding): String = look("finding/${finding.codeName}")

    override fun severity(severity: Severity): String = look("severity/${severity.rustName()}")

    override fun remedy(remedy: FindingRemedy): String =
        look("remedy/${remedy.codeName}/${remedy.sessions.joinToString(",")}")

    override fun remedyTitle(code: RemedyCode): String = look("remedy_title/${code.rustName()}")

    override fun consequence(consequence: Consequence): String {
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
        return look("consequence/$name/${count ?: NONE}")
    }

    /** The code, if the screen is of the same error. */
    private fun known(advice: Advice): String = advice.code.also { error(advice) }

    private fun known(session: Session): String {
        val list = sessionList()
        require(session in list.others + list.current) { "The fakes know no session but their own" }
        return session.deviceId
    }

    private fun <T> look(key: String): T {
        require(key in said) { "The fakes say nothing of $key: they know their own accounts, sessions and states" }
        return said[key]
    }

    private fun screen(key: String): Screen = Fields(look(key)).toScreen()

    private companion object {
        const val NONE = "-"
    }
}

private fun Fields.toScreen() =
    Screen(
        title = get("title"),
        paragraphs = get("paragraphs"),
        sections = all("sections").map { ScreenSection(it["heading"], it["points"]) },
        closing = get("closing"),
        facts = all("facts").map { ScreenFact(it["label"], it["value"], it.countOrNull("time")) },
        shows = enumOrNull<ScreenContent>("shows"),
        fields = all("fields").map { ScreenField(it.enum("id"), it["label"], it["hint"], it.enum("kind")) },
        actions = all("actions").map { ScreenAction(it.enum("id"), it["label"], it.enum("role"), it["enabled"]) },
        progress = fieldsOrNull("progress")?.let { ScreenProgress(it["label"], it.count("done"), it.count("total")) },
        announcement = get("announcement"),
    )
