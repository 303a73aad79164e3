// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.CancelReason
import org.keyward.IdentityStatus
import org.keyward.KeyCheck
import org.keyward.RecoveryState
import org.keyward.ResetState
import org.keyward.Screen
import org.keyward.SessionsException
import org.keyward.SessionsUpdate
import org.keyward.SignOutConsequences
import org.keyward.SignOutException
import org.keyward.Texts
import org.keyward.UnlockException
import org.keyward.Unlocked
import org.keyward.VerificationState

/** Every state of a flow, a preview each; and what is no state but has a screen: each kind of it. */
public object FakeStates {
    /**
     * The states of a reset in their order: each step, each time that it waits for the person, a failure, and both ends.
     *
     * @param attached of a session that the app has already.
     */
    public fun reset(attached: Boolean = false): List<ResetState> {
        val table = if (attached) Data.attachedReset else Data.reset
        val account = Data.account(if (attached) Samples.ATTACHED else Samples.OWN)
        val old = account.oldBackup(digits(false, false, false))
        val way =
            table.all.flatMap { row ->
                val waits = row.shows?.let { resetAt(it, FakeChallenge(), account, old) }
                row.works.map(::resetWorking) + listOfNotNull(waits)
            }
        val stopped = ResetState.Stopped(FakeErrors.reset("server.unreachable"))
        return listOf(resetWorking(null)) + way + stopped + ResetState.Cancelled
    }

    /** The states of making a new recovery key, likewise. */
    public fun recovery(): List<RecoveryState> {
        val way =
            Data.recovery.all.flatMap { row ->
                row.works.map(::recoveryWorking) + listOfNotNull(row.shows?.let(::recoveryAt))
            }
        val stopped = RecoveryState.Stopped(FakeErrors.recovery("server.unreachable"))
        return listOf(recoveryWorking(null)) + way + stopped + RecoveryState.Cancelled
    }

    /**
     * The states of a verification in their order: the request of each side, what both sides can do (everything, one way, the
     * camera alone, nothing), what is compared, a failure, and each end.
     */
    public fun verification(): List<VerificationState> {
        fun ready(
            emoji: Boolean,
            showQr: Boolean,
            scanQr: Boolean,
        ) = VerificationState.Ready(emoji, showQr, scanQr)
        return listOf(
            VerificationState.Waiting,
            VerificationState.Requested,
            ready(emoji = true, showQr = true, scanQr = true),
            ready(emoji = true, showQr = false, scanQr = false),
            ready(emoji = false, showQr = false, scanQr = true),
            ready(emoji = false, showQr = false, scanQr = false),
            VerificationState.Emoji(sampleEmoji(), sampleDecimals()),
            VerificationState.Decimals(sampleDecimals()),
            VerificationState.Scanned,
            VerificationState.Confirmed,
            VerificationState.Stopped(FakeErrors.verification("server.unreachable")),
            VerificationState.Stopped(FakeErrors.verification("verification.not_signed")),
            VerificationState.Done,
        ) + CancelReason.entries.map { cancelledState(!isOfOther(it), it) }
    }

    /** With what this session may not be verified with the key: each error but those of every flow, and one of these. */
    public fun unlockErrors(): List<UnlockException> =
        errors("unlock.", "secret_storage.").map(FakeErrors::unlock) + FakeErrors.unlock("server.unreachable")

    /** What unlocking brings. */
    public fun unlocked(): List<Unlocked> = listOf(true, false).map(::Unlocked)

    /** The screens of unlocking: what is typed, at first and after each error, the work, and both ends. */
    public fun unlock(texts: Texts): List<Screen> =
        listOf(texts.unlock()) + unlockErrors().map { texts.unlock(it.advice()) } + texts.unlockWorking() +
            unlocked().map(texts::unlockDone)

    /** What keys open: everything, everything although it is not the one that is asked for, and not the key backup. */
    public fun keyChecks(): List<KeyCheck> = Data.keyChecks.values.sortedByDescending { it == Samples.keyCheck }

    /**
     * What a watch of the sessions tells: all of them, without a new login; this session alone; those that a session lists
     * which is not verified itself; a failure.
     */
    public fun sessions(): List<SessionsUpdate> {
        fun of(change: (SessionBook) -> Unit) = SessionBook(SessionsScript()).also(change).snapshot()
        val unsure = SessionBook(SessionsScript()) { Standing(IdentityStatus.NOT_OURS, Data.signed) }
        val all = listOf(of {}, of { book -> Samples.newLogins.forEach { book.acknowledge(it.deviceId) } }, of(::alone))
        return (all + unsure.snapshot()).map(SessionsUpdate::Snapshot) +
            SessionsUpdate.Failed(FakeErrors.sessions("server.unreachable"))
    }

    private fun alone(book: SessionBook) = book.signOut(Samples.sessions.others.map { it.deviceId })

    /** Why a session keeps its name. */
    public fun renameErrors(): List<SessionsException> =
        errors("rename.").map(FakeErrors::sessions) + FakeErrors.sessions("server.unreachable")

    /** The screens of renaming: at first, and after each error. */
    public fun rename(texts: Texts): List<Screen> =
        listOf(texts.rename()) + renameErrors().map { texts.rename(it.advice()) }

    /**
     * What a sign-out means, with the device ids that are chosen: a verified session, one of which there is nothing to say, one
     * that is in use, one that is both, all others, this one; and all others where this session is not verified itself.
     */
    public fun signOutConsequences(): List<Pair<List<String>, SignOutConsequences>> {
        val others = Samples.sessions.others.map { it.deviceId }
        val sure =
            SessionBook(SessionsScript()) { Standing(IdentityStatus.OURS, Data.signed, unsavedRoomKeys = UNSAVED) }
        val unsure = SessionBook(SessionsScript()) { Standing(IdentityStatus.NOT_OURS, Data.signed) }
        val chosen = others.reversed().map(::listOf) + listOf(others, listOf(Samples.DEVICE_ID))
        return chosen.map { it to sure.consequences(it) } + (others to unsure.consequences(others))
    }

    /** Why sessions are still signed in: each error but those of every flow, and one of these. */
    public fun signOutErrors(): List<SignOutException> =
        errors("sign_out.", "auth.").map(FakeErrors::signOut) + FakeErrors.signOut("server.unreachable")

    /**
     * The screens of signing out: before it, also where it is done on the homeserver's page, each authorisation, the work, the
     * end, and each failure.
     */
    public fun signOut(texts: Texts): List<Screen> {
        val others = Samples.sessions.others.size
        val before = signOutConsequences().map { (ids, means) -> texts.signOutBegin(means, ids.size) }
        val (ids, means) = signOutConsequences().first()
        val onPage = texts.signOutBegin(means, ids.size, onPage = true)
        val asked = FakeChallenge.all().map { texts.signOutAuthorise(it, Samples.USER_ID) }
        val inBrowser = texts.signOutAuthorise(FakeChallenge.inBrowser(), Samples.USER_ID, inBrowser = true)
        val ends = listOf(texts.signOutWorking(), texts.signOutDone(1), texts.signOutDone(others))
        return before + onPage + asked + inBrowser + ends + signOutErrors().map { texts.signOutStopped(it.advice()) }
    }

    /** A report of each diagnosis. */
    public fun reports(): List<FakeReport> = FakeDiagnosis.entries.map(::FakeReport)

    private fun errors(vararg areas: String) = Data.errorCodes.filter { code -> areas.any(code::startsWith) }
}

/** Room keys that are in no backup, as the doctor's sample report says. */
internal const val UNSAVED: Int = 12
