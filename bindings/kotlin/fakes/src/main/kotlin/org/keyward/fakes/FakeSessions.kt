// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import kotlinx.coroutines.flow.MutableStateFlow
import org.keyward.NewLogin
import org.keyward.NoHandle
import org.keyward.Recommendations
import org.keyward.Session
import org.keyward.SessionHistoryEntry
import org.keyward.SessionList
import org.keyward.SessionRename
import org.keyward.Sessions
import org.keyward.SessionsException
import org.keyward.SessionsSnapshot
import org.keyward.SessionsUpdate
import org.keyward.SessionsWatch
import java.time.Instant

/** The sessions of an account: this one, and four others of which each is something to look at. Nothing changes them. */
public class FakeSessions internal constructor(
    private val isShutDown: () -> Boolean,
    private val watched: MutableStateFlow<Shown<SessionsUpdate>>,
) : Sessions(NoHandle) {
    /** Sessions without an account, for a preview. */
    public constructor() : this({ false }, watched())

    override suspend fun list(): SessionList {
        checkIsOpen()
        return sessionList()
    }

    override suspend fun history(): List<SessionHistoryEntry> {
        checkIsOpen()
        return Data.history.map(::entry)
    }

    override suspend fun openWatch(): SessionsWatch {
        checkIsOpen()
        return FakeSessionsWatch(Reader(watched))
    }

    private fun checkIsOpen() {
        check(!uniffiIsDestroyed) { "FakeSessions object has already been destroyed" }
        if (isShutDown()) throw SessionsException.Closed(CLOSED)
    }
}

private class FakeSessionsWatch(
    private val reader: Reader<SessionsUpdate>,
) : SessionsWatch(NoHandle) {
    override suspend fun next(): SessionsUpdate? {
        check(!uniffiIsDestroyed) { "FakeSessionsWatch object has already been destroyed" }
        return reader.next()
    }

    /** Nothing has changed. */
    override fun refresh() = Unit

    override fun stop() = reader.stop()
}

/** The one update of a watch. */
internal fun watched(): MutableStateFlow<Shown<SessionsUpdate>> {
    val snapshot = SessionsSnapshot(sessionList(), Data.newLogins.map(::newLogin))
    return MutableStateFlow(Shown(1, SessionsUpdate.Snapshot(snapshot), isLast = false))
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

private fun session(fields: Fields) =
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

private fun newLogin(fields: Fields) =
    NewLogin(
        deviceId = fields["device_id"],
        label = fields["label"],
        firstSeen = Instant.ofEpochMilli(fields["first_seen"]),
        reported = fields["reported"],
    )

private fun entry(fields: Fields) =
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
