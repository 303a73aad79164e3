// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.AccountManagement
import org.keyward.ClientInformation
import org.keyward.NewLogin
import org.keyward.NoHandle
import org.keyward.Recommendations
import org.keyward.Session
import org.keyward.SessionHistoryEntry
import org.keyward.SessionList
import org.keyward.SessionRename
import org.keyward.Sessions
import org.keyward.SessionsException
import org.keyward.SessionsUpdate
import org.keyward.SessionsWatch
import org.keyward.SignOut
import org.keyward.SignOutConsequences
import org.keyward.SignOutException
import org.keyward.SignOutProposal
import java.time.Instant

/**
 * The sessions of an account: this one, and four others of which each is something to look at. They are renamed, signed out,
 * verified and acknowledged, and whoever watches sees it.
 */
public class FakeSessions internal constructor(
    private val book: SessionBook,
) : Sessions(NoHandle) {
    /**
     * Sessions without an account, for a preview.
     *
     * @param script how what is asked of them goes.
     */
    public constructor(script: SessionsScript = SessionsScript()) : this(SessionBook(script))

    override suspend fun list(): SessionList {
        checkIsOpen()
        book.failsAt(SessionsCall.LIST)
        return book.list()
    }

    override suspend fun history(): List<SessionHistoryEntry> {
        checkIsOpen()
        return book.history()
    }

    override suspend fun openWatch(): SessionsWatch {
        checkIsOpen()
        return FakeSessionsWatch(Reader(book.shown), book)
    }

    override suspend fun rename(
        deviceId: String,
        name: String,
    ) {
        checkIsOpen()
        if (name.codePointCount(0, name.length) >
            Data.longestName
        ) {
            throw FakeErrors.sessions("rename.too_long")
        }
        book.failsAt(SessionsCall.RENAME)
        if (!book.isThere(deviceId)) throw FakeErrors.sessions("rename.not_found")
        book.rename(deviceId, name.ifBlank { null })
    }

    override suspend fun setPush(
        deviceId: String,
        on: Boolean,
    ) {
        checkIsOpen()
        book.failsAt(SessionsCall.SET_PUSH)
        if (!book.isThere(deviceId)) throw FakeErrors.sessions("push.unsupported")
        book.setPush(deviceId, on)
    }

    override suspend fun proposeSignOut(
        inactiveDays: Int?,
        unverifiedDays: Int?,
    ): List<SignOutProposal> {
        checkIsOpen()
        return book.proposals(inactiveDays, unverifiedDays)
    }

    override suspend fun signOutConsequences(deviceIds: List<String>): SignOutConsequences {
        checkIsOpen()
        return book.consequences(deviceIds)
    }

    override suspend fun signOut(deviceIds: List<String>): SignOut {
        checkIsNotDestroyed()
        if (book.isShutDown()) throw SignOutException.Closed(CLOSED)
        if (Samples.DEVICE_ID in deviceIds) throw FakeErrors.signOut("sign_out.current_session")
        return FakeSignOut(book, deviceIds.distinct())
    }

    override suspend fun accountManagement(): AccountManagement? {
        checkIsOpen()
        return if (book.script.onPage) FakeAccountManagement() else null
    }

    override suspend fun acknowledgeLogin(deviceId: String) {
        checkIsOpen()
        book.failsAt(SessionsCall.ACKNOWLEDGE)
        book.acknowledge(deviceId)
    }

    /** The other sessions would see it; there are none. */
    override suspend fun announceClient(client: ClientInformation): Unit = checkIsOpen()

    /** There is none of sessions that are gone. */
    override suspend fun pruneClientInformation(): Unit = checkIsOpen()

    /** The person signs this session out elsewhere, for instance on the page of [accountManagement]. */
    public fun signOutElsewhere(deviceId: String) {
        book.signOut(listOf(deviceId))
    }

    private fun checkIsOpen() {
        checkIsNotDestroyed()
        if (book.isShutDown()) throw SessionsException.Closed(CLOSED)
    }

    private fun checkIsNotDestroyed() = check(!uniffiIsDestroyed) { "FakeSessions object has already been destroyed" }
}

private class FakeSessionsWatch(
    private val reader: Reader<SessionsUpdate>,
    private val book: SessionBook,
) : SessionsWatch(NoHandle) {
    override suspend fun next(): SessionsUpdate? {
        check(!uniffiIsDestroyed) { "FakeSessionsWatch object has already been destroyed" }
        return book.failure(SessionsCall.WATCH)?.let(SessionsUpdate::Failed) ?: reader.next()
    }

    /** Nothing has changed that it has not told. */
    override fun refresh() = Unit

    override fun stop() = reader.stop()
}

internal fun sessionList(): SessionList =
    Data.sessions.let {
        SessionList(
            current = session(it.fields("current")),
            others = it.all("others").map(::session),
            recommendations = Recommendations(it.count("unverified"), it.count("inactive")),
            identity = it.enum("identity"),
        )
    }

internal fun session(fields: Fields) =
    Session(
        deviceId = fields["device_id"],
        label = fields["label"],
        labelSource = fields.enum("label_source"),
        name = fields["name"],
        unlisted = fields["unlisted"],
        trust = fields.enum("trust"),
        inactive = fields["inactive"],
        lastSeen = fields.time("last_seen"),
        lastSeenIp = fields["last_seen_ip"],
        push = fields.enum("push"),
        client = null,
        kind = fields.enum("kind"),
        fingerprint = fields["fingerprint"],
    )

internal fun newLogin(fields: Fields) =
    NewLogin(
        deviceId = fields["device_id"],
        label = fields["label"],
        firstSeen = Instant.ofEpochMilli(fields["first_seen"]),
        reported = fields["reported"],
    )

internal fun entry(fields: Fields) =
    SessionHistoryEntry(
        deviceId = fields["device_id"],
        name = fields["name"],
        firstSeen = Instant.ofEpochMilli(fields["first_seen"]),
        lastSeen = Instant.ofEpochMilli(fields["last_seen"]),
        removed = fields.time("removed"),
        renames = fields.all("renames").map { SessionRename(Instant.ofEpochMilli(it["time"]), it["from"], it["to"]) },
        alert = fields.enum("alert"),
    )

private fun Fields.time(name: String): Instant? = get<Long?>(name)?.let(Instant::ofEpochMilli)
