// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import kotlinx.coroutines.flow.StateFlow
import org.keyward.IdentityStatus
import org.keyward.LabelSource
import org.keyward.LoginAlert
import org.keyward.NewLogin
import org.keyward.PushNotifications
import org.keyward.Recommendations
import org.keyward.Session
import org.keyward.SessionFilter
import org.keyward.SessionHistoryEntry
import org.keyward.SessionList
import org.keyward.SessionRename
import org.keyward.SessionTrust
import org.keyward.SessionsException
import org.keyward.SessionsSnapshot
import org.keyward.SessionsUpdate
import org.keyward.SignOutConsequences
import org.keyward.SignOutException
import org.keyward.SignOutProposal
import org.keyward.othersShown
import java.time.Duration
import java.time.Instant

/** How the account stands whose sessions these are. */
internal class Standing(
    val identity: IdentityStatus,
    /** Device ids of the others that the identity has signed. */
    val signed: Set<String>,
    /** An account that was never set up has no other session. */
    val hasOthers: Boolean = true,
    val isShutDown: Boolean = false,
    val unsavedRoomKeys: Int = 0,
)

/** The sessions of one account, and what was done to them. Whoever watches them sees each change. */
internal class SessionBook(
    val script: SessionsScript,
    private val standing: () -> Standing = { Standing(IdentityStatus.OURS, Data.signed) },
) {
    private val signedOut = mutableSetOf<String>()
    private val names = mutableMapOf<String, String?>()
    private val renames = mutableMapOf<String, List<SessionRename>>()
    private val pushes = mutableMapOf<String, PushNotifications>()
    private val acknowledged = mutableSetOf<String>()
    private val failures = script.failsAt.toMutableMap()
    private val signOutFailures = script.signOutFailsAt.toMutableMap()
    private var newest = snapshot()
    private val board = Board<SessionsUpdate>(SessionsUpdate.Snapshot(newest))

    val shown: StateFlow<Shown<SessionsUpdate>> get() = board.shown

    fun isShutDown(): Boolean = standing().isShutDown

    fun list(): SessionList = board.looking { listed() }

    fun isThere(deviceId: String): Boolean = list().let { deviceId in (it.others + it.current).map(Session::deviceId) }

    fun history(): List<SessionHistoryEntry> =
        board.looking {
            val all = Samples.history.filter { standing().hasOthers || it.deviceId == Samples.DEVICE_ID }
            val (gone, there) = all.map(::known).partition { it.removed != null }
            there + gone
        }

    private fun known(entry: SessionHistoryEntry): SessionHistoryEntry =
        entry.copy(
            name = name(entry.deviceId, entry.name),
            removed = Samples.now.takeIf { entry.deviceId in signedOut },
            renames = entry.renames + renames[entry.deviceId].orEmpty(),
            alert = if (entry.deviceId in acknowledged) LoginAlert.ACKNOWLEDGED else entry.alert,
        )

    private fun name(
        deviceId: String,
        before: String?,
    ): String? = if (deviceId in names) names[deviceId] else before

    private fun listed(): SessionList {
        val stands = standing()
        val sample = Samples.sessions
        val isSure = stands.identity == IdentityStatus.OURS
        val others =
            sample.others.filter { stands.hasOthers && it.deviceId !in signedOut }.map {
                // To a session that is not verified itself every other one looks unverified.
                now(it, isSure && it.deviceId in stands.signed)
            }
        val list =
            SessionList(now(sample.current, isSure), others, Recommendations(0, 0), stands.identity)

        fun count(filter: SessionFilter) = list.othersShown(filter).size
        return list.copy(
            recommendations = Recommendations(count(SessionFilter.UNVERIFIED), count(SessionFilter.INACTIVE)),
        )
    }

    private fun now(
        session: Session,
        isVerified: Boolean,
    ): Session {
        val name = name(session.deviceId, session.name)
        return session.copy(
            name = name,
            label = name ?: session.deviceId,
            labelSource = if (name == null) LabelSource.DEVICE_ID else LabelSource.NAME,
            push = pushes[session.deviceId] ?: session.push,
            trust =
                when {
                    session.trust == SessionTrust.UNVERIFIABLE -> SessionTrust.UNVERIFIABLE
                    isVerified -> SessionTrust.VERIFIED
                    else -> SessionTrust.UNVERIFIED
                },
        )
    }

    fun snapshot(): SessionsSnapshot {
        val list = listed()
        val logins = Samples.newLogins.filter { it.deviceId !in acknowledged }
        return SessionsSnapshot(list, logins.mapNotNull { it.now(list) })
    }

    /** Null: it is gone. */
    private fun NewLogin.now(list: SessionList): NewLogin? =
        list.others.firstOrNull { it.deviceId == deviceId }?.let { copy(label = it.label) }

    /** The account stands in another way, perhaps. */
    fun look() = changing {}

    private fun changing(change: () -> Unit) =
        board.changing {
            change()
            val now = snapshot()
            if (now != newest) board.show(SessionsUpdate.Snapshot(now))
            newest = now
        }

    fun rename(
        deviceId: String,
        name: String?,
    ) = changing {
        val before = (listed().others + listed().current).first { it.deviceId == deviceId }.name
        names[deviceId] = name
        if (name != before) {
            renames[deviceId] = renames[deviceId].orEmpty() + SessionRename(Samples.now, before, name)
        }
    }

    fun setPush(
        deviceId: String,
        on: Boolean,
    ) = changing { pushes[deviceId] = if (on) PushNotifications.ON else PushNotifications.OFF }

    fun acknowledge(deviceId: String) =
        changing {
            val isNew = Samples.newLogins.any { it.deviceId == deviceId }
            if (isNew && deviceId !in signedOut) acknowledged += deviceId
        }

    fun signOut(deviceIds: Collection<String>) = changing { signedOut += deviceIds }

    /** Nothing more is shown. */
    fun end() = board.changing { board.show(null, isLast = true) }

    fun consequences(deviceIds: List<String>): SignOutConsequences {
        val list = list()
        val stands = standing()
        val isCurrent = list.current.deviceId in deviceIds
        val (going, staying) = list.others.partition { it.deviceId in deviceIds }
        val verified = going.filter { it.trust == SessionTrust.VERIFIED }
        val seen = going.filter { session -> session.lastSeen?.let { it.isWithin(DAY) } == true }
        return SignOutConsequences(
            current = isCurrent,
            lastSession = isCurrent && staying.all { it.trust == SessionTrust.UNVERIFIABLE },
            unsavedRoomKeys = if (isCurrent) stands.unsavedRoomKeys else 0,
            trustUnknown = list.identity != IdentityStatus.OURS && going.isNotEmpty(),
            verified = verified.map { it.deviceId },
            seenInLastDay = seen.map { it.deviceId },
        )
    }

    fun proposals(
        inactiveDays: Int?,
        unverifiedDays: Int?,
    ): List<SignOutProposal> {
        val list = list()
        // A session that is not verified itself cannot tell which others are.
        val isSure = list.current.trust == SessionTrust.VERIFIED
        val unverified = if (isSure) list.othersShown(SessionFilter.UNVERIFIED).map { it.deviceId } else emptyList()
        // Of the others it is known since now, by a reset.
        val since = Samples.newLogins.associate { it.deviceId to it.firstSeen }
        val all =
            list.others.map {
                val unverifiedSince = since[it.deviceId]?.takeIf { _ -> it.deviceId in unverified }
                SignOutProposal(
                    it.deviceId,
                    longerThan(inactiveDays, it.lastSeen),
                    longerThan(unverifiedDays, unverifiedSince),
                )
            }
        return all.filter { it.inactiveDays != null || it.unverifiedDays != null }
    }

    /** How many whole days have passed, if it is longer ago than so many. */
    private fun longerThan(
        days: Int?,
        since: Instant?,
    ): Int? {
        if (days == null || since == null || since.isWithin(Duration.ofDays(days.toLong()))) return null
        return Duration.between(since, Samples.now).toDays().toInt()
    }

    private fun Instant.isWithin(time: Duration) = Duration.between(this, Samples.now) <= time

    /** With what a call fails now, which it does once. */
    fun failure(call: SessionsCall): SessionsException? = board.looking { failures.remove(call) }

    fun failsAt(call: SessionsCall) {
        failure(call)?.let { throw it }
    }

    fun failsAt(call: SignOutCall) {
        board.looking { signOutFailures.remove(call) }?.let<SignOutException, Nothing> { throw it }
    }

    private companion object {
        val DAY: Duration = Duration.ofDays(1)
    }
}
